import { expect, test } from "vitest";
import { CommandQueue, type Caller } from "../src/loader/command_queue.ts";

/** The function of the guide's snippet. */
function snippet(): Caller {
  const caller: Caller = (...given) => {
    (caller.q ??= []).push(given);
  };
  return caller;
}

test("calls that were made before the widget was there come first, in order, once", () => {
  const early = snippet();
  early("identify", { userId: "1" });
  early("open");
  const queue = new CommandQueue(early);
  queue.caller("close");
  const run: unknown[] = [];
  queue.start((call) => run.push(call));
  queue.caller("toggle", 3);
  expect(run).toEqual([["identify", { userId: "1" }], ["open"], ["close"], ["toggle", 3]]);
});

test("a call is answered once the widget is there", () => {
  const queue = new CommandQueue(undefined);
  expect(queue.caller("on", "open")).toBeUndefined();
  queue.start(([command]) => `did ${String(command)}`);
  expect(queue.caller("on")).toBe("did on");
});

test("a call made by a queued call is not lost and not doubled", () => {
  const queue = new CommandQueue(undefined);
  queue.caller("first");
  const run: unknown[] = [];
  queue.start(([command]) => {
    run.push(command);
    if (command === "first") queue.caller("second");
  });
  expect(run).toEqual(["first", "second"]);
});
