import type { StorageArea } from "@airdesk/client";

/**
 * A storage whose items were told at the start and whose changes are told on. In a frame on
 * another site the browser's own storage may be blocked, so the items lie with the host.
 */
export class MirrorStorage implements StorageArea {
  readonly #items: Map<string, string>;
  readonly #write: (key: string, value: string | null) => void;

  /** @param write - keeps a change where it lasts; null takes the item away. */
  constructor(
    items: Readonly<Record<string, string>>,
    write: (key: string, value: string | null) => void,
  ) {
    this.#items = new Map(Object.entries(items));
    this.#write = write;
  }

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
    this.#write(key, value);
  }

  removeItem(key: string): void {
    if (this.#items.delete(key)) this.#write(key, null);
  }

  /** Another tab changed it. */
  changed(key: string, value: string | null): void {
    if (value === null) this.#items.delete(key);
    else this.#items.set(key, value);
  }
}
