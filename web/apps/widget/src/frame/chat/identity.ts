import type { Id } from "@airdesk/protocol";
import { isId } from "@airdesk/protocol";
import { CHAT_KEY } from "../../shared/bridge.ts";
import type { MirrorStorage } from "../page/mirror_storage.ts";

/** What this device remembers of the visitor: the credential, and whom it stands for. */
export class KnownVisitor {
  readonly #storage: MirrorStorage;

  constructor(storage: MirrorStorage) {
    this.#storage = storage;
  }

  /** The credential, "" for none. */
  get token(): string {
    return this.#storage.getItem("token") ?? "";
  }

  /** Whom it stands for; null if that is not known. */
  get id(): Id | null {
    const id = this.#storage.getItem("visitor") ?? "";
    return isId(id) ? id : null;
  }

  /** Keep what the server gave. */
  remember(token: string, id: Id): void {
    if (token !== this.token) this.#storage.setItem("token", token);
    if (id !== this.id) this.#storage.setItem("visitor", id);
  }

  /** There is a chat, so that the next page loads the frame to hear of answers. */
  hasChat(): void {
    if (this.#storage.getItem(CHAT_KEY) !== "1") this.#storage.setItem(CHAT_KEY, "1");
  }

  /**
   * Move what waits in the outbox of another identity to this one: he wrote it a moment ago, before
   * it was known who he is.
   */
  adoptOutbox(from: Id, to: Id): void {
    const prefix = `airdesk.outbox.${from}.`;
    const keys = Array.from({ length: this.#storage.length }, (_, n) => this.#storage.key(n) ?? "");
    for (const key of keys.filter((name) => name.startsWith(prefix))) {
      const value = this.#storage.getItem(key) ?? "";
      this.#storage.setItem(`airdesk.outbox.${to}.${key.slice(prefix.length)}`, value);
      this.#storage.removeItem(key);
    }
  }
}
