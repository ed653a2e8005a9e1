import { expect, test } from "vitest";
import {
  LocalOutboxStore,
  entryText,
  isStorable,
  parseEntry,
  type StoredCommand,
} from "@airdesk/client";
import { Outbox, messages } from "@airdesk/protocol";

const OPS = ["01", "02", "03"].map((end) => `0192f0c1-a2b3-7c4d-8e5f-0000000000${end}`);

/** The part of a browser's storage that the store uses, with a bound. */
class FakeStorage {
  readonly items = new Map<string, string>();
  itemsMax = Infinity;

  get length(): number {
    return this.items.size;
  }
  key(n: number): string | null {
    return [...this.items.keys()][n] ?? null;
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.items.size >= this.itemsMax) throw new DOMException("full", "QuotaExceededError");
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
  clear(): void {
    this.items.clear();
  }
}

function entry(n: number, order: number): StoredCommand {
  const op = OPS[n] as string;
  return { command: messages.Send.make({ op, where: 0, text: `text ${n}` }), order };
}

test("entries come back in the order in which they were submitted", () => {
  const storage = new FakeStorage();
  const store = new LocalOutboxStore(storage, new EventTarget(), "me");
  for (const one of [entry(2, 5), entry(0, 7), entry(1, 6)]) expect(store.put(one)).toBe(true);
  const again = new LocalOutboxStore(storage, new EventTarget(), "me");
  expect(again.list()).toEqual([entry(2, 5), entry(1, 6), entry(0, 7)]);
  again.remove(OPS[1] as string);
  expect(store.list()).toEqual([entry(2, 5), entry(0, 7)]);
});

test("another identity's commands and foreign items stay untouched", () => {
  const storage = new FakeStorage();
  new LocalOutboxStore(storage, new EventTarget(), "somebody").put(entry(0, 1));
  storage.setItem("airdesk.outbox.me.broken", "{");
  const store = new LocalOutboxStore(storage, new EventTarget(), "me");
  expect(store.list()).toEqual([]);
  expect(storage.items.size).toBe(2);
});

test("a full storage is told, not thrown", () => {
  const storage = new FakeStorage();
  storage.itemsMax = 0;
  const store = new LocalOutboxStore(storage, new EventTarget(), "me");
  expect(store.put(entry(0, 1))).toBe(false);
});

test("a command that names a ref is no entry, since another connection has other refs", () => {
  const text = entryText(entry(0, 1)).replace('\\"where\\":0', '\\"where\\":4');
  expect(text).toContain("4");
  expect(parseEntry(text)).toBeNull();
});

test("a command that no frame holds is no entry, since it would end every connection", () => {
  const send = (text: string) => messages.Send.make({ op: OPS[0] as string, where: 0, text });
  expect(isStorable(send("字".repeat(5_461)))).toBe(true);
  expect(isStorable(send("\u0001".repeat(10_000)))).toBe(true);
  const large = send("\u0001".repeat(11_000));
  expect(isStorable(large)).toBe(false);
  expect(parseEntry(entryText({ command: large, order: 1 }))).toBeNull();
  expect(() => new Outbox().add(large)).toThrow(RangeError);
});

test("changes of other tabs are told", () => {
  const events = new EventTarget();
  const storage = new FakeStorage();
  const store = new LocalOutboxStore(storage, events, "me");
  const seen: string[] = [];
  const stop = store.watch({
    added: ({ command }) => seen.push(`+${command.op}`),
    removed: (op) => seen.push(`-${op}`),
  });
  const tell = (key: string, newValue: string | null) =>
    events.dispatchEvent(
      Object.assign(new Event("storage"), { storageArea: storage, key, newValue }),
    );
  tell(`airdesk.outbox.me.${OPS[0]}`, entryText(entry(0, 1)));
  tell(`airdesk.outbox.me.${OPS[0]}`, null);
  tell(`airdesk.outbox.other.${OPS[1]}`, null);
  stop();
  tell(`airdesk.outbox.me.${OPS[2]}`, null);
  expect(seen).toEqual([`+${OPS[0]}`, `-${OPS[0]}`]);
});
