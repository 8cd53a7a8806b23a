import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parsePlace, parseSecretSource, readSecretAt } from './on.ts';

const folder = mkdtempSync(join(tmpdir(), 'veritrace-on-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('--on', () => {
  it.each([
    ['embedded', { kind: 'embedded' }],
    ['ws://127.0.0.1:9944', { kind: 'endpoint', endpoints: ['ws://127.0.0.1:9944'] }],
    ['wss://a,ws://b:1', { kind: 'endpoint', endpoints: ['wss://a', 'ws://b:1'] }],
    ['network:e2e/networks/local.toml', { kind: 'network', spec: 'e2e/networks/local.toml' }],
    ['network:', undefined],
    ['moon', undefined],
    ['ws://', undefined],
    ['http://127.0.0.1:9944', undefined],
    ['ws://a,b', undefined],
  ])('%s', (text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });
});

describe('--faucet', () => {
  it('names a place, not a secret', () => {
    expect(parseSecretSource('env:FAUCET')).toEqual({ env: 'FAUCET' });
    expect(parseSecretSource('file:keys/faucet')).toEqual({ file: 'keys/faucet' });
    expect(parseSecretSource('//Alice')).toBeUndefined();
    expect(parseSecretSource('env:')).toBeUndefined();
  });

  it('reads the secret there', () => {
    expect(readSecretAt({ env: 'FAUCET' }, { FAUCET: ' //Bob\n' })).toBe('//Bob');
    expect(() => readSecretAt({ env: 'FAUCET' }, {})).toThrow('FAUCET with the key is not set');
    const file = join(folder, 'key');
    writeFileSync(file, '//Bob\n', { mode: 0o600 });
    expect(readSecretAt({ file })).toBe('//Bob');
    const open = join(folder, 'open');
    writeFileSync(open, '//Bob\n', { mode: 0o644 });
    expect(() => readSecretAt({ file: open })).toThrow('can be read by others; chmod 600 it');
  });
});
