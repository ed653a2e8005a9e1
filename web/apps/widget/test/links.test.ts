import { expect, test } from "vitest";
import { pieces } from "../src/frame/text/links.ts";

const links = (text: string) =>
  pieces(text).flatMap(({ text: shown, href }) => (href === null ? [] : [[shown, href]]));

test("addresses end where a person would end them", () => {
  expect(links("See https://a.example/b?c=1.")).toEqual([
    ["https://a.example/b?c=1", "https://a.example/b?c=1"],
  ]);
  expect(links("请看https://a.example/茶，谢谢")).toEqual([
    ["https://a.example/", "https://a.example/"],
  ]);
  expect(links("(www.a.example)")).toEqual([["www.a.example", "https://www.a.example/"]]);
  expect(links("https://a.example/wiki/Tea_(drink)")).toEqual([
    ["https://a.example/wiki/Tea_(drink)", "https://a.example/wiki/Tea_(drink)"],
  ]);
});

test("a mail address is one", () => {
  expect(links("Write to lin.xiao@shop.example!")).toEqual([
    ["lin.xiao@shop.example", "mailto:lin.xiao@shop.example"],
  ]);
});

test("nothing but http, https and mailto is ever an address", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil"]) {
    expect(links(text)).toEqual([]);
  }
  for (const [, href] of links("https://javascript:alert(1)@a.example www.x.y mailto:z@y.xx")) {
    expect(href).toMatch(/^(https?|mailto):/);
  }
});

test("the pieces together are the text", () => {
  for (const text of [
    "",
    "plain",
    "<b>https://a.example</b>",
    "https://[",
    "a@b.cd,www.e.fg；好",
  ]) {
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  }
});
