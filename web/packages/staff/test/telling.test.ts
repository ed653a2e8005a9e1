import { describe, expect, it } from "vitest";
import { TELL_MS, Telling, type TellingClock } from "../src/desk/telling.ts";

/** A clock that stands until it is moved. */
class StillClock implements TellingClock {
  ms = 1_000;
  #waiting: { readonly atMs: number; readonly call: () => void }[] = [];

  nowMs(): number {
    return this.ms;
  }

  after(ms: number, call: () => void): () => void {
    const one = { atMs: this.ms + ms, call };
    this.#waiting.push(one);
    return () => (this.#waiting = this.#waiting.filter((other) => other !== one));
  }

  async pass(ms: number): Promise<void> {
    this.ms += ms;
    const due = this.#waiting.filter(({ atMs }) => atMs <= this.ms);
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > this.ms);
    for (const { call } of due) call();
    await Promise.resolve();
  }
}

function told() {
  const clock = new StillClock();
  const at: number[] = [];
  const telling = new Telling(() => at.push(clock.ms), clock);
  return { clock, at, telling };
}

describe("what changes", () => {
  it("by the person is told at the end of the moment, once for all of it", async () => {
    const { at, clock, telling } = told();
    telling.now();
    telling.now();
    telling.soon();
    expect(at).toEqual([]);
    await clock.pass(0);
    expect(at).toEqual([1_000]);
  });

  it("by others is told at once after a pause, and then together", async () => {
    const { at, clock, telling } = told();
    for (let ms = 0; ms < 1_000; ms += 10) {
      telling.soon();
      await clock.pass(10);
    }
    await clock.pass(TELL_MS);
    expect(at[0]).toBe(1_010);
    expect(at.length).toBeLessThanOrEqual(11);
    const gaps = at.slice(1).map((ms, place) => ms - (at[place] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(TELL_MS);
  });

  it("by others is told with what the person does, and not once more", async () => {
    const { at, clock, telling } = told();
    telling.soon();
    await clock.pass(0);
    telling.soon();
    await clock.pass(10);
    telling.now();
    await clock.pass(0);
    await clock.pass(2 * TELL_MS);
    expect(at).toEqual([1_000, 1_010]);
  });

  it("last is told, too", async () => {
    const { at, clock, telling } = told();
    telling.soon();
    await clock.pass(0);
    telling.soon();
    await clock.pass(TELL_MS);
    expect(at).toEqual([1_000, 1_000 + TELL_MS]);
  });
});
