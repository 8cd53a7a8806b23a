import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReferee, type Referee } from '@veritrace/referee';
import {
  blobAddress,
  createDirectoryBackend,
  ModelError,
  type StoreServer,
  startStoreServer,
} from '@veritrace/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from './config-file.ts';
import { toHex } from './digest.ts';
import { freeModels, type ModelSettings, openModels } from './open-models.ts';

const DIR = fileURLToPath(
  new URL('../../../scenarios/models/digits-mlp/compiled', import.meta.url),
);
const referee = createReferee();
const graphBin = new Uint8Array(await readFile(join(DIR, 'graph.bin')));
const { digest: artefact } = blobAddress(graphBin);

let folder: string;
let servers: StoreServer[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-models-'));
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
  await rm(folder, { recursive: true });
});

/** A server of a folder, as a place of a config file. */
const serve = async (dir: string) => {
  const server = await startStoreServer({ backend: createDirectoryBackend(dir) });
  servers.push(server);
  return { url: server.url, plainHttp: true, privateAddresses: true };
};

const put = (dir: string, content: Uint8Array, digest = blobAddress(content).digest) =>
  createDirectoryBackend(dir).write?.({ kind: 'blob', digest }, content);

/** Opens models, counting what is parsed and what is given back. */
const opening = async (settings: Partial<ModelSettings>) => {
  const troubles: string[] = [];
  const counts = { parsed: 0, freed: 0 };
  const counting: Referee = {
    ...referee,
    loadGraph: (bytes) => {
      counts.parsed += 1;
      const loaded = referee.loadGraph(bytes);
      return {
        ...loaded,
        free: () => {
          counts.freed += 1;
          loaded.free();
        },
      };
    },
  };
  const logger = {
    info: () => undefined,
    warn: ({ reason }: { reason?: string }) => void troubles.push(String(reason)),
  };
  const models = openModels(
    { models: [{ artefact }], stores: [], modelCache: join(folder, 'cache'), ...settings },
    { referee: counting, logger },
  );
  return { models: await models.catch((error: unknown) => error), troubles, counts };
};

describe('a model by the hash of its graph', () => {
  it('is got from a server, kept in a folder, and needs the server no more', async () => {
    await put(join(folder, 'store'), graphBin);
    const store = await serve(join(folder, 'store'));
    const { models, troubles } = await opening({ stores: [store] });
    const root = toHex(referee.loadGraph(graphBin).graphRoot);
    expect(models).toMatchObject([{ name: artefact, graphRoot: root }]);
    expect(troubles).toEqual([]);
    expect(await readdir(join(folder, 'cache', 'blob'))).toEqual([artefact.slice(2)]);

    const again = await opening({});
    expect(again.models).toMatchObject([{ graphRoot: root }]);
    for (const opened of [models, again.models]) freeModels(opened as never);
  });

  it('is refused before it is parsed when its bytes have another hash', async () => {
    await put(join(folder, 'store'), graphBin.slice().fill(7, 0, 1), artefact);
    const { models, troubles, counts } = await opening({
      stores: [await serve(join(folder, 'store'))],
    });
    expect(models).toBeInstanceOf(ModelError);
    expect(String(models)).toMatch(/nowhere to be had: asked were .*cache, http.*model publish/);
    expect(troubles).toEqual([expect.stringMatching(/has something else as blob 0x/)]);
    expect(counts.parsed).toBe(0);
    // What is wrong is not kept either.
    expect(await readdir(folder)).toEqual(['store']);
  });

  it('is got anew when what was kept has been changed', async () => {
    await put(join(folder, 'cache'), graphBin.subarray(1), artefact);
    await put(join(folder, 'store'), graphBin);
    const { models, troubles } = await opening({ stores: [{ dir: join(folder, 'store') }] });
    expect(models).toMatchObject([{ name: artefact }]);
    expect(troubles).toEqual([expect.stringMatching(/cache has something else/)]);
    expect(
      new Uint8Array(await readFile(join(folder, 'cache', 'blob', artefact.slice(2)))),
    ).toEqual(graphBin);
    freeModels(models as never);
  });

  it('is not read when it is larger than it may be', async () => {
    await put(join(folder, 'store'), graphBin);
    for (const store of [await serve(join(folder, 'store')), { dir: join(folder, 'store') }]) {
      const { models, troubles, counts } = await opening({
        stores: [store],
        maxModelBytes: graphBin.length - 1,
      });
      expect(models).toBeInstanceOf(ModelError);
      expect(troubles.join()).toMatch(new RegExp(`${graphBin.length} bytes`));
      expect(counts.parsed).toBe(0);
    }
  });

  it('is checked by the referee: bytes that are no graph are refused, whatever their hash', async () => {
    const junk = new Uint8Array(99).fill(1);
    await put(join(folder, 'store'), junk);
    const { models, counts } = await opening({
      models: [{ artefact: blobAddress(junk).digest }],
      stores: [{ dir: join(folder, 'store') }],
    });
    expect(models).toBeInstanceOf(Error);
    expect(counts).toEqual({ parsed: 1, freed: 0 });
  });
});

describe('models of a config file', () => {
  it('are given in their order, and all or none', async () => {
    await put(join(folder, 'store'), graphBin);
    const stores = [{ dir: join(folder, 'store') }];
    const { models } = await opening({ models: [{ artefact }, { dir: DIR }], stores });
    expect((models as { name: string }[]).map(({ name }) => name)).toEqual([
      artefact,
      'digits-mlp',
    ]);
    freeModels(models as never);
    const other = `0x${'ee'.repeat(32)}` as const;
    const failed = await opening({ models: [{ artefact: other }, { dir: DIR }], stores });
    expect(failed.models).toBeInstanceOf(ModelError);
    expect(failed.counts).toEqual({ parsed: 1, freed: 1 });
  });

  it('cannot be named by their ids where no chain is asked', async () => {
    const { models } = await opening({ models: [{ id: artefact }] });
    expect(models).toBeInstanceOf(ConfigError);
  });
});
