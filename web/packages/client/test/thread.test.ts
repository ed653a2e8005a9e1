import { expect, test } from "vitest";
import { Thread, type Answer, type StoredCommand } from "@airdesk/client";
import { messages } from "@airdesk/protocol";

const OP = "0192f0c1-a2b3-7c4d-8e5f-000000000001";
const OTHER_OP = "0192f0c1-a2b3-7c4d-8e5f-000000000002";

function event(seq: number, text: string, op = ""): messages.Event {
  const place = { ref: 1, seq, prev: seq - 1, dt_ms: seq * 1_000 };
  return messages.Event.make({ ...place, kind: 3, author: 0, text, op });
}

function waiting(op: string, text: string, order: number): StoredCommand {
  return { command: messages.Send.make({ op, where: 0, text }), order };
}

function accepted({ command }: StoredCommand, seq: number): Answer {
  return { op: command.op, command, refusal: null, conversation: null, seq };
}

function thread(...entries: StoredCommand[]): Thread {
  const made = new Thread();
  made.frame = { openedMs: 1_000_000, serverAheadMs: 0, ownAuthor: 0 };
  made.setPending(entries);
  return made;
}

const texts = (shown: Thread) => [...shown.events, ...shown.own].map(({ text }) => text);

test("a message is shown once whether its event or its answer comes first", () => {
  const entry = waiting(OP, "hello", 1_001_000);
  const eventFirst = thread(entry);
  eventFirst.add(event(1, "hello", OP));
  expect(texts(eventFirst)).toEqual(["hello"]);
  const answerFirst = thread(entry);
  answerFirst.answered(accepted(entry, 1));
  answerFirst.setPending([]);
  expect(answerFirst.own).toMatchObject([{ text: "hello", accepted: true }]);
  answerFirst.add(event(1, "hello", OP));
  expect(texts(answerFirst)).toEqual(["hello"]);
});

test("a message that another tab announces after its event is not shown again", () => {
  const shown = thread();
  shown.add(event(1, "hello", OP));
  shown.setPending([waiting(OP, "hello", 1_001_000)]);
  expect(texts(shown)).toEqual(["hello"]);
});

test("an event that is read again after a break still tells its operation", () => {
  const shown = thread(waiting(OP, "hello", 1_001_500), waiting(OTHER_OP, "hello", 1_001_500));
  shown.add(event(1, "hello", OP));
  expect(texts(shown)).toEqual(["hello", "hello"]);
  shown.add(event(2, "hello", OTHER_OP));
  expect(texts(shown)).toEqual(["hello", "hello"]);
});

test("an equal text of somebody else's is another message", () => {
  const shown = thread(waiting(OP, "yes", 1_001_000));
  shown.add(event(1, "yes"));
  expect(texts(shown)).toEqual(["yes", "yes"]);
});

test("a void view stays until its successor comes", () => {
  const shown = thread();
  shown.add(event(1, "old"));
  shown.reset();
  expect(texts(shown)).toEqual(["old"]);
  shown.add(event(7, "new"));
  expect(texts(shown)).toEqual(["new"]);
});

test("older events go before the first, and only there", () => {
  const shown = thread();
  shown.add(event(3, "three"));
  const older = (...seqs: number[]) =>
    seqs.map((seq) => {
      const { type: _type, ref: _ref, op: _op, ...rest } = event(seq, `${seq}`);
      return rest;
    });
  shown.prepend(messages.Page.make({ ref: 1, before: 2, events: older(1) }));
  shown.prepend(messages.Page.make({ ref: 1, before: 3, events: older(1) }));
  expect(texts(shown)).toEqual(["three"]);
  shown.prepend(messages.Page.make({ ref: 1, before: 3, events: older(1, 2), at_start: true }));
  expect(texts(shown)).toEqual(["1", "2", "three"]);
  expect(shown.atStart).toBe(true);
});

test("a file and offered answers are shown, a file on its way too", () => {
  const file = {
    file: OTHER_OP,
    bytes: 5_000,
    media_type: "image/png",
    width: 640,
    height: 480,
  };
  const command = messages.Send.make({ op: OP, where: 0, text: "a.png", file: "ticket" });
  const shown = thread({ command, order: 1 });
  expect(shown.own).toMatchObject([{ text: "a.png", file: "ticket" }]);
  shown.add({ ...event(1, "a.png", OP), file, options: ["yes", "no"] });
  expect(shown.own).toEqual([]);
  expect(shown.events).toMatchObject([{ text: "a.png", file, options: ["yes", "no"] }]);
});
