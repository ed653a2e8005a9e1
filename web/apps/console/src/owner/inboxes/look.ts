/** What the preview is told: a form's values as the widget knows an inbox. */

import type { InboxValues } from "@airdesk/staff";

/** A moment in a visitor's life. */
export type Moment = "start" | "talk" | "queue" | "away" | "end";

/** What the preview needs beside the form. */
export interface LookWays {
  readonly logo_url: string;
  readonly language: "zh" | "en";
  readonly isDark: boolean;
  readonly moment: Moment;
  readonly questions: readonly string[];
}

/** The look of a form's values; `web/apps/widget/src/preview/look.ts` is its other end. */
export function lookOf(values: InboxValues, ways: LookWays) {
  const { logo_url, language, isDark, moment, questions } = ways;
  return {
    inbox: {
      name: values.name,
      colour: values.colour,
      logo_url,
      theme: values.theme,
      language: values.language,
      texts: { zh: said(values.zh), en: said(values.en) },
      form: values.form,
      form_fields: values.form_fields,
      show_rating: values.show_rating,
      sound: values.sound,
    },
    position: values.position,
    offset_x: pixels(values.offset_x),
    offset_y: pixels(values.offset_y),
    ...{ language, dark: isDark, moment, questions },
  };
}

/** The widget has its own words where a text is empty. */
function said(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ""));
}

function pixels(typed: string): number {
  const number = Number(typed);
  return Number.isFinite(number) ? Math.min(500, Math.max(0, Math.round(number))) : 0;
}
