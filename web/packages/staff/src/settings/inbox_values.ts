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
