/** How long a notice stays. */
const NOTICE_MS = 9_000;
/** More notices push the oldest out. */
const NOTICES_MAX = 3;

/** What a notice is about. */
export type NoticeBody =
  | {
      readonly name: "refused";
      readonly number: number;
      readonly detail: string;
      /** The message that was not sent; "" if it was none. */
      readonly text: string;
    }
  | { readonly name: "too long" };

/** A notice on the screen. */
export type Notice = NoticeBody & { readonly key: number };

/** Short words about what did not work. */
export class Notices {
  shown: readonly Notice[] = [];
  readonly #changed: () => void;
  #keys = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Say something for a while. */
  add(body: NoticeBody): void {
    const key = (this.#keys += 1);
    this.shown = [...this.shown, { ...body, key }].slice(-NOTICES_MAX);
    setTimeout(() => this.remove(key), NOTICE_MS);
    this.#changed();
  }

  /** It was read. */
  remove(key: number): void {
    this.shown = this.shown.filter((notice) => notice.key !== key);
    this.#changed();
  }
}
