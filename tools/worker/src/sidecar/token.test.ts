import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../config-file.ts';
import { bringsToken, openToken } from './token.ts';

const folder = mkdtempSync(join(tmpdir(), 'veritrace-token-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the token of a sidecar', () => {
  it('is made once, at random, for its owner alone', () => {
    const file = join(folder, 'made');
    const token = openToken(file);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(openToken(file)).toBe(token);
    expect(readFileSync(file, 'utf8')).toBe(`${token}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(openToken(join(folder, 'other'))).not.toBe(token);
  });

  it('is refused when others can read it, or no header could bring it', () => {
    const file = join(folder, 'open');
    writeFileSync(file, 'a-token-that-is-long-enough\n', { mode: 0o600 });
    expect(openToken(file)).toBe('a-token-that-is-long-enough');
    chmodSync(file, 0o640);
    expect(() => openToken(file)).toThrow(
      new ConfigError(`${file} can be read by others; chmod 600 it`),
    );
    for (const [index, text] of [
      '',
      'short',
      'a token with spaces in it',
      'x'.repeat(129),
    ].entries()) {
      const bad = join(folder, `bad-${index}`);
      writeFileSync(bad, text, { mode: 0o600 });
      expect(() => openToken(bad)).toThrow(/is no token/);
      if (text.length > 0) expect(() => openToken(bad)).not.toThrow(new RegExp(text));
    }
    expect(() => openToken(join(folder, 'nowhere', 'token'))).toThrow(
      /cannot write the token file/,
    );
  });

  it('is brought by the one header that has it', () => {
    const token = 'a-token-that-is-long-enough';
    expect(bringsToken(`Bearer ${token}`, token)).toBe(true);
    for (const header of [
      undefined,
      '',
      token,
      'Bearer',
      'Bearer ',
      `bearer ${token}`,
      `Bearer ${token} `,
      `Bearer ${token}x`,
      `Bearer ${token.slice(0, -1)}`,
      `Basic ${token}`,
    ]) {
      expect(bringsToken(header, token), String(header)).toBe(false);
    }
  });
});
