/** Which rows of the audit log a person wants to see. */

import type { AuditRow, Member } from "@airdesk/staff";

/** What is looked for; "" for all. */
export interface AuditFilter {
  /** The actor's id, or his kind if he has none. */
  readonly actor: string;
  /** What was changed, by the first word of the act. */
  readonly kind: string;
  /** So many days, the present one counted. */
  readonly days: string;
}

/** All rows. */
export const EVERYTHING: AuditFilter = { actor: "", kind: "", days: "" };

/** Somebody who changed something. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

/** The name under which an actor is looked for. */
function actorKey({ actor }: AuditRow): string {
  return actor.kind === "user" || actor.kind === "token" ? actor.id : actor.kind;
}

/** The rows that match, in their order. */
export function matching(
  rows: readonly AuditRow[],
  { actor, kind, days }: AuditFilter,
  nowMs: number,
): readonly AuditRow[] {
  const fromMs = days === "" ? 0 : new Date(nowMs).setHours(0, 0, 0, 0) - (+days - 1) * 86_400_000;
  return rows.filter(
    (row) =>
      row.at_ms >= fromMs &&
      (actor === "" || actorKey(row) === actor) &&
      (kind === "" || row.action.startsWith(`${kind}.`)),
  );
}

/** Who may be looked for: the members, and whoever else is in the rows. */
export function actorsOf(rows: readonly AuditRow[], members: readonly Member[]): readonly Actor[] {
  const found = new Map<string, Actor>(
    members.map(({ user_id, name }) => [user_id, { id: user_id, name, kind: "user" }]),
  );
  for (const row of rows) {
    const id = actorKey(row);
    if (id !== "" && !found.has(id)) {
      const name = row.actor.kind === "command_line" ? "" : row.actor.name;
      found.set(id, { id, name, kind: row.actor.kind });
    }
  }
  return [...found.values()];
}
