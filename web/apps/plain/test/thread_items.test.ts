import { expect, test } from "vitest";
import { Thread } from "@airdesk/client";
import { messages } from "@airdesk/protocol";
import { awaitsRating, threadItems } from "../src/thread_items.ts";
import { Words } from "../src/words.ts";

const OP = "0192f0c1-a2b3-7c4d-8e5f-000000000001";

function thread(...events: { kind: number; author?: number; text?: string; value?: number }[]) {
  const made = new Thread();
  made.frame = { openedMs: 0, serverAheadMs: 0, ownAuthor: 0 };
  events.forEach((fields, n) =>
    made.add(messages.Event.make({ ref: 1, seq: n + 1, prev: n, dt_ms: 0, ...fields })),
  );
  return made;
}

const context = {
  words: new Words("en"),
  marks: { delivered: 2, read: 1 },
  side: "visitor",
  prefix: "",
} as const;

test("own messages tell how far they have come", () => {
  const shown = thread(...[1, 2, 3].map(() => ({ kind: 3, author: 0, text: "hello" })));
  const command = messages.Send.make({ op: OP, where: 0, text: "late" });
  shown.setPending([{ command, order: 1 }]);
  expect(threadItems(shown, context)).toMatchObject([
    { seq: 1, state: "read", own: true },
    { seq: 2, state: "delivered" },
    { seq: 3, state: "sent" },
    { seq: 0, state: "pending", op: OP },
  ]);
});

test("others' messages have an author and no state", () => {
  const shown = thread({ kind: 3, author: 4, text: "hi" }, { kind: 3, author: 2, text: "beep" });
  expect(threadItems(shown, context)).toMatchObject([
    { author: "agent", own: false, state: "" },
    { author: "bot", own: false, state: "" },
  ]);
});

test("what happened is told in words", () => {
  const shown = thread({ kind: 1 }, { kind: 5 }, { kind: 5, value: 3 }, { kind: 10, value: 4 });
  const told = threadItems(shown, context).map(({ text }) => text);
  expect(told).toEqual([
    "Conversation started",
    "Waiting for an agent",
    "Waiting for another agent",
    "Rated 4 of 5",
  ]);
});

test("a rating is asked for after each end, once", () => {
  expect(awaitsRating(thread({ kind: 1 }))).toBe(false);
  expect(awaitsRating(thread({ kind: 8 }))).toBe(true);
  expect(awaitsRating(thread({ kind: 8 }, { kind: 10 }))).toBe(false);
  expect(awaitsRating(thread({ kind: 8 }, { kind: 10 }, { kind: 9 }, { kind: 8 }))).toBe(true);
});
