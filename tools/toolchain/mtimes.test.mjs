import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoreTimes } from './mtimes.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veritrace-times-'));
  mkdirSync(join(folder, 'target'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A checkout with one source file, written at the given second. */
const checkout = (name, content, seconds) => {
  const root = join(folder, name);
  mkdirSync(join(root, 'pallets'), { recursive: true });
  execFileSync('git', ['init', '-q'], { cwd: root });
  writeFileSync(join(root, 'pallets', 'lib.rs'), content);
  utimesSync(join(root, 'pallets', 'lib.rs'), seconds, seconds);
  return root;
};
const timeOf = (root) => statSync(join(root, 'pallets', 'lib.rs')).mtimeMs / 1000;
const target = () => join(folder, 'target');

describe('times of sources', () => {
  it('come back in another checkout with the same content', () => {
    const first = checkout('first', 'same', 1_000);
    expect(restoreTimes(first, target(), 1_500_000)).toEqual({ kept: 0, changed: 1 });
    expect(timeOf(first)).toBe(1_000);
    const second = checkout('second', 'same', 8_000);
    expect(restoreTimes(second, target(), 9_000_000)).toEqual({ kept: 1, changed: 0 });
    expect(timeOf(second)).toBe(1_000);
  });

  it('are the present where the content differs, whichever checkout is older', () => {
    const old = checkout('old', 'one', 1_000);
    restoreTimes(old, target(), 1_000_000);
    const fresh = checkout('fresh', 'two', 1_000);
    restoreTimes(fresh, target(), 2_000_000);
    expect(timeOf(fresh)).toBe(2_000);
    restoreTimes(old, target(), 3_000_000);
    expect(timeOf(old)).toBe(3_000);
  });

  it('are set even if the book is damaged', () => {
    writeFileSync(join(target(), 'veritrace-sources.json'), '{');
    const root = checkout('root', 'one', 4_000);
    expect(restoreTimes(root, target(), 5_000_000)).toEqual({ kept: 0, changed: 1 });
    expect(timeOf(root)).toBe(4_000);
  });
});
