import { RETRY_MS_MAX, RETRY_MS_MIN } from "./limits.ts";

/**
 * Pauses between tries: each bound is twice the last, from RETRY_MS_MIN to RETRY_MS_MAX, and the
 * pause is anywhere below it ("full jitter"), so that a server that returns is not met by all of
 * its clients at once.
 */
export class BackOff {
  readonly #unit: () => number;
  #boundMs = RETRY_MS_MIN;

  constructor(unit: () => number) {
    this.#unit = unit;
  }

  /** The next pause. */
  nextMs(): number {
    const pause = this.#unit() * this.#boundMs;
    this.#boundMs = Math.min(2 * this.#boundMs, RETRY_MS_MAX);
    return pause;
  }

  /** The connection was good: begin anew with a short pause. */
  reset(): void {
    this.#boundMs = RETRY_MS_MIN;
  }
}
