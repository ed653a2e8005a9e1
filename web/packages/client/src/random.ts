/** Chance as a connection sees it; tests bring a seeded one. */
export interface RandomSource {
  /** A number from 0 to below 1. */
  unit(): number;
  /** That many bytes that nobody can guess. */
  bytes(count: number): Uint8Array;
}

/** The machine's chance. */
export const systemRandom: RandomSource = {
  unit: () => Math.random(),
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
