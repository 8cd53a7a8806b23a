/** Random numbers that a seed fixes. */
import { createHash } from 'node:crypto';

/** A stream of numbers in [0, 1), the same for the same seed and purpose. */
export const createRandom = (seed: number, purpose: string): (() => number) => {
  let state = createHash('sha256').update(`${seed}:${purpose}`).digest().readUInt32LE(0);
  // Mulberry32: small, and good enough for choosing where to lie.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A whole number in [0, below). */
export const pick = (random: () => number, below: number): number =>
  Math.min(below - 1, Math.floor(random() * below));
