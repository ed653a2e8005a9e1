import { UUID7_RANDOM_BYTES, uuid7, type Id } from "@airdesk/protocol";
import type { Clock } from "./clock.ts";
import type { RandomSource } from "./random.ts";

/** Makes ids from a clock and chance. */
export class Mint {
  readonly #clock: Clock;
  readonly #random: RandomSource;

  constructor(clock: Clock, random: RandomSource) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A new id. */
  id(): Id {
    return uuid7(this.#clock.nowMs(), this.#random.bytes(UUID7_RANDOM_BYTES));
  }
}
