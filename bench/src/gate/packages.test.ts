import { describe, expect, it } from 'vitest';
import { isInstalled } from './packages.ts';

const installed = {
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/@s/b': { version: '2.0.0' },
  'tools/x/node_modules/a': { version: '0.9.0' },
  'node_modules/@veritrace/x': { link: true, resolved: 'tools/x' },
};

describe('what a lock file names', () => {
  it.each([
    ['the same', installed, true],
    ['less', { 'node_modules/a': { version: '1.0.0' } }, true],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, false],
    ['other content', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-z' } }, false],
    ['another place', { 'tools/y/node_modules/a': { version: '0.9.0' } }, false],
    ['more', { 'node_modules/c': { version: '1.0.0' } }, false],
    ['something for another system', { 'node_modules/c': { version: '1', optional: true } }, true],
    ['a workspace', { 'tools/new': { version: '0.1.0' } }, true],
    ['its link', { 'node_modules/@veritrace/new': { link: true, resolved: 'tools/new' } }, true],
  ])('%s: installed is %s', (_what, wanted, expected) => {
    expect(isInstalled(wanted, installed)).toBe(expected);
  });
});
