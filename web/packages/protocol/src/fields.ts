/** Kinds of fields: how each becomes binary and JSON and back, and what it is if left out. */

import { MalformedMessage } from "./errors.ts";
import { idBytes, idText, isId, parseId, type Id, ID_BYTES } from "./ids.ts";
import type { Packable, Unpacked } from "./msgpack.ts";
import { wellFormed } from "./text.ts";

/** What JSON can hold of a message. */
export type JsonValue = number | boolean | string | readonly JsonValue[] | JsonObject;
/** An object of named JSON values. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** One field's kind. With a `fallback` it may be left out. */
export interface Field<T, Fallback extends boolean = boolean> {
  readonly fallback: Fallback extends true ? T : T | undefined;
  readonly optional: Fallback;
  toBinary(value: T): Packable;
  /** @throws MalformedMessage - the value is none of this kind. */
  fromBinary(value: Unpacked): T;
  toJson(value: T): JsonValue;
  /** @throws MalformedMessage - the value is none of this kind. */
  fromJson(value: unknown): T;
}

/** A field that must be there, or, given a fallback, one that may be left out. */
interface Kind<T> {
  (): Field<T, false>;
  (fallback: T): Field<T, true>;
}

type Codec<T> = Pick<Field<T>, "toBinary" | "fromBinary" | "toJson" | "fromJson">;

function kind<T>(codec: Codec<T>): Kind<T> {
  return ((fallback?: T) => ({
    fallback,
    optional: fallback !== undefined,
    ...codec,
  })) as Kind<T>;
}

function readNat(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new MalformedMessage("a whole number was expected");
  }
  return value + 0; // -0 becomes 0
}

