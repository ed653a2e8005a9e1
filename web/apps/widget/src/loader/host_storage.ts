import { storagePrefix, type StorageKind } from "../shared/bridge.ts";

/** The host page's storage, as far as it belongs to this inbox. Without storage it keeps nothing. */
export class HostStorage {
  readonly #prefix: string;

  constructor(inbox: string) {
    this.#prefix = storagePrefix(inbox);
  }

  get(kind: StorageKind, key: string): string {
    return this.#of(kind)?.getItem(this.#prefix + key) ?? "";
  }

  /** @param value - null takes it away. */
  set(kind: StorageKind, key: string, value: string | null): void {
    try {
      const storage = this.#of(kind);
      if (value === null) storage?.removeItem(this.#prefix + key);
      else storage?.setItem(this.#prefix + key, value);
    } catch {
      // No room. The frame keeps it in its memory.
    }
  }

  /** All that is kept, by key. */
  all(kind: StorageKind): Record<string, string> {
    const found: Record<string, string> = {};
    for (const name of Object.keys(this.#of(kind) ?? {})) {
      const key = this.ownKey(name);
      if (key !== null) found[key] = this.get(kind, key);
    }
    return found;
  }

  /** Forget everything. */
  clear(): void {
    for (const kind of ["local", "session"] as const) {
      for (const key of Object.keys(this.all(kind))) this.set(kind, key, null);
    }
  }

  /** The key behind the prefix; null if the item is not the widget's. */
  ownKey(name: string | null): string | null {
    return name?.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : null;
  }

  #of(kind: StorageKind): Storage | null {
    try {
      return window[`${kind}Storage`];
    } catch {
      return null; // A SecurityError: the person blocks storage.
    }
  }
}
