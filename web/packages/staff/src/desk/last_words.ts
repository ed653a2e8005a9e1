import type { Id } from "@airdesk/protocol";
import type { Api, Page } from "../api/api.ts";
import type { ConversationSummary } from "../api/entities.ts";
import { Problem } from "../api/problem.ts";

/** The server is not asked again sooner. */
const PAUSE_MS = 3_000;
const ASKED_MAX = 50;

interface Words {
  readonly text: string;
  readonly author: number | null;
}

/** What the visitors who wait said last: their messages do not come over the socket. */
export class LastWords {
  readonly #api: Api;
  readonly #changed: () => void;
  #words = new Map<Id, Words>();
  #key = "";
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  /** What was said last in a conversation; "" if it is not known. */
  of(conversation: Id): string {
    return this.#words.get(conversation)?.text ?? "";
  }

  /** The author number of what was said last; null if it is not known. */
  authorOf(conversation: Id): number | null {
    return this.#words.get(conversation)?.author ?? null;
  }

  /**
   * These wait now.
   *
   * @param key - changes with what they may have said.
   */
  waiting(key: string): void {
    if (key === this.#key) return;
    this.#key = key;
    if (key === "" || this.#timer !== null) return;
    this.#ask();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#key !== key) this.#ask();
    }, PAUSE_MS);
  }

  #ask(): void {
    const query = { status: "queued", limit: ASKED_MAX };
    this.#api.get<Page<ConversationSummary>>("/api/v1/conversations", query).then(
      ({ items }) => {
        this.#words = new Map(
          items.map(({ conversation_id, last_text, last_author }) => [
            conversation_id,
            { text: last_text, author: last_author },
          ]),
        );
        this.#changed();
      },
      (thrown: unknown) => {
        // Without the words the list says how long they wait.
        if (!(thrown instanceof Problem)) throw thrown;
      },
    );
  }
}
