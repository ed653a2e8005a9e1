import { describe, expect, test } from "vitest";
import { BINARY, JSON_ENCODING, MalformedMessage } from "@airdesk/protocol";
import { bytesOf, decode, readVectors, type Vector } from "./vectors.ts";

describe("each message has these bytes", () => {
  test.each(readVectors<Vector[]>("wire.json"))("$name", ({ direction, json, bin }) => {
    const message = decode(BINARY, direction, bytesOf(bin));
    expect(decode(JSON_ENCODING, direction, json)).toEqual(message);
    expect(JSON_ENCODING.encode(message)).toBe(json);
    expect(Buffer.from(BINARY.encode(message) as Uint8Array).toString("hex")).toBe(bin);
  });
});

describe("other bytes for the same message are read", () => {
  test.each(readVectors<Vector[]>("tolerated.json"))("$name", (vector) => {
    const { direction, json, bin, same_as } = vector;
    const message = decode(BINARY, direction, bytesOf(same_as ?? ""));
    expect(decode(JSON_ENCODING, direction, json)).toEqual(message);
    expect(decode(BINARY, direction, bytesOf(bin))).toEqual(message);
  });
});

describe("what is no message is refused", () => {
  test.each(readVectors<Vector[]>("refused.json"))("$name", ({ direction, json, bin }) => {
    expect(() => decode(JSON_ENCODING, direction, json)).toThrow(MalformedMessage);
    expect(() => decode(BINARY, direction, bytesOf(bin))).toThrow(MalformedMessage);
  });
});
