import { expect, test } from "vitest";
import { TypingSignal } from "../src/frame/chat/typing_signal.ts";

/** A signal whose clock is moved by hand. */
function signal() {
  let now = 10_000;
  let due: { atMs: number; act: () => void } | null = null;
  const told: string[] = [];
  const typing = new TypingSignal({
    tell: (on, text) => told.push(on ? text : "(ended)"),
    nowMs: () => now,
    after: (ms, act) => {
      due = { atMs: now + ms, act };
      return () => (due = null);
    },
  });
  const pass = (ms: number) => {
    now += ms;
    if (due === null || due.atMs > now) return;
    const { act } = due;
    due = null;
    act();
  };
  return { typing, told, pass };
}

test("what is typed is told at once, then once a second, the last change always", () => {
  const { typing, told, pass } = signal();
  for (const text of ["W", "Wh", "Whe", "Wher"]) typing.typed(text);
  expect(told).toEqual(["W"]);
  pass(1_000);
  expect(told).toEqual(["W", "Wher"]);
  pass(5_000);
  typing.typed("Where");
  expect(told).toEqual(["W", "Wher", "Where"]);
});

test("an emptied field ends it, once, and nothing comes after", () => {
  const { typing, told, pass } = signal();
  typing.typed("W");
  typing.typed("Wh");
  typing.typed("");
  typing.stopped();
  pass(5_000);
  expect(told).toEqual(["W", "(ended)"]);
});

test("a sent message is not shown again as something typed", () => {
  const { typing, told, pass } = signal();
  typing.typed("W");
  typing.typed("Where is it?");
  typing.sent();
  typing.typed("");
  pass(5_000);
  expect(told).toEqual(["W"]);
});
