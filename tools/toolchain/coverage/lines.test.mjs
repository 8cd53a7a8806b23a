import { describe, expect, it } from 'vitest';
import { byCrate, firstTestLine, isCounted, rangesOf, readLcov, renderCoverage } from './lines.mjs';

describe('what is counted', () => {
  it.each([
    ['pallets/models/src/lib.rs', true],
    ['pallets/inference/src/offchain/fates.rs', true],
    ['pallets/models/src/tests.rs', false],
    ['pallets/disputes/src/tests/laws.rs', false],
    ['pallets/disputes/src/mock.rs', false],
    ['pallets/disputes/src/weights.rs', false],
    ['pallets/primitives/tests/oracle.rs', false],
    ['runtime/src/lib.rs', false],
  ])('%s: %s', (path, counted) => {
    expect(isCounted(path)).toBe(counted);
  });

  it('ends where unit tests begin', () => {
    expect(firstTestLine('a\nb\n#[cfg(test)]\nmod tests {\n')).toBe(3);
    expect(firstTestLine('#[cfg(test)]\n#[allow(x)]\nmod tests {\n')).toBe(1);
    expect(firstTestLine('a\n#[cfg(test)]\nmod mock;\nb\n')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('lines', () => {
  const lcov = [
    ...['SF:/x/pallets/models/src/lib.rs', 'DA:1,5', 'DA:2,0', 'DA:3,0', 'DA:9,0', 'end_of_record'],
    ...['SF:/x/pallets/models/src/mock.rs', 'DA:1,0', 'end_of_record'],
    ...['SF:/x/pallets/models/src/lib.rs', 'DA:3,1', 'DA:4,0', 'end_of_record'],
    ...['SF:/x/pallets/workers/src/lib.rs', 'DA:1,1', 'end_of_record'],
  ].join('\n');
  const source = '1\n2\n3\n4\n5\n#[cfg(test)]\nmod tests {\n';
  const files = readLcov(
    lcov,
    (path) => path.replace('/x/', ''),
    () => source,
  );

  it('are covered if any program went through them', () => {
    expect(files).toEqual([
      { path: 'pallets/models/src/lib.rs', lines: 4, uncovered: [2, 4] },
      { path: 'pallets/workers/src/lib.rs', lines: 1, uncovered: [] },
    ]);
  });

  it('are added up and named', () => {
    expect(byCrate(files)).toEqual([
      { name: 'models', lines: 4, covered: 2 },
      { name: 'workers', lines: 1, covered: 1 },
    ]);
    expect(rangesOf([2, 3, 4, 7, 9, 10])).toBe('2–4, 7, 9–10');
    const text = renderCoverage(files);
    expect(text).toContain('| `models` | 4 | 2 | 50.0 % |');
    expect(text).toContain('| all | 5 | 2 | 60.0 % |');
    expect(text).toContain('| `models/src/lib.rs` | 2, 4 |');
  });
});
