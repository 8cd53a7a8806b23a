import { describe, expect, it } from 'vitest';
import { addRun, sumOf } from './hours.mjs';

const run = (target, seconds, findings) => ({
  day: '2026-11-26',
  target,
  seconds,
  executions: 1000,
  findings,
  commit: 'abcdef0',
});

describe('addRun', () => {
  it('begins a ledger, and adds to it', () => {
    const one = addRun('', run('state-machine', 3600, 0));
    const two = addRun(one, run('extrinsics', 1800, 2));
    expect(two).toContain('| 2026-11-26 | state-machine | 1.00 | 1000 | 0 | abcdef0 |');
    expect(two).toContain('| 2026-11-26 | extrinsics | 0.50 | 1000 | 2 | abcdef0 |');
    expect(two).toContain('**1.50 core-hours, 2000 executions, 2 findings.**');
    expect(two.match(/core-hours,/g)).toHaveLength(1);
    expect(two.match(/\| day/g)).toHaveLength(1);
  });

  it('sums what is there', () => {
    const text = addRun(addRun('', run('a', 720, 1)), run('b', 360, 0));
    expect(sumOf(text)).toEqual({ core: expect.closeTo(0.3), executions: 2000, findings: 1 });
  });
});
