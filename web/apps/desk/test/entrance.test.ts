import { describe, expect, it } from "vitest";
import { embedLine, siteOrigin } from "@airdesk/staff";
import { strengthOf } from "../src/entrance/strength.ts";
import { linkOfFragment, linkOfPath, logInAddress, placeAfter } from "../src/entrance/way.ts";

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
    const address = logInAddress("/settings#inboxes/7");
    expect(placeAfter(new URL(address, "https://desk.example").search)).toBe("/settings#inboxes/7");
    const below = logInAddress("/console/c/mine/0192f0c1-a2b3?at=7");
    expect(placeAfter(new URL(below, "https://desk.example").search)).toBe(
      "/console/c/mine/0192f0c1-a2b3?at=7",
    );
  });

  it("is never another site, whatever the address says", () => {
    for (const wanted of [
      "https://evil.example/agent",
      "//evil.example/agent",
      "/\\evil.example",
      "javascript:alert(1)",
      "/agent@evil.example",
      "/agent//evil.example",
      "/console//evil.example",
      "/console/../evil",
      "/setup/deeper",
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

describe("the address of a site", () => {
  it("becomes its origin, however it was typed", () => {
    expect(siteOrigin("shop.example")).toBe("https://shop.example");
    expect(siteOrigin(" http://shop.example:8080/basket?x=1 ")).toBe("http://shop.example:8080");
    expect(siteOrigin("http://localhost:5173")).toBe("http://localhost:5173");
    expect(siteOrigin("localhost:5173")).toBe("http://localhost:5173");
    expect(siteOrigin("shop.localhost/index.html")).toBe("http://shop.localhost");
    expect(siteOrigin("localhost.example")).toBe("https://localhost.example");
    expect(siteOrigin("  ")).toBe("");
  });

  it("is refused when it is none", () => {
    for (const typed of ["my shop", "ftp://shop.example", "shop", "javascript:alert(1)"]) {
      expect(siteOrigin(typed), typed).toBeNull();
    }
  });

  it("stands in the line for the site", () => {
    expect(embedLine("https://desk.example", "7")).toBe(
      '<script async src="https://desk.example/widget.js" data-inbox="7"></script>',
    );
  });
});
