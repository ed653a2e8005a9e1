/** What others do is told this often at most: nobody reads faster, and keys are never late for it. */
export const TELL_MS = 100;

/** What telling needs of the page. */
export interface TellingClock {
  nowMs(): number;
  /** Call back after a while; the result calls it off. */
  after(ms: number, call: () => void): () => void;
}

/**
 * Tells of changes, once for many.
 *
 * What the person does is told at the end of the moment. What others do is told at once after a
 * pause, and in busy times together every {@link TELL_MS}: sixty chats change a hundred times a
 * second, and drawing each change would leave no time for the person's own keys.
 */
export class Telling {
  readonly #tell: () => void;
  readonly #clock: TellingClock;
  #isDue = false;
  #callOff: (() => void) | null = null;
  #toldMs = -TELL_MS;

  constructor(tell: () => void, clock: TellingClock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** The person did something. */
  now(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#told();
    });
  }

  /** Others did something. */
  soon(): void {
    if (this.#isDue || this.#callOff !== null) return;
    const restMs = this.#toldMs + TELL_MS - this.#clock.nowMs();
    if (restMs <= 0) return this.now();
    this.#callOff = this.#clock.after(restMs, () => this.#told());
  }

  #told(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.#toldMs = this.#clock.nowMs();
    this.#tell();
  }
}

/** The clock of the page. A frame would not come while the page is hidden; its title has to change. */
export const pageClock: TellingClock = {
  nowMs: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
