import { expect, test } from "vitest";
import {
  BINARY,
  JSON_ENCODING,
  MalformedMessage,
  idText,
  messages,
  type ClientMessage,
  type Encoding,
  type Payload,
  type ServerMessage,
} from "@airdesk/protocol";
import { Random } from "./random.ts";

const SEEDS = 2_000;
const NUMBERS = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
const TEXTS = [
  "",
  "a",
  "\ufeffbom",
  'quote " and \\',
  "中文".repeat(20),
  "😀",
  "\u0000\u2028",
  "x".repeat(70_000),
];

function someId(random: Random): string {
  return idText(random.bytes(16));
}

/** A value for a field, told by its name: the table's kinds are closed. */
function someValue(name: string, random: Random): unknown {
  if (["on", "reset", "at_start", "wanted"].includes(name)) return random.below(2) === 1;
  if (["token", "cursor", "client", "text", "note"].includes(name)) return random.pick(TEXTS);
  if (["subject", "assignee", "agent", "team", "inbox"].includes(name))
    return random.pick(["", someId(random)]);
  if (["op", "device", "instance", "conversation", "you", "visitor", "by"].includes(name))
    return someId(random);
  if (name === "where") return random.pick([random.pick(NUMBERS), someId(random)]);
  const several = <T>(make: () => T): T[] => Array.from({ length: random.below(20) }, make);
  const part = (...names: string[]) => several(() => someParts(names, random));
  if (["participants", "mentions", "labels", "subjects", "agents"].includes(name))
    return several(() => someId(random));
  if (["mine", "queue"].includes(name)) return several(() => random.pick(NUMBERS));
  if (name === "held") return part("conversation", "seq", "wanted");
  if (name === "marks") return part("ref", "delivered", "read");
  if (name === "heads") return part("ref", "seq", "version");
  if (name === "events") {
    const said = ["file", "options", "subjects"];
    return part("seq", "prev", "dt_ms", "kind", "author", "text", "subject", "value", ...said);
  }
  if (name === "options") return several(() => random.pick(TEXTS));
  if (name === "media_type") return random.pick(TEXTS);
  return random.pick(NUMBERS);
}

function someParts(names: readonly string[], random: Random): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => [name, name === "file" ? someFile(random) : someValue(name, random)]),
  );
}

/** A file of an event, null for none; the file of a command is a ticket. */
function someFile(random: Random): unknown {
  if (random.below(2)) return null;
  return {
    ...someParts(["bytes", "media_type", "width", "height"], random),
    file: someId(random),
  };
}

function someMessage(random: Random): ClientMessage | ServerMessage {
  const all = [...messages.CLIENT_MESSAGES, ...messages.SERVER_MESSAGES];
  const definition = random.pick(all);
  const names = Object.entries(definition.fields as Record<string, { optional: boolean }>)
    .filter(([, field]) => !field.optional || random.below(2))
    .map(([name]) => name);
  const parts = someParts(names, random);
  if (definition.type === "send" && "file" in parts) parts["file"] = random.pick(TEXTS);
  return definition.make(parts as never);
}

function decode(encoding: Encoding, message: ClientMessage | ServerMessage, payload: Payload) {
  const fromServer = messages.SERVER_MESSAGES.some((known) => known.type === message.type);
  return fromServer ? encoding.decodeServer(payload) : encoding.decodeClient(payload);
}

test.each([BINARY, JSON_ENCODING])("every message comes back: $subprotocol", (encoding) => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const message = someMessage(new Random(seed));
    expect(decode(encoding, message, encoding.encode(message)), `seed ${seed}`).toEqual(message);
  }
});

test("a text with half a surrogate pair is mended before it is sent", () => {
  const note = messages.Note.make({ op: someId(new Random(1)), where: 0, text: "a\ud800b" });
  for (const encoding of [BINARY, JSON_ENCODING]) {
    expect(encoding.decodeClient(encoding.encode(note))).toEqual({ ...note, text: "a\ufffdb" });
  }
});

test("a number that JavaScript does not hold is refused before it is sent", () => {
  const closed = messages.Closed.make({ ref: 2 ** 53 });
  expect(() => BINARY.encode(closed)).toThrow(RangeError);
  expect(() => JSON_ENCODING.encode(closed)).toThrow(RangeError);
});

test("fields of a later version are passed over", () => {
  // [69, 1, 0, nil, 1.0, {"a": 1}, ext, -1]
  const bytes = "98450100c0cb3ff000000000000081a16101d40100ff";
  const opened = { type: "opened", ref: 1, base: 0 };
  expect(BINARY.decodeServer(Buffer.from(bytes, "hex"))).toEqual(opened);
  const text = '{"ref":1,"base":0,"later":[null,1.5],"type":"opened"}';
  expect(JSON_ENCODING.decodeServer(text)).toEqual(opened);
});

test("a name of the language's own objects is no field", () => {
  const text = '{"type":"closed","__proto__":{"ref":1}}';
  expect(() => JSON_ENCODING.decodeServer(text)).toThrow(MalformedMessage);
});

function onlyMalformed(read: () => unknown, about: string): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (error instanceof MalformedMessage) return true;
    throw new Error(`${about} raised ${String(error)}`, { cause: error });
  }
}

test("bytes that are no message raise MalformedMessage and nothing else", () => {
  let refused = 0;
  for (let seed = 0; seed < 20_000; seed += 1) {
    const random = new Random(seed);
    const about = `seed ${seed}`;
    const junk = random.below(2) ? random.bytes(random.below(40)) : damaged(random);
    refused += Number(onlyMalformed(() => BINARY.decodeServer(junk), about));
    refused += Number(onlyMalformed(() => BINARY.decodeClient(junk), about));
    refused += Number(onlyMalformed(() => JSON_ENCODING.decodeServer(junk), about));
  }
  expect(refused).toBeGreaterThan(30_000);
});

function damaged(random: Random): Uint8Array {
  const encoding = random.pick([BINARY, JSON_ENCODING]);
  const bytes = Uint8Array.from(Buffer.from(encoding.encode(someMessage(random)) as string));
  for (let hits = 1 + random.below(3); hits > 0; hits -= 1) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return bytes.subarray(0, random.below(4) ? bytes.length : random.below(bytes.length));
}

test("arrays without end do not exhaust the stack", () => {
  const deep = new Uint8Array(100_000).fill(0x91);
  expect(() => BINARY.decodeServer(deep)).toThrow(MalformedMessage);
  expect(() => JSON_ENCODING.decodeServer("[".repeat(100_000))).toThrow(MalformedMessage);
});
