/**
 * Names of things: UUID text in this program and in JSON, 16 raw bytes in the binary encoding.
 *
 * Ids are UUIDv7 (RFC 9562, section 5.7), so they sort by the time at which they were made.
 */

/** A UUID as text: lower case with dashes. */
export type Id = string;

/** Length of every id in the binary encoding. */
export const ID_BYTES = 16;

/** Random bytes that {@link uuid7} takes. */
export const UUID7_RANDOM_BYTES = 10;

/** The id that names nothing (RFC 9562, section 5.9). */
export const NO_ID: Id = "00000000-0000-0000-0000-000000000000";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX: readonly string[] = Array.from({ length: 256 }, (_, n) =>
  n.toString(16).padStart(2, "0"),
);

/**
 * Lay out a UUIDv7 from a time and ten random bytes.
 *
 * @param unixMs - milliseconds since 1970, 0 to 2**48 - 1.
 * @param random - 10 bytes; 74 of their 80 bits are used.
 *
 * Source: RFC 9562, section 5.7.
 */
export function uuid7(unixMs: number, random: Uint8Array): Id {
  if (random.length !== UUID7_RANDOM_BYTES) {
    throw new RangeError(`a UUIDv7 takes ${UUID7_RANDOM_BYTES} random bytes`);
  }
  if (!(Number.isInteger(unixMs) && unixMs >= 0 && unixMs < 2 ** 48)) {
    throw new RangeError("a UUIDv7 carries milliseconds below 2**48");
  }
  const bytes = new Uint8Array(ID_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(unixMs / 2 ** 32));
  view.setUint32(2, unixMs % 2 ** 32);
  bytes.set(random, 6);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  return idText(bytes);
}

/** Give the milliseconds since 1970 that a UUIDv7 carries. */
export function idMs(id: Id): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/**
 * Write 16 bytes as UUID text.
 *
 * @throws RangeError - there are not 16 of them.
 */
export function idText(bytes: Uint8Array): Id {
  if (bytes.length !== ID_BYTES) {
    throw new RangeError(`an id has ${ID_BYTES} bytes, not ${bytes.length}`);
  }
  let hex = "";
  for (const byte of bytes) hex += HEX[byte];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** True for UUID text with dashes, in either case. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

/**
 * Read UUID text; upper case is accepted and becomes lower.
 *
 * @throws RangeError - the text is not a UUID with dashes.
 */
export function parseId(text: string): Id {
  if (!isId(text)) throw new RangeError("an id is a UUID with dashes");
  return text.toLowerCase();
}

/**
 * Give the 16 bytes of an id.
 *
 * @throws RangeError - the text is not a UUID with dashes.
 */
export function idBytes(id: Id): Uint8Array {
  const digits = parseId(id).replaceAll("-", "");
  return Uint8Array.from({ length: ID_BYTES }, (_, n) =>
    Number.parseInt(digits.slice(2 * n, 2 * n + 2), 16),
  );
}
