import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const GZIP_BYTES_MAX = 350 * 1024;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const manifest: Readonly<Record<string, Chunk>> = JSON.parse(
  readFileSync(join(DIST, ".vite/manifest.json"), "utf8"),
);

/** All files that the browser loads for these chunks. */
function filesOf(names: readonly string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const chunk = manifest[name];
    if (chunk === undefined) throw new RangeError(`no chunk ${name}`);
    files.add(chunk.file);
    for (const style of chunk.css ?? []) files.add(style);
    for (const one of chunk.imports ?? []) visit(one);
  };
  for (const name of names) visit(name);
  return files;
}

describe("the console's first screen", () => {
  it("loads at most 350 KB of scripts and styles", () => {
    const files = filesOf(["index.html", "src/agent/inbox_page.tsx"]);
    const sizes = [...files].map(
      (file) => [gzipSync(readFileSync(join(DIST, file))).length, file] as const,
    );
    const sum = sizes.reduce((all, [bytes]) => all + bytes, 0);
    expect(sum, JSON.stringify(sizes)).toBeLessThanOrEqual(GZIP_BYTES_MAX);
    // Less than this would mean that something was not counted.
    expect(sum).toBeGreaterThan(100 * 1024);
  });
});
