/** What every visitor of every customer's site pays; over what `npm run build` made. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const KB = 1024;
const DIST = fileURLToPath(new URL("../dist", import.meta.url));

const files = readdirSync(DIST, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.(js|css|html)$/.test(name),
);
const read = (name: string) => readFileSync(join(DIST, name));
const gzipped = (name: string) => gzipSync(read(name), { level: 9 }).length;
const sum = (names: readonly string[]) => names.reduce((total, name) => total + gzipped(name), 0);

/** The page in the frame and what it names: all that is loaded when the panel opens. */
const firstOpen = () => {
  const page = read("frame.html").toString();
  const named = [...page.matchAll(/(?:src|href)="\/widget\/(assets\/[^"]+)"/g)];
  return ["frame.html", ...named.map(([, name]) => name ?? "")];
};

test("the loader weighs at most 5 KB and asks for nothing else", () => {
  expect(gzipped("widget.js")).toBeLessThanOrEqual(5 * KB);
  const loader = read("widget.js").toString();
  expect(loader).not.toMatch(/\bimport\b|innerHTML|eval\(|new Function/);
});

test("the first opening weighs at most 45 KB", () => {
  expect(firstOpen().length).toBeGreaterThanOrEqual(3);
  expect(sum([...firstOpen(), "widget.js"])).toBeLessThanOrEqual(45 * KB);
});

test("all scripts and styles together weigh at most 55 KB", () => {
  expect(files.length).toBeGreaterThanOrEqual(4);
  expect(sum(files)).toBeLessThanOrEqual(55 * KB);
});

test("the page in the frame holds no script and no style of its own, so its policy is strict", () => {
  const page = read("frame.html").toString();
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\bon\w+=/);
});

test("nothing that a person wrote can become markup", () => {
  for (const name of files.filter((file) => file.includes("frame") && file.endsWith(".js"))) {
    const script = read(name).toString();
    expect(script).not.toMatch(/insertAdjacentHTML|document\.write|outerHTML/);
  }
});
