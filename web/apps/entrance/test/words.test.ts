import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entranceWords } from "../src/words/entrance.ts";

const SOURCES = fileURLToPath(new URL("../src", import.meta.url));

describe("the words of the entrance", () => {
  it("have the same places to fill in both languages", () => {
    const places = (text: string) => [...new Set(text.match(/\{\d\}/g))].sort();
    const chinese: Record<string, string> = entranceWords.zh;
    for (const [saying, text] of Object.entries(entranceWords.en)) {
      expect(places(chinese[saying] ?? ""), saying).toEqual(places(text));
    }
  });

  it("are all used", () => {
    const code = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => readFileSync(join(SOURCES, name), "utf8"))
      .join("\n");
    for (const saying of Object.keys(entranceWords.en)) {
      expect(code, saying).toContain(`"${saying}"`);
    }
  });
});
