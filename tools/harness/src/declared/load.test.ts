import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemsOf } from '../testing/declared.ts';
import { BadSyntax, parseDeclared, readDeclared } from './load.ts';

/** A number a line; every line must be greater than the one before. */
const kind = {
  what: 'a ladder',
  read: (text: string) => {
    const lines = text.split('\n');
    const faults = lines.flatMap((line, index) =>
      line === '' ? [{ position: { line: index + 1, column: 1 }, message: 'an empty line' }] : [],
    );
    if (faults.length > 0) throw new BadSyntax(faults);
    return {
      data: lines.map((line) => JSON.parse(line) as unknown),
      locate: ({ path }: { path: readonly (string | number)[] }) => ({
        line: Number(path[0]) + 1,
        column: 1,
      }),
    };
  },
  schema: z.array(z.int()),
  check: (steps: number[]) =>
    steps
      .flatMap((step, index) => (step > (steps[index - 1] ?? -1) ? [] : [index]))
      .reverse()
      .map((index) => ({ path: [index], at: 'value' as const, message: 'it goes down' })),
};

const parse = (text: string) => parseDeclared(text, 'x.ladder', kind);

describe('parseDeclared', () => {
  it('gives content, and the text with places that it was read from', () => {
    const { content, written } = parse('1\n5');
    expect(content).toEqual([1, 5]);
    expect(written.locate({ path: [1] })).toEqual({ line: 2, column: 1 });
  });

  it.each([
    ['a text that is none', '1\n\n3\n', ['2:1: an empty line', '4:1: an empty line']],
    ['what does not fit', '1\n"two"', ['2:1: [1] must be a number, not the string "two"']],
    [
      'what contradicts itself, in the order of the text',
      '3\n2\n1',
      ['2:1: it goes down', '3:1: it goes down'],
    ],
    ['too much', '1'.repeat((1 << 16) + 1), ['1:1: a ladder has at most 64 KiB']],
  ])('reports %s', (_what, text, expected) => {
    expect(problemsOf(() => parse(text))).toEqual(expected);
  });

  it('names the file', () => {
    expect(() => parse('')).toThrow('x.ladder:1:1: an empty line');
  });

  it('hides no error of another kind', () => {
    expect(() => parse('{')).toThrow(SyntaxError);
  });
});

describe('readDeclared', () => {
  it('says why a file cannot be read', async () => {
    await expect(readDeclared('no/such.ladder')).rejects.toThrow(
      'no/such.ladder:1:1: no such file',
    );
    const folder = fileURLToPath(new URL('.', import.meta.url));
    await expect(readDeclared(folder)).rejects.toThrow(`${folder}:1:1: EISDIR`);
  });
});
