import {
  JSON_ENCODING,
  PeerError,
  fitsFrame,
  isCommand,
  type CommandMessage,
  type Id,
} from "@airdesk/protocol";

/** A command that has no answer yet. */
export interface StoredCommand {
  readonly command: CommandMessage;
  /** When it was submitted, in milliseconds; commands of one tab differ and grow. */
  readonly order: number;
}

/**
 * Where a device keeps the commands that have no answer yet.
 *
 * Guarantees: when `put` has returned true, a reload or a crash of the tab does not lose the
 * command, and all tabs of the device find it. Tabs never overwrite each other's entries.
 */
export interface OutboxStore {
  /** Keep a command; false if the device has no room for it. */
  put(entry: StoredCommand): boolean;
  /** Forget an answered command. */
  remove(op: Id): void;
  /** All commands, oldest first. */
  list(): StoredCommand[];
  /** Be told of what other tabs did. The result ends it. */
  watch(watcher: StoreWatcher): () => void;
}

/** What other tabs did to the store. */
export interface StoreWatcher {
  added(entry: StoredCommand): void;
  removed(op: Id): void;
}

/** True if the command can be sent on any connection and means the same: it names no ref. */
export function isStorable(command: CommandMessage): boolean {
  const named = !("where" in command) || command.where === 0 || typeof command.where === "string";
  return named && fitsFrame(command);
}

/** Oldest first; the op decides between equals, so that all tabs see one order. */
export function inOrder(entries: Iterable<StoredCommand>): StoredCommand[] {
  return [...entries].sort((a, b) => a.order - b.order || (a.command.op < b.command.op ? -1 : 1));
}

/** Write an entry as text. */
export function entryText(entry: StoredCommand): string {
  return JSON.stringify([entry.order, JSON_ENCODING.encode(entry.command)]);
}

/** Read an entry; null if the text is none, as another version of the page may have left it. */
export function parseEntry(text: string): StoredCommand | null {
  try {
    const [order, encoded] = JSON.parse(text) as [unknown, unknown];
    if (typeof order !== "number" || typeof encoded !== "string") return null;
    const command = JSON_ENCODING.decodeClient(encoded);
    return isCommand(command) && isStorable(command) ? { command, order } : null;
  } catch (error) {
    if (error instanceof PeerError || error instanceof SyntaxError || error instanceof TypeError) {
      return null;
    }
    throw error;
  }
}

/** What is used of a browser's storage; a page may bring its own. */
export type StorageArea = Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;

/**
 * The store in a browser's localStorage: one item for each command, so that two tabs which write
 * at the same time do not lose each other's.
 *
 * @param scope - names account, inbox and identity: another person's commands stay untouched.
 */
export class LocalOutboxStore implements OutboxStore {
  readonly #storage: StorageArea;
  readonly #events: EventTarget;
  readonly #prefix: string;

  constructor(storage: StorageArea, events: EventTarget, scope: string) {
    this.#storage = storage;
    this.#events = events;
    this.#prefix = `airdesk.outbox.${scope}.`;
  }

  put(entry: StoredCommand): boolean {
    const text = entryText(entry);
    try {
      this.#storage.setItem(this.#prefix + entry.command.op, text);
      return true;
    } catch {
      return false; // The quota is used up or storage is forbidden; the owner holds it in memory.
    }
  }

  remove(op: Id): void {
    this.#storage.removeItem(this.#prefix + op);
  }

  list(): StoredCommand[] {
    const entries: StoredCommand[] = [];
    for (let n = 0; n < this.#storage.length; n += 1) {
      const key = this.#storage.key(n);
      if (key === null || !key.startsWith(this.#prefix)) continue;
      const entry = parseEntry(this.#storage.getItem(key) ?? "");
      if (entry !== null) entries.push(entry);
    }
    return inOrder(entries);
  }

  watch(watcher: StoreWatcher): () => void {
    const listener = (event: Event) => this.#changed(event as StorageEvent, watcher);
    this.#events.addEventListener("storage", listener);
    return () => this.#events.removeEventListener("storage", listener);
  }

  #changed(event: StorageEvent, watcher: StoreWatcher): void {
    if (event.storageArea !== this.#storage || !event.key?.startsWith(this.#prefix)) return;
    if (event.newValue === null) return watcher.removed(event.key.slice(this.#prefix.length));
    const entry = parseEntry(event.newValue);
    if (entry !== null) watcher.added(entry);
  }
}

/** A store for a browser that keeps nothing; a reload loses what waits. */
export class MemoryOutboxStore implements OutboxStore {
  readonly #entries = new Map<Id, StoredCommand>();

  put(entry: StoredCommand): boolean {
    this.#entries.set(entry.command.op, entry);
    return false;
  }

  remove(op: Id): void {
    this.#entries.delete(op);
  }

  list(): StoredCommand[] {
    return inOrder(this.#entries.values());
  }

  watch(): () => void {
    return () => undefined;
  }
}
