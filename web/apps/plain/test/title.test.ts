import { expect, test } from "vitest";
import { pageTitle } from "../src/title.ts";

test("the title counts what was not read", () => {
  expect(pageTitle("agent", 3)).toBe("(3) Agent · AirDesk");
});

test("a title without unread messages has no number", () => {
  expect(pageTitle("visitor", 0)).toBe("Visitor · AirDesk");
});
