/** Numbers that options take. */
import { InvalidArgumentError, Option } from 'commander';

const seed = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('a seed is a whole number, not negative');
  }
  return value;
};

/** A whole number within bounds; `hint` says more of them. */
export const wholeBetween =
  (least: number, most: number, hint = '') =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}${hint}`);
    }
    return value;
  };

/** How many at a time. */
export const jobs = wholeBetween(1, 64);

/** What fixes everything drawn. */
export const seedOption = () =>
  new Option('--seed <number>', 'fixes keys and behaviours').argParser(seed).default(1);
