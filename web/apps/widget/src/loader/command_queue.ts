/** One call of the page: a command and what it was given. */
export type Call = readonly unknown[];

/** What becomes of `window.AirDesk`. */
export interface Caller {
  (...given: unknown[]): unknown;
  q?: ArrayLike<unknown>[];
}

/**
 * Take over the function that a page's snippet made: calls that wait in its queue come first, in
 * order, and none is lost. Until `run` is there, calls wait here.
 */
export class CommandQueue {
  readonly caller: Caller;
  #waiting: Call[];
  #run: ((call: Call) => unknown) | null = null;

  /** @param earlier - what the page's snippet left, if it has one. */
  constructor(earlier: Caller | undefined) {
    this.#waiting = Array.from(earlier?.q ?? [], (given) => Array.from(given));
    this.caller = (...given) => {
      if (this.#run !== null) return this.#run(given);
      this.#waiting.push(given);
      return undefined;
    };
  }

  /** From now on, calls are answered by this; those that waited first. */
  start(run: (call: Call) => unknown): void {
    this.#run = run;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) run(call);
  }
}
