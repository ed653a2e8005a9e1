/**
 * The part of msgpack that messages use: nil, whole numbers, booleans, text, bytes and arrays.
 *
 * What is written is canonical (the shortest form of each value), so the bytes equal those of
 * every other canonical writer. Reading accepts every form; floats, maps and extensions,
 * which only a later version of the protocol could bring, are passed over as {@link OTHER}.
 */

import { MalformedMessage } from "./errors.ts";
import { NESTING_MAX } from "./limits.ts";
import { parseUtf8, utf8 } from "./text.ts";

/** A value of a type that no field of today has. */
export const OTHER: unique symbol = Symbol("other");

/** What can be written. */
export type Packable = number | boolean | string | Uint8Array | null | readonly Packable[];

/** What can be read. */
export type Unpacked = number | boolean | string | Uint8Array | null | typeof OTHER | Unpacked[];

/**
 * Write a value.
 *
 * @throws RangeError - a number is not a whole one from 0 to 2**53 - 1.
 */
export function pack(value: Packable): Uint8Array {
  const writer = new Writer();
  writer.value(value);
  return writer.bytes();
}

/**
 * Read the one value that the bytes hold.
 *
 * @throws MalformedMessage - the bytes hold less or more than one value.
 */
export function unpack(bytes: Uint8Array): Unpacked {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.atEnd) throw new MalformedMessage("bytes after the end");
  return value;
}

class Writer {
  #buffer = new Uint8Array(128);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  value(value: Packable): void {
    if (typeof value === "number") this.#number(value);
    else if (value === null) this.#byte(0xc0);
    else if (typeof value === "boolean") this.#byte(value ? 0xc3 : 0xc2);
    else if (typeof value === "string") this.#text(value);
    else if (value instanceof Uint8Array) this.#blob(value);
    else this.#array(value);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`${value} is no whole number from 0 to 2**53 - 1`);
    }
    if (value < 0x80) return this.#byte(value);
    if (value < 2 ** 32) return this.#sized(value, 0xcc, 0xcd, 0xce);
    this.#byte(0xcf);
    this.#unsigned(Math.floor(value / 2 ** 32), 4);
    this.#unsigned(value % 2 ** 32, 4);
  }

  #text(value: string): void {
    const encoded = utf8(value);
    if (encoded.length < 32) this.#byte(0xa0 | encoded.length);
    else this.#sized(encoded.length, 0xd9, 0xda, 0xdb);
    this.#raw(encoded);
  }

  #blob(value: Uint8Array): void {
    this.#sized(value.length, 0xc4, 0xc5, 0xc6);
    this.#raw(value);
  }

  #array(values: readonly Packable[]): void {
    if (values.length < 16) this.#byte(0x90 | values.length);
    else if (values.length < 2 ** 16) {
      this.#byte(0xdc);
      this.#unsigned(values.length, 2);
    } else {
      this.#byte(0xdd);
      this.#unsigned(values.length, 4);
    }
    for (const value of values) this.value(value);
  }

  /** The head that fits a number: one, two or four bytes of it after a head of that size. */
  #sized(value: number, one: number, two: number, four: number): void {
    const size = value < 2 ** 8 ? 1 : value < 2 ** 16 ? 2 : 4;
    this.#byte(size === 1 ? one : size === 2 ? two : four);
    this.#unsigned(value, size);
  }

  #byte(value: number): void {
    this.#unsigned(value, 1);
  }

  #unsigned(value: number, size: 1 | 2 | 4): void {
    this.#room(size);
    if (size === 1) this.#view.setUint8(this.#length, value);
    else if (size === 2) this.#view.setUint16(this.#length, value);
    else this.#view.setUint32(this.#length, value);
    this.#length += size;
  }

  #raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    grown.set(this.#buffer);
    this.#buffer = grown;
    this.#view = new DataView(grown.buffer);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): Unpacked {
    const head = this.#unsigned(1);
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    if (head < 0xa0) return this.#array(head & 0x0f, depth);
    if (head < 0xc0) return this.#text(head & 0x1f);
    if (head >= 0xe0) return head - 0x100;
    return this.#headed(head, depth);
  }

  #headed(head: number, depth: number): Unpacked {
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#length(head - 0xc4)).slice();
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#skip(this.#length(head - 0xc7) + 1);
      case 0xca:
        return this.#skip(4);
      case 0xcb:
        return this.#skip(8);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#length(head - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#length(head - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#length(head - 0xdd), depth);
      default:
        return this.#number(head);
    }
  }

  #number(head: number): Unpacked {
    if (head >= 0xcc && head <= 0xce) return this.#length(head - 0xcc);
    if (head === 0xcf) return this.#unsigned(4) * 2 ** 32 + this.#unsigned(4);
    if (head >= 0xd0 && head <= 0xd3) return this.#signed(head - 0xd0);
    if (head >= 0xd4 && head <= 0xd8) return this.#skip(1 + 2 ** (head - 0xd4));
    throw new MalformedMessage("a byte that starts no value");
  }

  #signed(power: number): number {
    const size = 2 ** power;
    const at = this.#at;
    this.#take(size);
    if (size === 1) return this.#view.getInt8(at);
    if (size === 2) return this.#view.getInt16(at);
    if (size === 4) return this.#view.getInt32(at);
    return this.#view.getInt32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
  }

  #length(power: number): number {
    return this.#unsigned((2 ** power) as 1 | 2 | 4);
  }

  #unsigned(size: 1 | 2 | 4): number {
    const at = this.#at;
    this.#take(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #text(length: number): string {
    const bytes = this.#take(length);
    try {
      return parseUtf8(bytes);
    } catch {
      throw new MalformedMessage("text that is not UTF-8");
    }
  }

  #array(length: number, depth: number): Unpacked[] {
    if (depth >= NESTING_MAX) throw new MalformedMessage("arrays too deep");
    const values: Unpacked[] = [];
    for (let n = 0; n < length; n += 1) values.push(this.value(depth + 1));
    return values;
  }

  #map(length: number, depth: number): typeof OTHER {
    // Keys and values alike are passed over.
    if (depth >= NESTING_MAX) throw new MalformedMessage("maps too deep");
    for (let n = 0; n < 2 * length; n += 1) this.value(depth + 1);
    return OTHER;
  }

  #skip(length: number): typeof OTHER {
    this.#take(length);
    return OTHER;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new MalformedMessage("it ends too early");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
