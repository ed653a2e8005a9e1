import { expect, test } from "vitest";
import { ButtonOperations, Draft, Mint } from "@airdesk/client";
import { VirtualClock } from "./kit/clock.ts";
import { SeededRandom } from "./kit/random.ts";

const mint = () => new Mint(new VirtualClock(), new SeededRandom(1));

test("a draft is taken once", () => {
  const draft = new Draft(mint());
  draft.edit("hel");
  draft.edit("hello ");
  expect(draft.take()?.text).toBe("hello");
  expect(draft.take()).toBeNull();
});

test("a draft may carry a file, once", () => {
  const draft = new Draft(mint());
  draft.attach("发票.pdf", "ticket");
  expect(draft.take()).toMatchObject({ text: "发票.pdf", file: "ticket" });
  expect(draft.take()).toBeNull();
  draft.edit("hello");
  expect(draft.take()?.file).toBe("");
});

test("two drafts with one text are two operations", () => {
  const draft = new Draft(mint());
  draft.edit("hello");
  const first = draft.take();
  draft.edit("hello");
  expect(draft.take()?.op).not.toBe(first?.op);
});

test("blanks are no message", () => {
  const draft = new Draft(mint());
  draft.edit("  \n ");
  expect(draft.take()).toBeNull();
  expect(draft.text).toBe("  \n ");
});

test("a button keeps its operation until it is answered", () => {
  const operations = new ButtonOperations(mint());
  const op = operations.op("resolve 1");
  expect(operations.op("resolve 1")).toBe(op);
  expect(operations.op("resolve 2")).not.toBe(op);
  operations.answered(op);
  expect(operations.op("resolve 1")).not.toBe(op);
});
