import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CAUSE, EVENT_KIND } from "../src/index.ts";

const PAGE = readFileSync(new URL("../../../../docs/protocol.md", import.meta.url), "utf8");

/** The numbers and names of a table, by the heading above it. */
function tableOf(heading: string): Record<string, number> {
  const [, section = ""] = PAGE.split(`\n## ${heading}\n`);
  const rows = section.split("\n## ")[0]?.matchAll(/^\| (\d+) \| (\w+) \|/gm) ?? [];
  return Object.fromEntries(
    [...rows].map(([, number, name]) => [camel(name ?? ""), Number(number)]),
  );
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

test("kinds and causes are those of the documentation", () => {
  expect(EVENT_KIND).toEqual(tableOf("Events"));
  expect(CAUSE).toEqual(tableOf("Causes"));
});
