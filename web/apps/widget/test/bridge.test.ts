import { expect, test } from "vitest";
import { opened } from "../src/shared/bridge.ts";

const source = {};
const expected = { source, origin: "https://desk.example", nonce: "n1" };
const event = (changes: object) =>
  ({
    ...{ source, origin: "https://desk.example", data: { airdesk: "n1", body: { say: "close" } } },
    ...changes,
  }) as unknown as MessageEvent;

test("only the other half is heard: same window, same origin, same nonce", () => {
  expect(opened(event({}), expected)).toEqual({ say: "close" });
  expect(opened(event({ source: {} }), expected)).toBeNull();
  expect(opened(event({ origin: "https://evil.example" }), expected)).toBeNull();
  expect(opened(event({ data: { airdesk: "n2", body: {} } }), expected)).toBeNull();
});

test("what other scripts post is passed over, whatever it is", () => {
  for (const data of [null, undefined, "close", 7, [], { body: { say: "close" } }]) {
    expect(opened(event({ data }), expected)).toBeNull();
  }
});
