import { expect, test } from "vitest";
import { ClientSession, JSON_ENCODING, Outbox, messages } from "@airdesk/protocol";

const ID = "0192f0c1-a2b3-7c4d-8e5f-000000000c01";

function session(): ClientSession {
  const ids = { device: ID, instance: ID };
  return new ClientSession({ encoding: JSON_ENCODING, token: "t", outbox: new Outbox(), ...ids });
}

function greet(client: ClientSession): messages.Hello {
  client.connected();
  return JSON_ENCODING.decodeClient(client.takeOutgoing()[0]!) as messages.Hello;
}

test("a session goes on behind what the page got in another way", () => {
  const client = session();
  client.hold(ID, 7);
  expect(greet(client).held).toEqual([{ conversation: ID, seq: 7, wanted: false }]);
  const row = { ref: 1, conversation: ID, opened_ms: 1, version: 1, status: 2, visitor: ID };
  for (const message of [
    messages.Welcome.make({ you: ID, role: 0, server_ms: 1, beat_ms: 1, cursor: "c" }),
    messages.Row.make({ ...row, last_seq: 8, last_ms: 1 }),
    messages.Opened.make({ ref: 1, base: 7 }),
    messages.Event.make({ ref: 1, seq: 8, prev: 7, dt_ms: 1, kind: 3, text: "next" }),
  ]) {
    client.receive(JSON_ENCODING.encode(message));
  }
  const happenings = client.takeHappenings().map(({ happening }) => happening);
  expect(happenings).toEqual(["welcomed", "row_changed", "event_arrived"]);
});

test("what a session knows better by itself is not overwritten", () => {
  const client = session();
  client.hold(ID, 7);
  client.hold(ID, 3);
  expect(greet(client).held).toMatchObject([{ seq: 7 }]);
  client.hold("0192f0c1-a2b3-7c4d-8e5f-000000000c02", 9);
  client.disconnected();
  expect(greet(client).held).toHaveLength(1);
});
