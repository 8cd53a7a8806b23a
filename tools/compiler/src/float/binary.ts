/** Arithmetic of two reals. */
import type { BinaryFunction } from './graph.ts';

export const applyBinary = (fn: BinaryFunction, a: number, b: number): number => {
  switch (fn) {
    case 'Add':
      return a + b;
    case 'Sub':
      return a - b;
    case 'Mul':
      return a * b;
    case 'Div':
      return a / b;
  }
};
