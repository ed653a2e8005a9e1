import { expect, test } from "vitest";
import { messages } from "@airdesk/protocol";
import { unsentOf } from "../src/desk/unsent.ts";

const OP = "0192f0c1-a2b3-7c4d-8e5f-000000000001";
const WHERE = "0192f0c1-a2b3-7c4d-8e5f-000000000c01";
const REFUSED = { number: 4204, text: "no" };

test("the note of a transfer that nobody took is kept as a note", () => {
  const transfer = messages.Transfer.make({ op: OP, where: WHERE, agent: OP, note: "call him" });
  expect(unsentOf(transfer, REFUSED, 5)).toMatchObject({
    op: OP,
    conversation: WHERE,
    text: "call him",
    note: true,
    number: 4204,
    atMs: 5,
  });
});

test("where nothing was written nothing is kept", () => {
  const bare = messages.Transfer.make({ op: OP, where: WHERE, agent: OP });
  expect(unsentOf(bare, REFUSED, 5)).toBeNull();
  expect(unsentOf(messages.Resolve.make({ op: OP, where: WHERE }), REFUSED, 5)).toBeNull();
});

test("a refused message keeps its file, and is no note", () => {
  const send = messages.Send.make({ op: OP, where: WHERE, text: "map.png", file: "ticket" });
  expect(unsentOf(send, REFUSED, 5)).toMatchObject({
    text: "map.png",
    file: "ticket",
    note: false,
  });
});
