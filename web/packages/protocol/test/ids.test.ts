import { expect, test } from "vitest";
import { idBytes, idMs, idText, isId, parseId, uuid7 } from "@airdesk/protocol";

test("a UUIDv7 carries its time, its version and its variant", () => {
  const id = uuid7(0x0192f0c1a2b3, new Uint8Array(10).fill(0xff));
  expect(id).toBe("0192f0c1-a2b3-7fff-bfff-ffffffffffff");
  expect(idMs(id)).toBe(0x0192f0c1a2b3);
});

test("the example of RFC 9562 comes out", () => {
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  expect(uuid7(0x017f22e279b0, random)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
});

test("text and bytes name the same id", () => {
  const text = "0192f0c1-a2b3-7c4d-8e5f-0000000000ff";
  expect(idText(idBytes(text))).toBe(text);
  expect(parseId(text.toUpperCase())).toBe(text);
});

test.each(["", "0192f0c1a2b37c4d8e5f0000000000ff", "0192f0c1-a2b3-7c4d-8e5f-0000000000fg"])(
  "%j is no id",
  (text) => {
    expect(isId(text)).toBe(false);
    expect(() => parseId(text)).toThrow(RangeError);
  },
);

test("a time beyond 48 bits is refused", () => {
  expect(() => uuid7(2 ** 48, new Uint8Array(10))).toThrow(RangeError);
  expect(() => uuid7(0, new Uint8Array(9))).toThrow(RangeError);
});
