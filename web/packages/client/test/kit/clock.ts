import type { Clock } from "@airdesk/client";

interface Timer {
  readonly dueMs: number;
  readonly number: number;
  readonly call: () => void;
}

/** Time that passes only when the test says so. */
export class VirtualClock implements Clock {
  #nowMs = 1_760_000_000_000;
  #number = 0;
  readonly #timers = new Map<number, Timer>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, call: () => void): () => void {
    this.#number += 1;
    const timer = { dueMs: this.#nowMs + Math.max(0, Math.ceil(ms)), number: this.#number, call };
    this.#timers.set(timer.number, timer);
    return () => {
      this.#timers.delete(timer.number);
    };
  }

  /** Let that much time pass; timers run when they are due. */
  advance(ms: number): void {
    const end = this.#nowMs + ms;
    for (let timer = this.#next(end); timer !== null; timer = this.#next(end)) {
      this.#timers.delete(timer.number);
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      timer.call();
    }
    this.#nowMs = end;
  }

  /** The machine sleeps: time passes and no timer runs. */
  sleep(ms: number): void {
    this.#nowMs += ms;
  }

  #next(endMs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers.values()) {
      const sooner =
        next === null ||
        timer.dueMs < next.dueMs ||
        (timer.dueMs === next.dueMs && timer.number < next.number);
      if (timer.dueMs <= endMs && sooner) next = timer;
    }
    return next;
  }
}
