/** Seeded pseudo-random numbers: for pages and noise, not for secrets. The same on every machine. */
import { type Random as Base, createRandom as createBase } from '@veritrace/compiler';

export interface Random extends Base {
  /** In [min, max). */
  between(min: number, max: number): number;
  /** About normal, mean 0 and standard deviation 1: twelve uniform numbers added, so no library's logarithm matters. */
  normal(): number;
}

export const createRandom = (seed: number): Random => {
  const base = createBase(seed);
  return {
    ...base,
    between: (min, max) => min + base.next() * (max - min),
    normal() {
      let sum = -6;
      for (let term = 0; term < 12; term++) sum += base.next();
      return sum;
    },
  };
};
