import { expect, test } from "vitest";
import { SUBPROTOCOL_BIN, SUBPROTOCOL_JSON, encodingOf } from "@airdesk/protocol";

test("each subprotocol chooses its encoding", () => {
  expect(encodingOf(SUBPROTOCOL_JSON)).toBe("json");
  expect(encodingOf(SUBPROTOCOL_BIN)).toBe("bin");
});

test("a subprotocol of somebody else chooses none", () => {
  expect(encodingOf("mqtt")).toBeUndefined();
});
