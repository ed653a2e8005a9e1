import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Dictionary } from "@airdesk/staff";
import { widgetWords } from "@airdesk/staff";
import { deskWords } from "../src/words/desk.ts";
import { entranceWords } from "../src/words/entrance.ts";
import { settingsWords } from "../src/words/settings.ts";

describe("a dictionary", () => {
  const all: Record<string, Dictionary<string>> = { deskWords, entranceWords, settingsWords };
  for (const [name, dictionary] of Object.entries(all)) {
    it(`of ${name} has the same places to fill in both languages`, () => {
      const places = (text: string) => [...new Set(text.match(/\{\d\}/g))].sort();
      for (const [saying, text] of Object.entries(dictionary.en)) {
        expect(places(dictionary.zh[saying] ?? ""), saying).toEqual(places(text));
      }
    });
  }

  it("of the widget's own texts is what the widget says", () => {
    const source = readFileSync(
      new URL("../../widget/src/frame/text/words.ts", import.meta.url),
      "utf8",
    );
    for (const texts of [widgetWords.en, widgetWords.zh]) {
      for (const [name, text] of Object.entries(texts)) {
        expect(source).toContain(`${name}: "${text}"`);
      }
    }
  });
});
