/** The two encodings of a message: `airdesk.v1.json` and `airdesk.v1.bin`. */

import { MalformedMessage } from "./errors.ts";
import type { Structure } from "./fields.ts";
import {
  CLIENT_MESSAGES,
  SERVER_MESSAGES,
  type ClientMessage,
  type ServerMessage,
} from "./messages.ts";
import { pack, unpack } from "./msgpack.ts";
import { parseUtf8 } from "./text.ts";

/** Text, for people, scripts and third parties. */
export const JSON_SUBPROTOCOL = "airdesk.v1.json";
/** Binary, the default of our own clients. */
export const BINARY_SUBPROTOCOL = "airdesk.v1.bin";

/** One WebSocket message: text in the JSON encoding, bytes in the binary one. */
export type Payload = string | Uint8Array;

/**
 * How messages become payloads on a connection.
 *
 * Guarantees: `decode…(encode(x))` equals x for every message; a payload that is no message
 * raises MalformedMessage and nothing else.
 */
export interface Encoding {
  readonly subprotocol: string;
  readonly binary: boolean;
  /** Give the message's payload; fields with their default are left out where possible. */
  encode(message: ClientMessage | ServerMessage): Payload;
  /** Read what a client sent. Throws MalformedMessage. */
  decodeClient(payload: Payload): ClientMessage;
  /** Read what a server sent. Throws MalformedMessage. */
  decodeServer(payload: Payload): ServerMessage;
}

interface Entry extends Structure<unknown> {
  readonly number: number;
  readonly type: string;
}

class Table {
  readonly byNumber = new Map<unknown, Entry>();
  readonly byType = new Map<unknown, Entry>();

  constructor(definitions: readonly unknown[]) {
    for (const entry of definitions as readonly Entry[]) {
      this.byNumber.set(entry.number, entry);
      this.byType.set(entry.type, entry);
    }
  }
}

const CLIENT = new Table(CLIENT_MESSAGES);
const SERVER = new Table(SERVER_MESSAGES);

function entryOf(message: { readonly type: string }): Entry {
  const entry = CLIENT.byType.get(message.type) ?? SERVER.byType.get(message.type);
  if (entry === undefined) throw new RangeError(`no message is called ${message.type}`);
  return entry;
}

function decodeBinary(table: Table, payload: Payload): unknown {
  if (typeof payload === "string") throw new MalformedMessage("text where bytes were expected");
  const values = unpack(payload);
  if (!Array.isArray(values)) throw new MalformedMessage("an array was expected");
  const entry = table.byNumber.get(values[0]);
  if (entry === undefined) throw new MalformedMessage("no message has this number");
  return { type: entry.type, ...(entry.fromBinary(values.slice(1)) as object) };
}

function decodeJson(table: Table, payload: Payload): unknown {
  const value = parseJson(payload);
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "type")) {
    throw new MalformedMessage("an object with a type was expected");
  }
  const entry = table.byType.get((value as { type: unknown }).type);
  if (entry === undefined) throw new MalformedMessage("no message has this type");
  return { type: entry.type, ...(entry.fromJson(value) as object) };
}

function parseJson(payload: Payload): unknown {
  try {
    return JSON.parse(typeof payload === "string" ? payload : parseUtf8(payload));
  } catch {
    throw new MalformedMessage("it is no JSON");
  }
}

/** `airdesk.v1.bin`: positional msgpack arrays. */
export const BINARY: Encoding = {
  subprotocol: BINARY_SUBPROTOCOL,
  binary: true,
  encode(message) {
    const entry = entryOf(message);
    const values = entry.toBinary(message as never).slice(0, entry.kept(message as never));
    return pack([entry.number, ...values]);
  },
  decodeClient: (payload) => decodeBinary(CLIENT, payload) as ClientMessage,
  decodeServer: (payload) => decodeBinary(SERVER, payload) as ServerMessage,
};

/** `airdesk.v1.json`: objects with names, for people, scripts and third parties. */
export const JSON_ENCODING: Encoding = {
  subprotocol: JSON_SUBPROTOCOL,
  binary: false,
  encode(message) {
    const entry = entryOf(message);
    return JSON.stringify({ type: entry.type, ...entry.toJson(message as never) });
  },
  decodeClient: (payload) => decodeJson(CLIENT, payload) as ClientMessage,
  decodeServer: (payload) => decodeJson(SERVER, payload) as ServerMessage,
};

/** By WebSocket subprotocol, in the order of preference. */
export const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  [BINARY_SUBPROTOCOL, BINARY],
  [JSON_SUBPROTOCOL, JSON_ENCODING],
]);
