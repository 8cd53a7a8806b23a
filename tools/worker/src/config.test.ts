import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, readSecret, readSidecarConfig, readWorkerConfig } from './config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string): string => {
  const file = join(folder, 'worker.yaml');
  writeFileSync(file, text);
  return file;
};

const MINIMAL = `
endpoint: ws://127.0.0.1:9944
operator: { env: KEY }
models: [{ dir: models/toy }]
`;

describe('a config file', () => {
  it('needs endpoint, operator and models alone; paths are relative to it', () => {
    expect(readWorkerConfig(write(MINIMAL))).toEqual({
      endpoint: 'ws://127.0.0.1:9944',
      operator: { env: 'KEY' },
      models: [{ dir: join(folder, 'models/toy') }],
      engine: { executionProvider: 'cpu', threads: 1 },
      journal: join(folder, 'worker.journal'),
      verifySampleTiles: 8,
    });
  });

  it('takes amounts beyond 53 bits as text', () => {
    const file = write(`${MINIMAL}minPrice: "340282366920938463463374607431768211455"\n`);
    expect(readWorkerConfig(file).minPrice).toBe((1n << 128n) - 1n);
  });

  it('lists every mistake with file and key', () => {
    const file = write('endpoint: http://x\noperator: { uri: //Alice }\nmodels: []\nspeed: 9\n');
    const mistakes = [
      'endpoint: an address that begins with ws:// or wss://',
      'operator: ',
      'models: ',
      'Unrecognized key: "speed"',
    ];
    for (const mistake of mistakes) expect(() => readWorkerConfig(file)).toThrow(mistake);
    expect(() => readWorkerConfig(file)).toThrow(ConfigError);
    expect(() => readWorkerConfig(file)).toThrow(file);
  });

  it('is named when it is missing or no YAML', () => {
    expect(() => readWorkerConfig(join(folder, 'none.yaml'))).toThrow('cannot read');
    expect(() => readWorkerConfig(write('a: [1'))).toThrow(ConfigError);
  });
});

describe("a sidecar's config file", () => {
  it('needs models alone', () => {
    expect(readSidecarConfig(write('models: [{ dir: models/toy }]'))).toEqual({
      listen: { host: '127.0.0.1', port: 8931 },
      models: [{ dir: join(folder, 'models/toy') }],
      engine: { executionProvider: 'cpu', threads: 1 },
      journal: join(folder, 'sidecar.journal'),
      verifySampleTiles: 8,
    });
  });

  it('takes a part of where it listens', () => {
    const file = write('models: [{ dir: toy }]\nlisten: { port: 9000 }\n');
    expect(readSidecarConfig(file).listen).toEqual({ host: '127.0.0.1', port: 9000 });
  });

  it.each([
    ['listen: { host: 0.0.0.0 }', 'listen.host: '],
    ['listen: { port: 65536 }', 'listen.port: '],
    ['operator: { env: KEY }', 'Unrecognized key: "operator"'],
    ['endpoint: ws://127.0.0.1:9944', 'Unrecognized key: "endpoint"'],
  ])('may not say %s', (line, mistake) => {
    const file = write(`models: [{ dir: toy }]\n${line}\n`);
    expect(() => readSidecarConfig(file)).toThrow(mistake);
    expect(() => readSidecarConfig(file)).toThrow(ConfigError);
  });

  it('is shown by the example', () => {
    const file = fileURLToPath(new URL('../sidecar.example.yaml', import.meta.url));
    const { models, ...rest } = readSidecarConfig(file);
    expect(models.map(({ dir }) => existsSync(join(dir, 'graph.bin')))).toEqual([true, true]);
    expect(rest).toMatchObject({ listen: { port: 8931 }, verifySampleTiles: 8 });
  });
});

describe('a secret', () => {
  const keyFile = (mode: number): string => {
    const file = join(folder, 'key');
    writeFileSync(file, '//Someone\n');
    chmodSync(file, mode);
    return file;
  };

  it('comes from the environment or a file, without white space', () => {
    expect(readSecret({ env: 'KEY' }, { KEY: ' //Someone ' })).toBe('//Someone');
    expect(readSecret({ file: keyFile(0o600) })).toBe('//Someone');
  });

  it('is asked for by name when it is missing', () => {
    expect(() => readSecret({ env: 'KEY' }, {})).toThrow('variable KEY with the operator key');
    expect(() => readSecret({ file: join(folder, 'none') })).toThrow('cannot read the key file');
  });

  it('is refused when others can read it', () => {
    expect(() => readSecret({ file: keyFile(0o644) })).toThrow('chmod 600');
  });
});
