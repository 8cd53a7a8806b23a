import { describe, expect, it } from 'vitest';
import { groupsOf } from './stages.mjs';

const stage = (name, beside) => ({ name, beside, run: async () => ({ passed: 1, failed: 0 }) });
const names = (stages) => groupsOf(stages).map((group) => group.map(({ name }) => name));

describe('stages', () => {
  it('run one after another, but for those beside the one they follow', () => {
    expect(names([stage('a'), stage('b'), stage('c', 'b'), stage('d', 'b'), stage('e')])).toEqual([
      ['a'],
      ['b', 'c', 'd'],
      ['e'],
    ]);
  });

  it('run alone when the one that they are beside was not chosen', () => {
    expect(names([stage('c', 'b')])).toEqual([['c']]);
    expect(names([stage('a'), stage('c', 'b'), stage('d', 'b')])).toEqual([['a'], ['c'], ['d']]);
  });
});
