import { Draft, type Mint, type Written } from "@airdesk/client";
import type { Id } from "@airdesk/protocol";

/** What is written in each conversation and not sent yet. A reload does not lose it. */
export class Drafts {
  readonly #mint: Mint;
  readonly #storage: Storage | null;
  readonly #prefix: string;
  readonly #drafts = new Map<Id, Draft>();

  /** @param owner - whose drafts they are: another person at this device does not see them. */
  constructor(mint: Mint, storage: Storage | null, owner: Id) {
    this.#mint = mint;
    this.#storage = storage;
    this.#prefix = `airdesk.draft.${owner}.`;
  }

  /** What is written in a conversation. */
  text(conversation: Id): string {
    return this.#draft(conversation).text;
  }

  /** The text is this now. */
  edit(conversation: Id, text: string): void {
    this.#draft(conversation).edit(text);
    this.#keep(conversation, text);
  }

  /** Take the finished text away; null if there is none. */
  take(conversation: Id): Written | null {
    const written = this.#draft(conversation).take();
    if (written !== null) this.#keep(conversation, "");
    return written;
  }

  #draft(conversation: Id): Draft {
    let draft = this.#drafts.get(conversation);
    if (draft === undefined) {
      draft = new Draft(this.#mint);
      draft.edit(this.#storage?.getItem(this.#prefix + conversation) ?? "");
      this.#drafts.set(conversation, draft);
    }
    return draft;
  }

  #keep(conversation: Id, text: string): void {
    try {
      if (text === "") this.#storage?.removeItem(this.#prefix + conversation);
      else this.#storage?.setItem(this.#prefix + conversation, text);
    } catch {
      // No room: the text is in the box all the same.
    }
  }
}
