import { describe, expect, test } from "vitest";
import {
  BINARY,
  ClientSession,
  JSON_ENCODING,
  Outbox,
  type CommandMessage,
  type Encoding,
  type Happening,
  type Payload,
} from "@airdesk/protocol";
import { payloadOf, readVectors, sessionNames, type Pair } from "./vectors.ts";

interface Step {
  readonly do: string;
  readonly message: Pair;
  readonly token: string;
  readonly conversation: string;
  readonly before: number;
  readonly seq: number;
  readonly on: boolean;
  readonly text?: string;
  readonly outgoing: readonly Pair[];
  readonly happenings: readonly object[];
  readonly phase: string;
  readonly cursor: string;
  readonly outbox: readonly string[];
}

interface Trace {
  readonly title: string;
  readonly token: string;
  readonly device: string;
  readonly instance: string;
  readonly outbox: readonly Pair[];
  readonly steps: readonly Step[];
}

function commandOf(encoding: Encoding, pair: Pair): CommandMessage {
  return encoding.decodeClient(payloadOf(encoding, pair)) as CommandMessage;
}

function take(session: ClientSession, encoding: Encoding, step: Step): void {
  switch (step.do) {
    case "connected":
      return session.connected();
    case "disconnected":
      return session.disconnected();
    case "token":
      session.token = step.token;
      return;
    case "receive":
      return session.receive(payloadOf(encoding, step.message));
    case "submit":
      return session.submit(commandOf(encoding, step.message));
    case "resubmit":
      return session.resubmit();
    case "follow":
      return session.follow(step.conversation);
    case "unfollow":
      return session.unfollow(step.conversation);
    case "history":
      return session.history(step.conversation, step.before);
    case "typing":
      return session.typing(step.conversation, step.on, step.text);
    case "view":
      return session.view(step.conversation || null);
    case "read":
      return session.read(step.conversation, step.seq);
    case "flush_receipts":
      return session.flushReceipts();
    default:
      throw new Error(`no step is called ${step.do}`);
  }
}

/** A message in its JSON form as an object: defaults left out. */
function asJson(message: Parameters<Encoding["encode"]>[0]): object {
  return JSON.parse(JSON_ENCODING.encode(message) as string) as object;
}

/** A happening in the words of the vectors. */
function told(happening: Happening): object {
  switch (happening.happening) {
    case "welcomed":
      return { happening: "welcomed", message: asJson(happening.welcome) };
    case "event_arrived": {
      const { event, ...rest } = happening;
      return { ...rest, message: asJson(event) };
    }
    case "row_changed": {
      const { row, ...rest } = happening;
      return { ...rest, message: asJson(row) };
    }
    case "list_changed": {
      const { listing, ...rest } = happening;
      return { ...rest, message: asJson(listing) };
    }
    case "command_done": {
      const { answer, ...rest } = happening;
      return { ...rest, message: asJson(answer) };
    }
    case "other_side": {
      const { message, ...rest } = happening;
      if (message.type === "mark") return { ...rest, mark: message.mark };
      return { ...rest, message: asJson(message) };
    }
    default:
      return happening;
  }
}

function hexOrText(payload: Payload): string {
  return typeof payload === "string" ? payload : Buffer.from(payload).toString("hex");
}

function replay(trace: Trace, encoding: Encoding): void {
  const session = new ClientSession({
    encoding,
    token: trace.token,
    device: trace.device,
    instance: trace.instance,
    outbox: new Outbox(trace.outbox.map((pair) => commandOf(encoding, pair))),
  });
  trace.steps.forEach((step, number) => {
    take(session, encoding, step);
    const found = {
      outgoing: session.takeOutgoing().map(hexOrText),
      happenings: session.takeHappenings().map(told),
      phase: session.phase,
      cursor: session.cursor,
      outbox: session.outbox.entries.map((entry) => entry.op),
    };
    const { happenings, phase, cursor, outbox } = step;
    const outgoing = step.outgoing.map((pair) => (encoding.binary ? pair.bin : pair.json));
    const expected = { outgoing, happenings, phase, cursor, outbox };
    expect(found, `step ${number}: ${step.do}`).toEqual(expected);
  });
}

describe.each(sessionNames())("the recorded session %s is reproduced", (name) => {
  const trace = readVectors<Trace>(`session/${name}`);
  test.each([BINARY, JSON_ENCODING])(`${trace.title} ($subprotocol)`, (encoding) => {
    expect(trace.steps.length).toBeGreaterThan(0);
    replay(trace, encoding);
  });
});
