import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidFile } from '@veritrace/harness/declared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  configJsonSchemas,
  readChallengerConfig,
  readKeeperConfig,
  readPublisherConfig,
  readSidecarConfig,
  readWorkerConfig,
} from './config.ts';
import { readSecret, shownConfig } from './config-file.ts';

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

/** `line:column: message` of every mistake in a file. */
const mistakesOf = async (reading: Promise<unknown>): Promise<string[]> => {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InvalidFile)) throw error ?? new Error('it was accepted');
  return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
};

const packageFile = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

const MINIMAL = `
endpoint: ws://127.0.0.1:9944
operator: { env: KEY }
models: [{ dir: models/toy }]
`;

describe('a config file', () => {
  it('needs endpoint, operator and models alone; paths are relative to it', async () => {
    expect(await readWorkerConfig(write(MINIMAL))).toEqual({
      endpoint: 'ws://127.0.0.1:9944',
      operator: { env: 'KEY' },
      models: [{ dir: join(folder, 'models/toy') }],
      engine: { executionProvider: 'cpu', threads: 1, memoryMiB: 4_096, seconds: 300 },
      journal: join(folder, 'worker.journal'),
      verifySampleTiles: 8,
      limits: { waitingTransactions: 8 },
      stores: [],
      modelCache: join(folder, 'model-cache'),
      maxModelBytes: 64 * 2 ** 20,
      logLevel: 'info',
    });
  });

  it('takes models by folder, by id and by the hash of their graph', async () => {
    const [id, artefact] = [`0x${'ab'.repeat(32)}`, `0x${'cd'.repeat(32)}`];
    const listing = (models: string) => write(MINIMAL.replace('[{ dir: models/toy }]', models));
    const file = listing(`[{ id: "${id}" }, { dir: toy }, { artefact: "${artefact}" }]`);
    expect((await readWorkerConfig(file)).models).toEqual([
      { id },
      { dir: join(folder, 'toy') },
      { artefact },
    ]);
    for (const wrong of ['{ id: "0xab" }', `{ id: "${id}", dir: toy }`, `{ artefact: ${id} }`]) {
      await expect(readWorkerConfig(listing(`[${wrong}]`)), wrong).rejects.toThrow(InvalidFile);
    }
  });

  it('takes stores: folders relative to it, and servers', async () => {
    const file = write(
      `${MINIMAL}stores: [{ dir: kept }, { url: https://example.org }, { url: http://10.0.0.1, plainHttp: true, privateAddresses: true }]\n`,
    );
    expect((await readWorkerConfig(file)).stores).toEqual([
      { dir: join(folder, 'kept') },
      { url: 'https://example.org', plainHttp: false, privateAddresses: false },
      { url: 'http://10.0.0.1', plainHttp: true, privateAddresses: true },
    ]);
    for (const store of ['{ url: file:///etc }', '{ dir: a, url: https://b }', 'kept']) {
      await expect(
        readWorkerConfig(write(`${MINIMAL}stores: [${store}]\n`)),
        store,
      ).rejects.toThrow(InvalidFile);
    }
  });

  it('takes amounts beyond 53 bits as text', async () => {
    const file = write(`${MINIMAL}minPrice: "340282366920938463463374607431768211455"\n`);
    expect((await readWorkerConfig(file)).minPrice).toBe((1n << 128n) - 1n);
  });

  it('lists every mistake with line and column', async () => {
    const file = write(
      'endpoint: http://x\noperator: { env: KEY }\nmodels: []\nspeed: 9\nlimits: { waitingTransactions: 0 }\n',
    );
    expect(await mistakesOf(readWorkerConfig(file))).toEqual([
      '1:11: endpoint is "http://x": an address that begins with ws:// or wss://',
      expect.stringMatching(/^3:9: models/),
      expect.stringMatching(/^4:1: unknown key "speed" in the file \(allowed: endpoint, /),
      expect.stringMatching(/^5:32: limits\.waitingTransactions is 0: /),
    ]);
    await expect(readWorkerConfig(file)).rejects.toThrow(`${file}:1:11: endpoint`);
  });

  it('does not repeat what may be a password', async () => {
    const file = write(
      MINIMAL.replace('ws://127.0.0.1:9944', 'https://me:hunter2@node/?t=hunter3'),
    );
    expect(await mistakesOf(readWorkerConfig(file))).toEqual([
      '2:11: endpoint is not an address that begins with ws:// or wss://',
    ]);
  });

  it.each(['rocm', 'webgpu', 'tensorrt', 'openvino', 'coreml'])(
    'is refused when it names an execution provider whose bits are not known: %s',
    async (provider) => {
      const file = write(`${MINIMAL}engine: { executionProvider: ${provider} }\n`);
      expect(await mistakesOf(readWorkerConfig(file))).toEqual([
        `5:30: "${provider}" is not allowed for engine.executionProvider (allowed: cpu, cuda)`,
      ]);
    },
  );

  it('is named when it is missing or no YAML', async () => {
    expect(await mistakesOf(readWorkerConfig(join(folder, 'none.yaml')))).toEqual([
      '1:1: no such file',
    ]);
    expect(await mistakesOf(readWorkerConfig(write('a: [1')))).toHaveLength(1);
    expect((await mistakesOf(readWorkerConfig(write('')))).join()).toContain('must be a map');
  });

  it('may name a folder of models instead of each', async () => {
    for (const path of ['b/compiled', 'a', 'none']) {
      mkdirSync(join(folder, 'models', path), { recursive: true });
    }
    for (const path of ['b/compiled', 'a']) {
      writeFileSync(join(folder, 'models', path, 'manifest.json'), '{}');
    }
    const text = MINIMAL.replace('[{ dir: models/toy }]', '{ folder: models }');
    expect((await readWorkerConfig(write(text))).models).toEqual([
      { dir: join(folder, 'models/a') },
      { dir: join(folder, 'models/b/compiled') },
    ]);
    expect(
      await mistakesOf(readWorkerConfig(write(text.replace('models }', 'models/none }')))),
    ).toEqual([expect.stringMatching(/^4:19: there is no compiled model in /)]);
    expect(
      await mistakesOf(readWorkerConfig(write(text.replace('models }', 'nowhere }')))),
    ).toEqual([expect.stringMatching(/^4:19: .*nowhere is not a folder that can be read/)]);
  });
});

describe('a key in a config file', () => {
  const SECRET = 'bottom drive obey';

  it.each([
    ['as a text', `"${SECRET}"`],
    ['under another name', `{ uri: "${SECRET}" }`],
    ['as the name of a variable', `{ env: "${SECRET}" }`],
    ['beside a file', `{ file: key, phrase: "${SECRET}" }`],
    ['in a list', `["${SECRET}"]`],
  ])('is refused %s, with the place and without the key', async (_what, written) => {
    const file = write(MINIMAL.replace('{ env: KEY }', written));
    const [mistake, ...others] = await mistakesOf(readWorkerConfig(file));
    expect(others).toEqual([]);
    expect(mistake).toMatch(/^3:1: .*a key is not written in this file/);
    expect(mistake).not.toContain('bottom');
  });

  it('is refused though a flag says another place', async () => {
    const file = write(MINIMAL.replace('{ env: KEY }', `"${SECRET}"`));
    const reading = readWorkerConfig(file, { operator: { env: 'OTHER' } });
    await expect(reading).rejects.toThrow('a key is not written in this file');
  });
});

describe('what is said elsewhere', () => {
  it('goes before the file, key by key', async () => {
    const file = write(
      `${MINIMAL}engine: { executionProvider: cpu, threads: 2 }\nlogLevel: warn\n`,
    );
    const settings = await readWorkerConfig(file, {
      endpoint: 'ws://other:1',
      operator: { file: '/keys/operator' },
      engine: { threads: 7 },
      models: [{ dir: '/models/other' }],
      minPrice: '5',
    });
    expect(settings).toMatchObject({
      endpoint: 'ws://other:1',
      operator: { file: '/keys/operator' },
      engine: { executionProvider: 'cpu', threads: 7 },
      models: [{ dir: '/models/other' }],
      minPrice: 5n,
      logLevel: 'warn',
      journal: join(folder, 'worker.journal'),
    });
  });

  it('may be all there is', async () => {
    const settings = await readWorkerConfig(write(''), {
      endpoint: 'ws://other:1',
      operator: { env: 'KEY' },
      models: [{ dir: '/m' }],
    });
    expect(settings).toMatchObject({ endpoint: 'ws://other:1', models: [{ dir: '/m' }] });
  });
});

describe('settings that are shown', () => {
  it('are a config file that gives the same settings', async () => {
    const file = write(
      `${MINIMAL}minPrice: 20\nlogLevel: debug\nlimits: { waitingTransactions: 2 }\n`,
    );
    const settings = await readWorkerConfig(file);
    expect(await readWorkerConfig(write(shownConfig(settings)))).toEqual(settings);
  });
});

describe("a sidecar's config file", () => {
  it('needs models alone', async () => {
    expect(await readSidecarConfig(write('models: [{ dir: models/toy }]'))).toEqual({
      listen: { host: '127.0.0.1', port: 8931 },
      models: [{ dir: join(folder, 'models/toy') }],
      engine: { executionProvider: 'cpu', threads: 1, memoryMiB: 4_096, seconds: 300 },
      journal: join(folder, 'sidecar.journal'),
      tokenFile: join(folder, 'sidecar.token'),
      requireToken: true,
      verifySampleTiles: 8,
      stores: [],
      modelCache: join(folder, 'model-cache'),
      maxModelBytes: 64 * 2 ** 20,
      logLevel: 'info',
    });
  });

  it('names models by hash, and not by id: a sidecar asks no chain', async () => {
    const hash = `0x${'ab'.repeat(32)}`;
    const file = write(`models: [{ artefact: "${hash}" }]`);
    expect((await readSidecarConfig(file)).models).toEqual([{ artefact: hash }]);
    await expect(readSidecarConfig(write(`models: [{ id: "${hash}" }]`))).rejects.toThrow(
      InvalidFile,
    );
  });

  it('takes a part of where it listens', async () => {
    const file = write('models: [{ dir: toy }]\nlisten: { port: 9000 }\n');
    expect((await readSidecarConfig(file)).listen).toEqual({ host: '127.0.0.1', port: 9000 });
  });

  it.each([
    ['listen: { host: 0.0.0.0 }', '2:17: "0.0.0.0" is not allowed for listen.host'],
    ['listen: { port: 65536 }', '2:17: listen.port is 65536'],
    ['operator: { env: KEY }', '2:1: unknown key "operator"'],
    ['endpoint: ws://127.0.0.1:9944', '2:1: unknown key "endpoint"'],
  ])('may not say %s', async (line, mistake) => {
    const file = write(`models: [{ dir: toy }]\n${line}\n`);
    expect((await mistakesOf(readSidecarConfig(file))).join()).toContain(mistake);
  });
});

describe('config files of the other daemons', () => {
  const ACTING = { endpoint: 'ws://127.0.0.1:9944', key: { env: 'KEY' } };

  it('are not needed where all is said elsewhere; paths are relative to the present folder', async () => {
    const settings = await readKeeperConfig(undefined, ACTING);
    expect(settings).toEqual({
      ...ACTING,
      journal: join(process.cwd(), 'keeper.journal'),
      patience: 1,
      logLevel: 'info',
    });
    await expect(readKeeperConfig(undefined)).rejects.toThrow('(no config file)');
  });

  it('have paths that are relative to them', async () => {
    const file = write(
      'endpoint: ws://a\nkey: { file: user.key }\nstores: [{ dir: kept }]\nforAll: true\n',
    );
    expect(await readPublisherConfig(file)).toEqual({
      endpoint: 'ws://a',
      key: { file: join(folder, 'user.key') },
      stores: [{ dir: join(folder, 'kept') }],
      journal: join(folder, 'publisher.journal'),
      forAll: true,
      logLevel: 'info',
    });
    // Flags go before it, a key's place as a whole.
    expect(
      await readPublisherConfig(file, { key: { env: 'KEY' }, stores: [{ dir: '/s' }] }),
    ).toMatchObject({ key: { env: 'KEY' }, stores: [{ dir: '/s' }] });
  });

  it('say what a challenger looks at, and whether it seals', async () => {
    const file = write(
      'endpoint: ws://a\nkey: { env: KEY }\nmodels: [{ dir: toy }]\nseals: false\n',
    );
    expect(await readChallengerConfig(file)).toMatchObject({
      models: [{ dir: join(folder, 'toy') }],
      seals: false,
      proofCap: { bytes: 262_144, blockShare: 0.05 },
      stores: [],
      engine: { executionProvider: 'cpu', threads: 1, memoryMiB: 4_096, seconds: 300 },
    });
    expect(
      await readChallengerConfig(write(shownConfig(await readChallengerConfig(file)))),
    ).toEqual(await readChallengerConfig(file));
    // The same file, written anew.
    const capped = write(
      'endpoint: ws://a\nkey: { env: KEY }\nmodels: [{ dir: toy }]\nproofCap: { bytes: 1000 }\n',
    );
    expect((await readChallengerConfig(capped)).proofCap).toEqual({
      bytes: 1_000,
      blockShare: 0.05,
    });
    const [mistake] = await mistakesOf(
      readChallengerConfig(
        write(
          'endpoint: ws://a\nkey: { env: KEY }\nmodels: [{ dir: toy }]\nproofCap: { blockShare: 5 }\n',
        ),
      ),
    );
    expect(mistake).toMatch(/^4:25: proofCap.blockShare/);
  });

  it('need stores to publish from', async () => {
    const mistakes = await mistakesOf(
      readPublisherConfig(write('endpoint: ws://a\nkey: { env: KEY }\nstores: []\n')),
    );
    expect(mistakes).toEqual([expect.stringMatching(/^3:9: stores/)]);
    await expect(readPublisherConfig(undefined, ACTING)).rejects.toThrow(/stores/);
  });

  it('have no key in them, and do not repeat one', async () => {
    const file = write('endpoint: ws://a\nkey: "bottom drive obey"\n');
    for (const read of [readChallengerConfig, readKeeperConfig, readPublisherConfig]) {
      const [mistake] = await mistakesOf(read(file));
      expect(mistake).toMatch(/^2:1: .*a key is not written in this file/);
      expect(mistake).not.toContain('bottom');
    }
  });
});

describe('what ships', () => {
  it('has examples that are right', async () => {
    const sidecar = await readSidecarConfig(packageFile('sidecar.example.yaml'));
    const worker = await readWorkerConfig(packageFile('worker.example.yaml'));
    // One lists two models, the other names the folder of all three.
    const found = [sidecar, worker].map(({ models }) =>
      models.map((model) => 'dir' in model && existsSync(join(model.dir, 'graph.bin'))),
    );
    expect(found).toEqual([
      [true, true],
      [true, true, true],
    ]);
    expect(sidecar).toMatchObject({ listen: { port: 8931 }, verifySampleTiles: 8 });
    const challenger = await readChallengerConfig(packageFile('challenger.example.yaml'));
    expect(challenger.models.every((model) => 'dir' in model && existsSync(model.dir))).toBe(true);
    expect(await readKeeperConfig(packageFile('keeper.example.yaml'))).toMatchObject({
      patience: 1,
    });
    const publisher = await readPublisherConfig(packageFile('publisher.example.yaml'));
    expect(publisher).toMatchObject({ forAll: false, stores: [{ dir: packageFile('store') }] });
  });

  it('has the schemas that are generated (npm run schema -w @veritrace/worker writes them)', () => {
    for (const [name, schema] of Object.entries(configJsonSchemas())) {
      expect(JSON.parse(readFileSync(packageFile(name), 'utf8'))).toEqual(schema);
    }
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
