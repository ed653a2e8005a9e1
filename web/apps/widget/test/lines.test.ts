import { Thread } from "@airdesk/client";
import { messages } from "@airdesk/protocol";
import { expect, test } from "vitest";
import type { Boot, BootEvent } from "../src/frame/chat/api.ts";
import { Conversations } from "../src/frame/chat/conversations.ts";
import { awaitsRating, linesOf, openOptions, type Line } from "../src/frame/chat/lines.ts";
import { Words } from "../src/frame/text/words.ts";

const CONVERSATION = "0192f0c1-a2b3-7c4d-8e5f-000000000c01";
const VISITOR = "0192f0c1-a2b3-7c4d-8e5f-000000001101";
const AGENT = "0192f0c1-a2b3-7c4d-8e5f-000000000a01";
const OP = "0192f0c1-a2b3-7c4d-8e5f-000000000001";
const NOON = new Date(2026, 4, 4, 12).getTime();
const MINUTE = 60_000;

const said = (author: number, text: string, minute = 0, more: Partial<BootEvent> = {}) => ({
  ...{ kind: 3, author, text, dt_ms: minute * MINUTE },
  ...more,
});

/** The chat as boot tells it. */
function booted(events: readonly Partial<BootEvent>[], unread = 0, status = 2) {
  const conversations = new Conversations(VISITOR, () => NOON);
  const whole = events.map((event, n) => ({ seq: n + 1, prev: n, dt_ms: 0, kind: 3, ...event }));
  const row = { conversation: CONVERSATION, opened_ms: NOON, version: 1, status, visitor: VISITOR };
  const last = { last_seq: events.length, unread, participants: [AGENT] };
  const boot = { conversation: { ...row, ...last }, events: whole, at_start: true };
  const begun = conversations.begin(boot as unknown as Boot);
  return { conversations, begun, thread: conversations.thread(CONVERSATION) };
}

function shown(conversations: Conversations, nowMs = NOON, lobby = new Thread()): Line[] {
  const words = new Words("en", {});
  const known = { words, nowMs, lobby, uploads: [], fileOf: () => null };
  return linesOf({ conversations, nameOf: (id) => (id === AGENT ? "Emma" : ""), ...known });
}

const texts = (lines: readonly Line[]) =>
  lines.map((line) => (line.kind === "upload" ? line.upload.file.name : line.text));

test("boot gives all that the first picture needs, and where the socket goes on", () => {
  const { conversations, begun } = booted([said(0, "hello"), said(3, "hi")]);
  expect(begun).toEqual({ id: CONVERSATION, seq: 2 });
  expect(texts(shown(conversations))).toEqual(["Today", "hello", "hi"]);
  expect(shown(conversations).at(-1)).toMatchObject({ name: "Emma", own: false });
});

test("messages of one person within five minutes stand together", () => {
  const { conversations } = booted([
    said(3, "a"),
    said(3, "b", 1),
    said(3, "c", 9),
    said(0, "d", 9),
  ]);
  const ends = shown(conversations).flatMap((line) =>
    line.kind === "message" ? [[line.text, line.first, line.last]] : [],
  );
  expect(ends).toEqual([
    ["a", true, false],
    ["b", false, true],
    ["c", true, true],
    ["d", true, true],
  ]);
});

test("a line with the day stands before the first message of each", () => {
  const day = 24 * 60;
  const { conversations } = booted([said(0, "a"), said(0, "b", day), said(0, "c", 2 * day)]);
  const lines = shown(conversations, NOON + 2 * day * MINUTE);
  expect(texts(lines)).toEqual(["Mon, May 4", "a", "Yesterday", "b", "Today", "c"]);
});

test("own messages say how far they came, and keep their place when their event arrives", () => {
  const { conversations, thread } = booted([said(0, "a")]);
  const command = messages.Send.make({ op: OP, where: 0, text: "b" });
  thread.setPending([{ command, order: NOON }]);
  const pending = shown(conversations).at(-1);
  expect(pending).toMatchObject({ text: "b", state: "pending" });
  const event = { ref: 1, seq: 2, prev: 1, dt_ms: 0, kind: 3, author: 0, text: "b", op: OP };
  thread.add(messages.Event.make(event));
  expect(shown(conversations).at(-1)).toMatchObject({ key: pending?.key, state: "sent" });
  conversations.apply({
    happening: "other_side",
    conversation: CONVERSATION,
    message: { type: "mark", mark: { ref: 1, delivered: 2, read: 1 } },
  });
  const states = shown(conversations).map((line) => line.kind === "message" && line.state);
  expect(states).toEqual([false, "read", "delivered"]);
});

test("exactly the messages that nobody saw are unread", () => {
  const events = [said(3, "a"), said(0, "b"), said(3, "c"), said(3, "d")];
  const { conversations } = booted(events, 2);
  expect(conversations.unread).toBe(2);
  expect(conversations.seen()).toEqual([{ id: CONVERSATION, seq: 4 }]);
  expect(conversations.unread).toBe(0);
  expect(conversations.seen()).toEqual([]);
});

test("the bot's questions can be clicked as long as nobody said anything after them", () => {
  const asked = [said(2, "hello", 0, { options: ["When?", "How?"] })];
  expect(openOptions(shown(booted(asked).conversations))?.options).toEqual(["When?", "How?"]);
  const answered = [...asked, said(0, "When?", 1)];
  expect(openOptions(shown(booted(answered).conversations))).toBeNull();
  // Only the bot's: nobody else can put buttons into a visitor's chat.
  const forged = [said(3, "hello", 0, { options: ["Pay"] })];
  expect(openOptions(shown(booted(forged).conversations))).toBeNull();
});

test("a conversation is judged after its end, once, and again after another end", () => {
  const at = (...kinds: number[]) => booted(kinds.map((kind) => ({ kind, author: 0 }))).thread;
  expect(awaitsRating(at(3))).toBe(false);
  expect(awaitsRating(at(3, 8))).toBe(true);
  expect(awaitsRating(at(3, 8, 10))).toBe(false);
  expect(awaitsRating(at(3, 8, 9))).toBe(false);
  expect(awaitsRating(at(3, 8, 10, 9, 8))).toBe(true);
});

test("a message that was stored before a reload is shown once, an equal one after it too", () => {
  const { conversations, thread } = booted([said(0, "yes", -99), said(0, "yes", 1)]);
  const entry = (op: string, order: number) => ({
    command: messages.Send.make({ op, where: 0, text: "yes" }),
    order,
  });
  thread.setPending([entry(OP, NOON + MINUTE), entry(VISITOR, NOON + 2 * MINUTE)]);
  const states = shown(conversations).flatMap((line) =>
    line.kind === "message" ? [line.state] : [],
  );
  expect(states).toEqual(["sent", "sent", "pending"]);
});

test("a message before the first conversation is shown from the lobby", () => {
  const lobby = new Thread();
  lobby.setPending([
    { command: messages.Send.make({ op: OP, where: 0, text: "hi" }), order: NOON },
  ]);
  const lines = shown(new Conversations(VISITOR, () => NOON), NOON, lobby);
  expect(texts(lines)).toEqual(["Today", "hi"]);
});
