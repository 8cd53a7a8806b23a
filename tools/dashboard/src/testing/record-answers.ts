/**
 * Records what a node with the released runtime answers to the page: `testdata/node-answers.json.gz`, which the stub node
 * of the tests replays. To be run anew when the runtime changes what the page reads: `npm run record-answers -w
 * @veritrace/dashboard`. The chain is the embedded one, with workers that have stake, locks and an accusation.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  createEmbeddedDriver,
  type Driver,
  endEmbedded,
  loadScenario,
  play,
} from '@veritrace/harness';
import { readChain } from '../network/follow.ts';
import { createStorageReader } from '../network/storage.ts';
import type { Answers } from './stub-node.ts';

const SCENARIO = fileURLToPath(
  new URL('../../../../scenarios/convicted-in-three.yaml', import.meta.url),
);
const OUT = fileURLToPath(new URL('../../testdata/node-answers.json.gz', import.meta.url));

interface Sender {
  send(method: string, params: unknown[]): Promise<unknown>;
}

const recordOf = async (provider: Sender): Promise<Answers> => {
  const answers: Record<string, unknown> = {};
  const ask = async <T>(method: string, ...params: unknown[]): Promise<T> => {
    const answer = await provider.send(method, params);
    answers[method === 'state_getKeysPaged' ? `${method} ${String(params[0])}` : method] ??= answer;
    return answer as T;
  };
  for (const method of ['system_name', 'system_version', 'system_chain', 'system_health']) {
    await ask(method);
  }
  await ask('state_getRuntimeVersion');
  const entries: Record<string, string | null> = {};
  const reader = await createStorageReader({
    ask: async <T>(method: string, ...params: unknown[]): Promise<T> => {
      const answer = await ask<T>(method, ...params);
      if (method === 'state_queryStorageAt') {
        for (const { changes } of answer as { changes: [string, string | null][] }[]) {
          for (const [key, value] of changes) entries[key] = value;
        }
      }
      return answer;
    },
  });
  const { block, workers } = await readChain({ ask }, reader, '');
  delete answers.state_queryStorageAt;
  console.error(`block ${block}, ${workers.length} workers`);
  return { answers, entries };
};

/** The driver, with a look at the chain while a challenge runs. */
const watched = (driver: Driver, look: (provider: Sender) => Promise<void>): Driver => ({
  ...driver,
  start: async (options) => {
    const network = await driver.start(options);
    return {
      ...network,
      advance: async (from, signal) => {
        const advance = await network.advance(from, signal);
        if (advance.taken.state.challenges.length > 0) {
          const { api } = network.client as unknown as { api: { _rpcCore: { provider: Sender } } };
          await look(api._rpcCore.provider);
        }
        return advance;
      },
    };
  },
});

let recorded: Answers | undefined;
try {
  await play(await loadScenario(SCENARIO), {
    driver: watched(createEmbeddedDriver(), async (provider) => {
      recorded ??= await recordOf(provider);
    }),
    seed: 1,
    record: undefined,
  });
} finally {
  await endEmbedded();
}
if (recorded === undefined) throw new Error('no challenge ran: nothing was recorded');
await mkdir(fileURLToPath(new URL('../../testdata/', import.meta.url)), { recursive: true });
await writeFile(OUT, gzipSync(JSON.stringify(recorded), { level: 9 }));
console.error(OUT);
