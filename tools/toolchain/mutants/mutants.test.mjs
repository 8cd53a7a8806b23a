import { describe, expect, it } from 'vitest';
import { changed, testsOf } from './anew.mjs';
import { isApart } from './list.mjs';
import { renderOutcomes, summarise } from './outcomes.mjs';

const span = (start, end) => ({
  start: { line: start[0], column: start[1] },
  end: { line: end[0], column: end[1] },
});

describe('a mutant without a switch', () => {
  it('is one of a constant, or of a function that gives what it does not name', () => {
    const value = (type) => ({ genre: 'FnValue', function: { return_type: type } });
    expect(isApart({ genre: 'BinaryOperator', function: null })).toBe(true);
    expect(isApart(value('-> impl Iterator<Item = usize>'))).toBe(true);
    expect(isApart(value('-> Vec<usize>'))).toBe(false);
    expect(isApart(value(''))).toBe(false);
    const inside = { function: { return_type: '-> impl Iterator<Item = usize>' } };
    expect(isApart({ genre: 'BinaryOperator', ...inside })).toBe(false);
  });
});

describe('changed', () => {
  it('puts the replacement where the span is, and leaves the rest', () => {
    const source = 'const A: u32 = 1 << 2;\nconst B: u32 = 1 << 3;\n';
    const mutant = { span: span([2, 18], [2, 20]), replacement: '>>' };
    expect(changed(source, mutant)).toBe('const A: u32 = 1 << 2;\nconst B: u32 = 1 >> 3;\n');
  });

  it('counts characters, not bytes or halves of them', () => {
    const source = '/* 10 µs, 𝟚 */ a < b';
    const mutant = { span: span([1, 18], [1, 19]), replacement: '<=' };
    expect(changed(source, mutant)).toBe('/* 10 µs, 𝟚 */ a <= b');
  });

  it('replaces several lines, and with nothing', () => {
    const source = 'fn f() {\n    one();\n    two()\n}\n';
    const body = span([2, 5], [3, 10]);
    expect(changed(source, { span: body, replacement: '0' })).toBe('fn f() {\n    0\n}\n');
    expect(changed(source, { span: body, replacement: '' })).toBe('fn f() {\n    \n}\n');
  });
});

describe('testsOf', () => {
  const test = { name: 'p:lib:a::b', test: 'a::b', seconds: 2, program: 'old', reached: [1] };

  it('tries every test in the program that was built anew', () => {
    const programs = [
      { name: 'p:other', program: 'other', folder: 'p' },
      { name: 'p:lib', program: 'new', folder: 'anew/p' },
    ];
    const expected = { ...test, program: 'new', folder: 'anew/p', reached: [7] };
    expect(testsOf([test], programs, 7)).toEqual([expected]);
  });

  it('leaves no test out', () => {
    expect(() => testsOf([test], [{ name: 'p:li' }], 7)).toThrow('p:lib:a::b was not built anew');
  });
});

describe('summarise', () => {
  const mutant = (key) => ({ key, name: `${key} changed`, file: 'pallets/a.rs' });
  const summary = (...said) =>
    summarise({
      mutants: said.map((_, index) => mutant(`m${index}`)),
      justified: [mutant('j')],
      outcomes: new Map(said.flatMap((outcome, index) => [[`m${index}`, { outcome }]])),
    });

  it('counts what no test reaches as missed, and what does not compile not at all', () => {
    const { total, score, missed } = summary('caught', 'timeout', 'unreached', 'unviable');
    expect(total).toEqual({
      ...{ caught: 1, timeout: 1, missed: 1, unviable: 1 },
      ...{ untried: 0, justified: 1 },
    });
    expect(score).toBe(2 / 3);
    expect(missed).toEqual(['m2 changed']);
  });

  it('has no score while any is untried, such as one that a book calls by an outcome of old', () => {
    const { total, score } = summary('caught', 'unwoven');
    expect([total.untried, score]).toEqual([1, undefined]);
  });

  it('is a row for each file and one for all, and a list of those that were missed', () => {
    expect(renderOutcomes(summary('caught', 'missed')).split('\n').slice(2)).toEqual([
      '| `a.rs` | 1 | 0 | 1 | 1 | 0 | 0 | 50.0 % |',
      '| all | 1 | 0 | 1 | 1 | 0 | 0 | 50.0 % |',
      ...['', 'Missed:', '', '- `m1 changed`'],
    ]);
  });
});