function writeNat(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${value} is no whole number from 0 to 2**53 - 1`);
  }
  return value;
}

function readText(value: unknown): string {
  if (typeof value !== "string") throw new MalformedMessage("a text was expected");
  return value;
}

function readFlag(value: unknown): boolean {
  if (typeof value !== "boolean") throw new MalformedMessage("true or false was expected");
  return value;
}

function readIdText(value: unknown): Id {
  if (typeof value !== "string" || !isId(value)) {
    throw new MalformedMessage("an id was expected");
  }
  return parseId(value);
}

function readIdBytes(value: unknown): Id {
  if (!(value instanceof Uint8Array) || value.length !== ID_BYTES) {
    throw new MalformedMessage("an id was expected");
  }
  return idText(value);
}

const same = <T>(value: T): T => value;

/** A whole number from 0 to 2**53 - 1. */
export const nat = kind<number>({
  toBinary: same,
  fromBinary: readNat,
  toJson: writeNat,
  fromJson: readNat,
});

/** A text; lone surrogates become U+FFFD on the wire. */
export const str = kind<string>({
  toBinary: same,
  fromBinary: readText,
  toJson: wellFormed,
  fromJson: (value) => {
    const text = readText(value);
    if (wellFormed(text) !== text) throw new MalformedMessage("half a surrogate pair");
    return text;
  },
});

/** True or false. */
export const flag = kind<boolean>({
  toBinary: same,
  fromBinary: readFlag,
  toJson: same,
  fromJson: readFlag,
});

/** An id. */
export const id = kind<Id>({
  toBinary: idBytes,
  fromBinary: readIdBytes,
  toJson: parseId,
  fromJson: readIdText,
});

const NONE = new Uint8Array(0);

/** An id, or "" for none. */
export const optionalId = kind<Id>({
  toBinary: (value) => (value === "" ? NONE : idBytes(value)),
  fromBinary: (value) =>
    value instanceof Uint8Array && value.length === 0 ? "" : readIdBytes(value),
  toJson: (value) => (value === "" ? "" : parseId(value)),
  fromJson: (value) => (value === "" ? "" : readIdText(value)),
});

/** A conversation: its `ref` on this connection, or its id. 0 is "mine" for a visitor. */
export type Where = number | Id;

/** A {@link Where}. */
export const where = kind<Where>({
  toBinary: (value) => (typeof value === "number" ? value : idBytes(value)),
  fromBinary: (value) => (typeof value === "number" ? readNat(value) : readIdBytes(value)),
  toJson: (value) => (typeof value === "number" ? writeNat(value) : parseId(value)),
  fromJson: (value) => (typeof value === "number" ? readNat(value) : readIdText(value)),
});

/** Several values of one kind. */
export function list<T>(item: Codec<T>): Kind<readonly T[]> {
  const each = <A, B>(value: unknown, read: (part: A) => B): readonly B[] => {
    if (!Array.isArray(value)) throw new MalformedMessage("a list was expected");
    return value.map((part: A) => read(part));
  };
  return kind<readonly T[]>({
    toBinary: (values) => values.map((value) => item.toBinary(value)),
    fromBinary: (value) => each(value, (part: Unpacked) => item.fromBinary(part)),
    toJson: (values) => values.map((value) => item.toJson(value)),
    fromJson: (value) => each(value, (part: unknown) => item.fromJson(part)),
  });
}

/** A structure that may be missing: null here, an array or nil in binary, left out in JSON. */
export function optional<T>(item: Codec<T>): Field<T | null, true> {
  return kind<T | null>({
    toBinary: (value) => (value === null ? null : item.toBinary(value)),
    fromBinary: (value) => (value === null ? null : item.fromBinary(value)),
    toJson: (value) => item.toJson(value as T),
    fromJson: (value) => item.fromJson(value),
  })(null);
}

/** The value of a field. */
export type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;

/** All fields, filled. */
export type Filled<F> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

type Optionals<F> = {
  [Name in keyof F]: F[Name] extends Field<infer _T, true> ? Name : never;
}[keyof F];

/** The fields as one writes them: those with a fallback may be left out. */
export type Draft<F> = Omit<Filled<F>, Optionals<F>> & Partial<Pick<Filled<F>, Optionals<F>>>;

/** A structure of named fields, positional in binary. */
export interface Structure<F> {
  readonly fields: F;
  /** Fill in what was left out. */
  fill(draft: Draft<F>): Filled<F>;
  /** All values in the order of the fields. */
  toBinary(value: Filled<F>): Packable[];
  /** How many of the values are left once those at the end that equal their fallback are cut. */
  kept(values: Filled<F>): number;
  /** Values missing at the end get their fallback; values that are too many are ignored. */
  fromBinary(value: Unpacked): Filled<F>;
  toJson(value: Filled<F>): JsonObject;
  fromJson(value: unknown): Filled<F>;
}

type AnyField = Field<unknown, boolean>;

function isFallback(value: unknown, fallback: unknown): boolean {
  if (value === fallback) return true;
  return Array.isArray(value) && Array.isArray(fallback) && !value.length && !fallback.length;
}

function valueOrFallback<V>(field: AnyField, value: V | undefined, read: (value: V) => unknown) {
  if (value !== undefined) return read(value);
  if (!field.optional) throw new MalformedMessage("a field is missing");
  return field.fallback;
}

/** Make the codec of a structure from its field table. */
export function structure<F>(fields: F): Structure<F> {
  const table = Object.entries(fields as Record<string, AnyField>);
  const build = (value: (name: string, field: AnyField, index: number) => unknown) =>
    Object.fromEntries(
      table.map(([name, field], index) => [name, value(name, field, index)]),
    ) as Filled<F>;
  const at = (value: object, name: string): unknown => (value as Record<string, unknown>)[name];
  return {
    fields,
    fill: (draft) => build((name, field) => at(draft, name) ?? field.fallback),
    toBinary: (value) => table.map(([name, field]) => field.toBinary(at(value as object, name))),
    kept(value) {
      let count = table.length;
      for (; count > 0; count -= 1) {
        const [name, field] = table[count - 1] as [string, AnyField];
        if (!field.optional || !isFallback(at(value as object, name), field.fallback)) break;
      }
      return count;
    },
    fromBinary(value) {
      if (!Array.isArray(value)) throw new MalformedMessage("an array was expected");
      return build((_name, field, index) =>
        valueOrFallback(field, value[index], (part) => field.fromBinary(part)),
      );
    },
    toJson(value) {
      const written: Record<string, JsonValue> = {};
      for (const [name, field] of table) {
        const part = at(value as object, name);
        if (!field.optional || !isFallback(part, field.fallback))
          written[name] = field.toJson(part);
      }
      return written;
    },
    fromJson(value) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new MalformedMessage("an object was expected");
      }
      return build((name, field) =>
        valueOrFallback(field, Object.hasOwn(value, name) ? at(value, name) : undefined, (part) =>
          field.fromJson(part),
        ),
      );
    },
  };
}
