import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { consoleWords } from "../src/words/index.ts";

const SOURCES = fileURLToPath(new URL("../src", import.meta.url));
const HAN = /\p{Script=Han}/u;

const sources = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(SOURCES, name), "utf8") }));

describe("the words of the console", () => {
  it("have the same places to fill in both languages", () => {
    const places = (text: string) => [...new Set(text.match(/\{\d\}/g))].sort();
    for (const [saying, text] of Object.entries(consoleWords.en)) {
      const other: Record<string, string> = consoleWords.zh;
      expect(places(other[saying] ?? ""), saying).toEqual(places(text));
    }
  });

  it("are Chinese in Chinese and have no Chinese in English", () => {
    // A sign between words has no letters.
    const alike = new Set(["listSeparator"]);
    for (const [saying, text] of Object.entries(consoleWords.en)) {
      expect(HAN.test(text), saying).toBe(false);
      if (alike.has(saying)) continue;
      const other: Record<string, string> = consoleWords.zh;
      expect(HAN.test(other[saying] ?? ""), saying).toBe(true);
    }
  });

  it("are all in the dictionaries: no page has Chinese of its own", () => {
    for (const { name, text } of sources) {
      if (/words(?:[/\\]|\.ts$)/.test(name)) continue;
      // The button that changes to Chinese says so in Chinese.
      const left = text.replaceAll("中文", "").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
      expect(HAN.test(left), name).toBe(false);
    }
  });

  it("are all used", () => {
    // What happens in a conversation is named by the lines that the staff's pages share.
    const lines = readFileSync(join(SOURCES, "../../../packages/staff/src/desk/lines.ts"), "utf8");
    const code = sources
      .filter(({ name }) => !/words(?:[/\\]|\.ts$)/.test(name))
      .map(({ text }) => text)
      .join("\n")
      .concat(lines);
    for (const saying of Object.keys(consoleWords.en)) {
      const family = saying.replace(/-\w+$/, "-${");
      expect(code.includes(`"${saying}"`) || code.includes(`\`${family}`), saying).toBe(true);
    }
  });
});
