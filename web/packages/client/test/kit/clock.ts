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
  /** A heap: the timer at n is not due after those at 2n + 1 and 2n + 2. */
  readonly #heap: Timer[] = [];
  readonly #cancelled = new Set<Timer>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, call: () => void): () => void {
    this.#number += 1;
    const timer = {
      dueMs: this.#nowMs + Math.max(0, Math.ceil(ms)),
      number: this.#number,
      call,
    };
    this.#push(timer);
    return () => {
      this.#cancelled.add(timer);
    };
  }

  /** Let that much time pass; timers run when they are due. */
  advance(ms: number): void {
    const end = this.#nowMs + ms;
    for (let timer = this.#heap[0]; timer && timer.dueMs <= end; timer = this.#heap[0]) {
      this.#pop();
      if (this.#cancelled.delete(timer)) continue;
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      timer.call();
    }
    this.#nowMs = Math.max(this.#nowMs, end);
  }

  /** The machine sleeps: time passes and no timer runs. */
  sleep(ms: number): void {
    this.#nowMs += ms;
  }

  #push(timer: Timer): void {
    let at = this.#heap.length;
    this.#heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!sooner(timer, this.#heap[parent])) break;
      this.#heap[at] = this.#heap[parent] as Timer;
      at = parent;
    }
    this.#heap[at] = timer;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (sooner(this.#heap[child + 1], this.#heap[child])) child += 1;
      if (!sooner(this.#heap[child], last)) break;
      this.#heap[at] = this.#heap[child] as Timer;
      at = child;
    }
    this.#heap[at] = last;
  }
}

function sooner(a: Timer | undefined, b: Timer | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.number < b.number);
}
