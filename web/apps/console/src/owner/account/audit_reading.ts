/** Fields and values of the audit log as a person reads them. */

import {
  clockOf,
  dayAndTime,
  deviceName,
  speaker,
  waitedFor,
  type Language,
  type Span,
} from "@airdesk/staff";
import { accountWords } from "../words/account.ts";
import { fieldWords, isField } from "../words/audit_fields.ts";
import { choiceWords, isChoice } from "../words/choices.ts";

const LANGUAGES: Readonly<Record<string, string>> = { zh: "中文", en: "English" };
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** A Monday, to name the days of a week by. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** A field by its path, such as `settings.texts.zh.title`: "Title (中文)". */
export function fieldName(path: string, language: Language): string {
  const say = speaker(fieldWords, language);
  const parts = path.split(".").filter((part) => part !== "settings" && part !== "texts");
  const last = parts.at(-1) ?? path;
  const spoken = parts.find((part) => part in LANGUAGES && part !== last);
  const name = isField(last) ? say(last) : last.replaceAll("_", " ");
  return spoken === undefined ? name : `${name} (${LANGUAGES[spoken]})`;
}

/**
 * A value of a field, as it stands in the log.
 *
 * @param names - of members, teams and inboxes, by their ids.
 */
export function valueWords(
  path: string,
  value: string,
  names: ReadonlyMap<string, string>,
  language: Language,
): string {
  const say = speaker(accountWords, language);
  const field = path.split(".").at(-1) ?? path;
  if (value === "") return say(field === "team_id" ? "everybody" : "nothing");
  if (value === "true") return say("yes");
  if (value === "false") return say("no");
  if (field === "week") return weekWords(value, language) ?? value;
  if (field === "browser") return deviceName(value);
  if (/_ms_max$/.test(field)) return Number(value) === 0 ? "–" : waitedFor(+value, language);
  if (/_ms$/.test(field)) return Number(value) === 0 ? "–" : dayAndTime(Number(value), language);
  if (field === "language") return LANGUAGES[value] ?? choice(value, language);
  if (["role", "rule", "position", "theme", "form"].includes(field)) return choice(value, language);
  if (field === "form_fields") {
    return value
      .split(", ")
      .map((one) => choice(one, language))
      .join(", ");
  }
  return value.replace(ID, (id) => names.get(id) ?? `…${id.slice(-4)}`);
}

function choice(value: string, language: Language): string {
  return isChoice(value) ? speaker(choiceWords, language)(value) : value;
}

/** The hours of a week, equal days together: "Mon–Fri 09:00–18:00". */
function weekWords(value: string, language: Language): string | null {
  const week = parsedWeek(value);
  if (week === null) return null;
  const say = speaker(accountWords, language);
  const day = (number: number) =>
    new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(
      MONDAY + number * DAY_MS,
    );
  const words = week.map((spans) =>
    spans.length === 0
      ? say("closedDay")
      : spans.map(([from, to]) => `${clockOf(from)}–${clockOf(to)}`).join(" + "),
  );
  const spans: string[] = [];
  for (let first = 0; first < words.length;) {
    let last = first;
    while (words[last + 1] === words[first]) last += 1;
    spans.push(`${day(first)}${last > first ? `–${day(last)}` : ""} ${words[first]}`);
    first = last + 1;
  }
  return spans.join(language === "zh" ? "，" : ", ");
}

/** Each day's spans. Rows of version 0.1.0 have one a day, of equal numbers for a closed one. */
function parsedWeek(value: string): readonly (readonly Span[])[] | null {
  try {
    const week: unknown = JSON.parse(value);
    if (!Array.isArray(week)) return null;
    const days = week.map(parsedDay);
    return days.every((day) => day !== null) ? days : null;
  } catch {
    return null;
  }
}

function parsedDay(day: unknown): readonly Span[] | null {
  if (isSpan(day)) return day[0] === day[1] ? [] : [day];
  return Array.isArray(day) && day.every(isSpan) ? day : null;
}

function isSpan(value: unknown): value is Span {
  return Array.isArray(value) && value.length === 2 && value.every((one) => Number.isInteger(one));
}
