/** An inbox as a form has it, and back. */

import type { Inbox, WidgetTexts } from "@airdesk/staff";
import { siteOrigin } from "./site.ts";
import { typedLines, typedWords } from "./typed.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The widget's texts, by their names. */
export const TEXT_NAMES = [
  "title",
  "subtitle",
  "greeting",
  "offline",
  "placeholder",
  "form_title",
] as const;

/** All fields of an inbox's form. */
export interface InboxValues {
  readonly name: string;
  readonly allowed_origins: string;
  readonly rule: string;
  readonly team_id: string;
  readonly skills: string;
  readonly sticky: boolean;
  readonly has_bot: boolean;
  readonly answer_minutes: string;
  readonly reopen_hours: string;
  readonly identify_required: boolean;
  readonly colour: string;
  readonly position: string;
  readonly offset_x: string;
  readonly offset_y: string;
  readonly theme: string;
  readonly language: string;
  readonly form: string;
  readonly form_fields: readonly string[];
  readonly show_rating: boolean;
  readonly sound: boolean;
  readonly zh: WidgetTexts;
  readonly en: WidgetTexts;
}

/** Fill the form. */
export function valuesOf({ settings, ...inbox }: Inbox): InboxValues {
  return {
    name: inbox.name,
    allowed_origins: inbox.allowed_origins.join("\n"),
    rule: String(inbox.rule),
    team_id: inbox.team_id ?? "",
    skills: inbox.skills.join(" "),
    sticky: inbox.sticky,
    has_bot: inbox.has_bot,
    answer_minutes: String(inbox.answer_ms_max / MINUTE_MS),
    reopen_hours: String(inbox.reopen_ms_max / HOUR_MS),
    identify_required: inbox.identify_required,
    colour: settings.colour,
    position: settings.position,
    offset_x: String(settings.offset_x),
    offset_y: String(settings.offset_y),
    theme: settings.theme,
    language: settings.language,
    form: settings.form,
    form_fields: settings.form_fields,
    show_rating: settings.show_rating,
    sound: settings.sound,
    zh: settings.texts.zh,
    en: settings.texts.en,
  };
}

/** What changes an inbox on the server. Settings that the form does not show stay as they are. */
export function bodyOf(values: InboxValues, inbox: Inbox): object {
  return {
    name: values.name,
    // What is no address at all goes to the server as it is, which says so beside the field.
    allowed_origins: typedLines(values.allowed_origins).map((line) => siteOrigin(line) ?? line),
    rule: values.rule,
    team_id: values.team_id || null,
    skills: typedWords(values.skills),
    sticky: values.sticky,
    has_bot: values.has_bot,
    answer_ms_max: Math.round(Number(values.answer_minutes) * MINUTE_MS),
    reopen_ms_max: Math.round(Number(values.reopen_hours) * HOUR_MS),
    identify_required: values.identify_required,
    settings: {
      ...inbox.settings,
      colour: values.colour,
      position: values.position,
      offset_x: Math.round(Number(values.offset_x)),
      offset_y: Math.round(Number(values.offset_y)),
      theme: values.theme,
      language: values.language,
      texts: { zh: values.zh, en: values.en },
      form: values.form,
      form_fields: values.form_fields,
      show_rating: values.show_rating,
      sound: values.sound,
    },
  };
}

/** The form's names of fields that the server calls otherwise. */
export const INBOX_FIELDS: Readonly<Record<string, string>> = {
  answer_ms_max: "answer_minutes",
  reopen_ms_max: "reopen_hours",
  ...Object.fromEntries(
    ["colour", "position", "offset_x", "offset_y", "theme", "language", "form", "form_fields"].map(
      (name) => [`settings.${name}`, name],
    ),
  ),
  ...Object.fromEntries(
    (["zh", "en"] as const).flatMap((language) =>
      TEXT_NAMES.map((name) => [`settings.texts.${language}.${name}`, `${language}.${name}`]),
    ),
  ),
};

/** The least and the most of the numbers in an inbox's form, as the server has them. */
export const INBOX_BOUNDS = {
  answer_minutes: [0, 366 * 24 * 60],
  reopen_hours: [0, 366 * 24],
  offset_x: [0, 500],
  offset_y: [0, 500],
} as const;

/** What of a form the server would refuse anyway, or take for something that nobody meant. */
export function inboxFaults(values: InboxValues): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const [name, [least, most]] of Object.entries(INBOX_BOUNDS)) {
    const typed = values[name as keyof typeof INBOX_BOUNDS].trim();
    const number = Number(typed);
    if (typed === "" || !(number >= least && number <= most)) faults[name] = `${least} to ${most}`;
  }
  return faults;
}

/** The part of what is sent that is another than before: what nobody touched stays as it is. */
export function inboxChange(values: InboxValues, inbox: Inbox): object {
  return differing(bodyOf(valuesOf(inbox), inbox), bodyOf(values, inbox));
}

function differing(before: object, after: object): object {
  const known = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(known.get(name)),
  );
  return Object.fromEntries(
    changed.map(([name, value]: [string, unknown]) => {
      const was = known.get(name);
      return [name, isPlain(was) && isPlain(value) ? differing(was, value) : value];
    }),
  );
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
