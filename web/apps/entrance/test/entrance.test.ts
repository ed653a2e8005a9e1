import { describe, expect, it } from "vitest";
import { strengthOf } from "../src/pages/strength.ts";
import { linkOfFragment, linkOfPath, placeAfter } from "../src/pages/way.ts";

describe("a password", () => {
  it("is too short below ten characters, counted as people see them", () => {
    expect(strengthOf("Aa1!Bb2?x")).toBe("short");
    expect(strengthOf("👩👩👩👩👩👩👩👩👩")).toBe("short");
  });

  it("is weak when it is common, repeats itself or runs up the keyboard", () => {
    for (const weak of [
      "password12",
      "aaaaaaaaaaaa",
      "1234567890",
      "abcdefghijkl",
      "qwertyqwerty",
    ]) {
      expect(strengthOf(weak), weak).toBe("weak");
    }
  });

  it("gains nothing by what everybody knows of the person", () => {
    const known = ["Anna Bergström", "anna.bergstrom@nordlicht.example", "Nordlicht"];
    expect(strengthOf("Bergström-Nordlicht-1", known)).toBe("weak");
    expect(strengthOf("Bergström-Nordlicht-1")).not.toBe("weak");
  });

  it("is good as a few words in a row, also in Chinese", () => {
    expect(["good", "strong"]).toContain(strengthOf("sonne gras ofen"));
    expect(["good", "strong"]).toContain(strengthOf("窗外下着小雨我在喝茶"));
  });
});

describe("the place after log-in", () => {
  it("is the page from which the person came", () => {
    for (const place of ["/console", "/console/c/mine/0192f0c1-a2b3?at=7"]) {
      expect(placeAfter(`?next=${encodeURIComponent(place)}`)).toBe(place);
    }
  });

  it("is never another site, whatever the address says", () => {
    for (const wanted of [
      "https://evil.example/console",
      "//evil.example/console",
      "/\\evil.example",
      "javascript:alert(1)",
      "/console@evil.example",
      "/console.evil.example",
      "/console//evil.example",
      "/console/../evil",
      "/setup",
      "/api/auth/logout",
      "",
    ]) {
      expect(placeAfter(`?next=${encodeURIComponent(wanted)}`), wanted).toBe("/console");
    }
  });
});

describe("a one-time link", () => {
  it("is read from the path or the fragment", () => {
    expect(linkOfPath("/invite/aB_-9")).toBe("aB_-9");
    expect(linkOfPath("/enter/a%2Fb/")).toBe("a/b");
    expect(linkOfFragment("#link=aB_-9")).toBe("aB_-9");
  });

  it("is empty where there is none", () => {
    expect(linkOfPath("/enter/")).toBe("");
    expect(linkOfPath("/enter/%E0%A4%A")).toBe("");
    expect(linkOfFragment("")).toBe("");
  });
});
