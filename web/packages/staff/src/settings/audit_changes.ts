/** An audit row as a person reads it. */

import type { AuditRow } from "@airdesk/staff";

/** One field that was changed; `""` where there was nothing. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What an entity calls itself, the most telling first. */
const NAMING = ["name", "email", "shortcut", "question"] as const;
/** Ids and times of day of the row itself tell nobody anything. */
const SILENT = /(?:^|\.)(?:\w+_id|created_ms|last_seen_ms|visitor_ids|invited_by)$/;
/** Ids of what somebody chose: they have names. */
const CHOSEN = /(?:^|\.)(?:team_id|inbox_id|logo_file_id)$/;

/**
 * The name of what was changed, "" if it has none.
 *
 * @param names - of members and inboxes, by their ids: their own rows hold ids alone.
 */
export function subjectName(row: AuditRow, names: ReadonlyMap<string, string>): string {
  const holders = [row.after, row.before].filter(isObject);
  for (const holder of holders) {
    for (const field of NAMING) {
      const name = holder[field];
      if (typeof name === "string" && name !== "") return name;
    }
  }
  return names.get(row.subject.id) ?? "";
}

/** The fields in which a row's two states differ. */
export function changesOf({ before, after, subject }: AuditRow): readonly FieldChange[] {
  const [was, is] = [flat(before), flat(after)];
  const fields = [...new Set([...was.keys(), ...is.keys()])];
  return fields
    .map((field) => ({ field, before: was.get(field) ?? "", after: is.get(field) ?? "" }))
    .filter(({ field, before, after }) => before !== after && !isSilent(field, subject.kind));
}

function isSilent(field: string, kind: string): boolean {
  const isOwn = field === `${kind}_id` || (kind === "hours" && field === "inbox_id");
  return SILENT.test(field) && (isOwn || !CHOSEN.test(field));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every value by its path, as text. */
function flat(value: unknown, path = ""): Map<string, string> {
  if (!isObject(value)) return new Map(path === "" ? [] : [[path, words(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [
      ...flat(inner, path === "" ? name : `${path}.${name}`),
    ]),
  );
}

function words(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return value.join(", ");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
