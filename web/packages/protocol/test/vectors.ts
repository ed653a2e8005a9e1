import { readFileSync, readdirSync } from "node:fs";
import type { ClientMessage, Encoding, Payload, ServerMessage } from "@airdesk/protocol";

/** The bytes that every implementation reproduces; `tests/vectors/README.md` tells their form. */
const FOLDER = new URL("../../../../tests/vectors/", import.meta.url);

/** A message in both encodings. */
export interface Pair {
  readonly json: string;
  readonly bin: string;
}

/** One entry of `wire.json`, `tolerated.json` or `refused.json`. */
export interface Vector extends Pair {
  readonly name: string;
  readonly direction: "client" | "server";
  readonly same_as?: string;
}

/** Read one file of vectors. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf-8")) as T;
}

/** The names of the recorded sessions. */
export function sessionNames(): string[] {
  return readdirSync(new URL("session/", FOLDER)).filter((name) => name.endsWith(".json"));
}

/** The bytes that hex digits write. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** A pair's payload in an encoding. */
export function payloadOf(encoding: Encoding, pair: Pair): Payload {
  return encoding.binary ? bytesOf(pair.bin) : pair.json;
}

/** What a payload says, whoever sends it. */
export function decode(
  encoding: Encoding,
  direction: "client" | "server",
  payload: Payload,
): ClientMessage | ServerMessage {
  return direction === "client" ? encoding.decodeClient(payload) : encoding.decodeServer(payload);
}
