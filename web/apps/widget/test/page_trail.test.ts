import { expect, test } from "vitest";
import { PageTrail, TITLE_CHARACTERS_MAX, VIEWS_MAX } from "../src/loader/page_trail.ts";

test("each address is one view, and a title that comes late is put in", () => {
  const trail = new PageTrail("");
  trail.at("https://shop.example/", "", 1);
  trail.at("https://shop.example/", "Home", 2);
  trail.at("https://shop.example/tea", "Tea", 3);
  expect(trail.take()).toEqual([
    { url: "https://shop.example/", title: "Home", at_ms: 1 },
    { url: "https://shop.example/tea", title: "Tea", at_ms: 3 },
  ]);
});

test("what was told is not told again, nor is the address on which it was told", () => {
  const trail = new PageTrail("");
  trail.at("https://shop.example/", "Home", 1);
  expect(trail.take()).toHaveLength(1);
  trail.at("https://shop.example/", "Home", 2);
  expect(trail.take()).toEqual([]);
});

test("the next page of a tab goes on with what the last one left", () => {
  const first = new PageTrail("");
  first.at("https://shop.example/", "Home", 1);
  const second = new PageTrail(first.text);
  second.at("https://shop.example/tea", "Tea", 2);
  expect(second.take().map(({ title }) => title)).toEqual(["Home", "Tea"]);
  expect(new PageTrail("{broken").take()).toEqual([]);
});

test("a long visit keeps its newest addresses, and a long title is cut", () => {
  const trail = new PageTrail("");
  for (let n = 0; n < VIEWS_MAX + 5; n += 1) trail.at(`https://a.example/${n}`, "x".repeat(999), n);
  const views = trail.take();
  expect(views).toHaveLength(VIEWS_MAX);
  expect(views[0]?.url).toBe("https://a.example/5");
  expect(views[0]?.title).toHaveLength(TITLE_CHARACTERS_MAX);
});
