import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { Dictionary } from "@airdesk/staff";

const SOURCES = fileURLToPath(new URL("../src", import.meta.url));
const HAN = /\p{Script=Han}/u;
/** Alike in both languages: a sign, or a name. */
const ALIKE = new Set(["system", "loadOf"]);

const all = readdirSync(SOURCES, { recursive: true, encoding: "utf8" });
const files = all.filter((name) => /^(?!words)[\w/]*words(?:\/\w+)?\.ts$/.test(name));
const code = all
  .filter((name) => /\.tsx?$/.test(name) && !files.includes(name))
  .map((name) => readFileSync(join(SOURCES, name), "utf8"))
  .join("\n");

async function dictionaries(): Promise<readonly (readonly [string, Dictionary<string>])[]> {
  const loaded = await Promise.all(
    files.map(async (name) => {
      const module = (await import(pathToFileURL(join(SOURCES, name)).href)) as object;
      return Object.entries(module)
        .filter(([export_, held]) => export_.endsWith("Words") && typeof held === "object")
        .map(([export_, words]) => [`${name} ${export_}`, words as Dictionary<string>] as const);
    }),
  );
  return loaded.flat();
}

describe("the words of the pages that load later", () => {
  it("are found", async () => {
    expect((await dictionaries()).length).toBeGreaterThanOrEqual(12);
  });

  it("say the same in both languages, with the same places to fill in", async () => {
    const places = (text: string) => [...new Set(text.match(/\{\d\}/g))].sort();
    for (const [name, { en, zh }] of await dictionaries()) {
      expect(Object.keys(zh), name).toEqual(Object.keys(en));
      for (const [saying, text] of Object.entries(en)) {
        expect(places(zh[saying] ?? ""), `${name} ${saying}`).toEqual(places(text));
      }
    }
  });

  it("are Chinese in Chinese and have no Chinese in English", async () => {
    for (const [name, { en, zh }] of await dictionaries()) {
      for (const [saying, text] of Object.entries(en)) {
        expect(HAN.test(text), `${name} ${saying}`).toBe(false);
        if (ALIKE.has(saying)) continue;
        expect(HAN.test(zh[saying] ?? ""), `${name} ${saying}`).toBe(true);
      }
    }
  });

  it("are all used", async () => {
    // These are named by what the server tells: fields, choices, kinds, resources.
    const told = /audit_fields|choices|scopes/;
    for (const [name, { en }] of await dictionaries()) {
      if (told.test(name)) continue;
      for (const saying of Object.keys(en)) {
        const family = saying.replace(/([-_])[a-z0-9]+$/, "$1${");
        const isUsed =
          code.includes(`"${saying}"`) ||
          code.includes(`\`${family}`) ||
          (code.includes(`\`rule_\${rule}`) && saying.startsWith("rule_")) ||
          new RegExp(`\\b(?:name|saying): "${saying}"`).test(code);
        expect(isUsed, `${name} ${saying}`).toBe(true);
      }
    }
  });
});
