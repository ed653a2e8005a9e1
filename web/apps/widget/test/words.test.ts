import { expect, test } from "vitest";
import { Words, asksForPerson } from "../src/frame/text/words.ts";

test("an inbox's words for an empty desk are said before a message and after it", () => {
  const words = new Words("en", { offline: "Back on Monday." });
  expect(words.say("offline")).toBe("Back on Monday.");
  expect(words.say("offlineLeft")).toBe("Back on Monday.");
});

test("who has left a message is not asked to leave one", () => {
  expect(new Words("en", { offline: "" }).say("offlineLeft")).not.toMatch(/leave a message/i);
});

test("the way to a person is known in whatever language the bot offers it", () => {
  expect(asksForPerson("Talk to a person")).toBe(true);
  expect(asksForPerson("转人工客服")).toBe(true);
  expect(asksForPerson("What does shipping cost?")).toBe(false);
});

test("each field of the form has a label", () => {
  for (const field of ["name", "email", "phone"] as const) {
    expect(new Words("zh", {}).say(field)).not.toBe("");
  }
});
