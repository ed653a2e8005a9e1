/** The shortest time between two signals; the staff then reads along as it is typed. */
export const TYPING_MS = 1_000;

/** What it takes to tell: a way, and a timer that can be stopped. */
export interface TypingParts {
  readonly tell: (on: boolean, text: string) => void;
  readonly nowMs: () => number;
  readonly after: (ms: number, act: () => void) => () => void;
}

/**
 * Tells the staff what stands in the visitor's field: at once, then once a second while it changes,
 * the last change always.
 */
export class TypingSignal {
  readonly #parts: TypingParts;
  #toldMs = 0;
  #on = false;
  #text = "";
  #cancel: (() => void) | null = null;

  constructor(parts: TypingParts) {
    this.#parts = parts;
  }

  /** The field holds this now. */
  typed(text: string): void {
    if (text === "") return this.stopped();
    this.#text = text;
    if (this.#cancel !== null) return;
    const waitMs = this.#toldMs + TYPING_MS - this.#parts.nowMs();
    if (waitMs <= 0) this.#tell();
    else this.#cancel = this.#parts.after(waitMs, () => this.#tell());
  }

  /** The field is empty, or left. */
  stopped(): void {
    const wasOn = this.#on;
    this.sent();
    if (wasOn) this.#parts.tell(false, "");
  }

  /** It was sent: the message itself ends the signal. */
  sent(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#on = false;
  }

  #tell(): void {
    this.#cancel = null;
    this.#toldMs = this.#parts.nowMs();
    this.#on = true;
    this.#parts.tell(true, this.#text);
  }
}
