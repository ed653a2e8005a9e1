/** What an inbox says of the chat's look and ways. */

import { DEFAULT_COLOUR } from "../shared/colour.ts";
import type { OwnTexts } from "./text/words.ts";

/** A field of the form. */
export type FormField = "name" | "email" | "phone";

/** The settings of an inbox that a visitor's chat needs. */
export interface Inbox {
  readonly name: string;
  readonly colour: string;
  /** Address of the logo's picture, "" for none. */
  readonly logo_url: string;
  readonly theme: "auto" | "light" | "dark";
  readonly language: string;
  readonly texts: Readonly<Partial<Record<"zh" | "en", OwnTexts>>>;
  readonly form: "off" | "before" | "after";
  readonly form_fields: readonly FormField[];
  readonly show_rating: boolean;
  readonly sound: boolean;
}

const DEFAULTS: Inbox = {
  name: "",
  colour: DEFAULT_COLOUR,
  logo_url: "",
  theme: "auto",
  language: "auto",
  texts: {},
  form: "off",
  form_fields: ["name", "email"],
  show_rating: true,
  sound: true,
};

/** Fill in what the server left out. */
export function inboxOf(told: Partial<Inbox>): Inbox {
  return { ...DEFAULTS, ...told };
}
