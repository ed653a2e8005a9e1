import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const GZIP_BYTES_MAX = 350 * 1024;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

let folder = "";
let manifest: Readonly<Record<string, Chunk>> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "airdesk-console-"));
  const outDir = join(folder, "dist");
  await build({
    root: ROOT,
    configFile: join(ROOT, "vite.config.js"),
    logLevel: "error",
    build: { outDir, sourcemap: false },
  });
  manifest = JSON.parse(readFileSync(join(outDir, ".vite/manifest.json"), "utf8"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
      (file) => [gzipSync(readFileSync(join(folder, "dist", file))).length, file] as const,
    );
    const sum = sizes.reduce((all, [bytes]) => all + bytes, 0);
    expect(sum, JSON.stringify(sizes)).toBeLessThanOrEqual(GZIP_BYTES_MAX);
    // Less than this would mean that something was not counted.
    expect(sum).toBeGreaterThan(100 * 1024);
  });
});
