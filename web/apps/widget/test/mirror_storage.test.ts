import { LocalOutboxStore } from "@airdesk/client";
import { messages } from "@airdesk/protocol";
import { expect, test } from "vitest";
import { KnownVisitor } from "../src/frame/chat/identity.ts";
import { MirrorStorage } from "../src/frame/page/mirror_storage.ts";

const OP = "0192f0c1-a2b3-7c4d-8e5f-000000000001";
const GUEST = "0192f0c1-a2b3-7c4d-8e5f-000000000011";
const CUSTOMER = "0192f0c1-a2b3-7c4d-8e5f-000000000012";
const entry = { command: messages.Send.make({ op: OP, where: 0, text: "hello" }), order: 5 };

/** A host's storage, and mirrors of it as frames get them. */
function host() {
  const items = new Map<string, string>();
  const load = () =>
    new MirrorStorage(Object.fromEntries(items), (key, value) => {
      if (value === null) items.delete(key);
      else items.set(key, value);
    });
  return { items, load };
}

test("what waits in the outbox is there after a reload, as it lies with the host", () => {
  const { items, load } = host();
  new LocalOutboxStore(load(), new EventTarget(), GUEST).put(entry);
  const reloaded = new LocalOutboxStore(load(), new EventTarget(), GUEST);
  expect(reloaded.list()).toEqual([entry]);
  reloaded.remove(OP);
  expect(items.size).toBe(0);
});

test("a message written a moment before it was known who wrote it goes with the person", () => {
  const { load } = host();
  const storage = load();
  new LocalOutboxStore(storage, new EventTarget(), GUEST).put(entry);
  new KnownVisitor(storage).adoptOutbox(GUEST, CUSTOMER);
  expect(new LocalOutboxStore(load(), new EventTarget(), GUEST).list()).toEqual([]);
  expect(new LocalOutboxStore(load(), new EventTarget(), CUSTOMER).list()).toEqual([entry]);
});

test("what another tab changed is seen", () => {
  const storage = new MirrorStorage({ a: "1", b: "2" }, () => undefined);
  storage.changed("a", null);
  storage.changed("c", "3");
  expect(storage.getItem("a")).toBeNull();
  expect(Array.from({ length: storage.length }, (_, n) => storage.key(n))).toEqual(["b", "c"]);
});

test("a visitor is remembered only if the id is one", () => {
  const known = new KnownVisitor(new MirrorStorage({ visitor: "nobody" }, () => undefined));
  expect(known.id).toBeNull();
  known.remember("t", GUEST);
  expect([known.token, known.id]).toEqual(["t", GUEST]);
});
