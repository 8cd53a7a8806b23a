/** Scenarios and networks that something happened to: either they are fine, or every mistake is told with its place. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutatedText, withinBounds } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNetwork } from '../network/spec/load.ts';
import { parseScenario } from '../scenario/load.ts';
import { InvalidFile } from './problem.ts';

const folder = (path: string): string =>
  fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

const textsIn = (path: string, ending: string): string[] =>
  readdirSync(folder(path))
    .filter((name) => name.endsWith(ending))
    .sort()
    .slice(0, 12)
    .map((name) => readFileSync(join(folder(path), name), 'utf8'));

/** Reads it or tells what is wrong, at a place that is in the text. */
const tellsPlaces = (read: (text: string) => unknown, text: string): void => {
  try {
    withinBounds(() => read(text));
  } catch (error) {
    if (!(error instanceof InvalidFile)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    const lines = text.split(/\r\n|\n|\r/).length;
    for (const { message, line, column } of error.problems) {
      expect(message).not.toBe('');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThanOrEqual(1);
    }
  }
};

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 150);

describe('a file that something happened to', { timeout: 600_000 }, () => {
  const kinds: [string, readonly string[], (text: string) => unknown][] = [
    ['scenario', textsIn('scenarios', '.yaml'), (text) => parseScenario(text, 'a.yaml')],
    [
      'network',
      textsIn('e2e/networks', '.toml'),
      (text) => parseNetwork(text, join(folder('e2e/networks'), 'a.toml')),
    ],
  ];

  it.each(kinds)('is a %s, or says where it is none', (_, sound, read) => {
    expect(sound.length).toBeGreaterThan(2);
    fc.assert(
      fc.property(mutatedText(sound), (text) => tellsPlaces(read, text)),
      { numRuns: RUNS },
    );
  });

  it.each(kinds)('is refused as a %s when it goes on without end', (_, _sound, read) => {
    // And when it says the same ten thousand times, or something unknown.
    const unknown = Array.from({ length: 6_500 }, (_each, index) => `k${index}`);
    for (const join of [': 1\n', ' = 1\n']) {
      const text = unknown.join(join);
      // Not for its size, which would be told at once.
      expect(text.length).toBeLessThanOrEqual(1 << 16);
      expect(() => withinBounds(() => read(text))).toThrow(InvalidFile);
    }
    for (const open of ['[', '{a: ', '- ', 'a = [', 'a = {b = ', '[a.', 'a:\n ', 'a: 1\n']) {
      // As much as a file may have.
      const text = open.repeat(Math.floor((1 << 16) / open.length));
      expect(() => withinBounds(() => read(text)), open).toThrow(InvalidFile);
    }
  });
});
