/**
 * Records what a node with the released runtime answers to the page: `testdata/node-answers.json.gz`, which the stub node
 * of the tests replays. To be run anew when the runtime changes what the page reads: `npm run record-answers -w
 * @veritrace/dashboard`. The chain is the embedded one, with workers that have stake, locks and an accusation; its blocks
 * are those of the whole scenario, beside what the harness, which decodes them by other means, told of each.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  createEmbeddedDriver,
  type Driver,
  endEmbedded,
  loadScenario,
  type Network,
  plain,
  play,
} from '@veritrace/harness';
import { readChain } from '../network/follow.ts';
import { createStorageReader } from '../network/storage.ts';
import type { AnsweredBlock, Answers } from './stub-node.ts';

const SCENARIO = fileURLToPath(
  new URL('../../../../scenarios/convicted-in-three.yaml', import.meta.url),
);
const OUT = fileURLToPath(new URL('../../testdata/node-answers.json.gz', import.meta.url));

interface Sender {
  send(method: string, params: unknown[]): Promise<unknown>;
}

const recordOf = async (provider: Sender): Promise<Omit<Answers, 'blocks'>> => {
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

/** Where a block's events are stored. */
const EVENTS = '0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7';

const isTold = (type: string): boolean =>
  /^(models|workers|inference|disputes|payouts)\.|^transactionPayment\.TransactionFeePaid$/.test(
    type,
  );

const blockOf = async (
  provider: Sender,
  { client }: Network,
  number: number,
): Promise<AnsweredBlock> => {
  const hash = await client.blocks.hashOf(number);
  const { block } = (await provider.send('chain_getBlock', [hash])) as {
    block: { header: { parentHash: string }; extrinsics: string[] };
  };
  const { events } = await client.blocks.get(hash);
  return {
    number,
    hash,
    parentHash: block.header.parentHash,
    sizes: block.extrinsics.map((hex) => hex.length / 2 - 1),
    events: (await provider.send('state_getStorage', [EVENTS, hash])) as string,
    told: events
      .filter(({ event }) => isTold(event.type))
      .map(({ index, extrinsicIndex, event }) =>
        plain({ block: number, index, extrinsic: extrinsicIndex, ...event }),
      ),
  };
};

interface Look {
  provider: Sender;
  network: Network;
  /** The newest block. */
  number: number;
  isChallenged: boolean;
}

/** The driver, with a look at the chain after every block. */
const watched = (driver: Driver, look: (seen: Look) => Promise<void>): Driver => ({
  ...driver,
  start: async (options) => {
    const network = await driver.start(options);
    const { api } = network.client as unknown as { api: { _rpcCore: { provider: Sender } } };
    return {
      ...network,
      advance: async (from, signal) => {
        const advance = await network.advance(from, signal);
        const { content, state } = advance.taken;
        await look({
          provider: api._rpcCore.provider,
          network,
          number: content.number,
          isChallenged: state.challenges.length > 0,
        });
        return advance;
      },
    };
  },
});

let recorded: Omit<Answers, 'blocks'> | undefined;
const blocks: AnsweredBlock[] = [];
try {
  await play(await loadScenario(SCENARIO), {
    driver: watched(createEmbeddedDriver(), async ({ provider, network, number, isChallenged }) => {
      for (let next = blocks.length; next <= number; next++) {
        blocks.push(await blockOf(provider, network, next));
      }
      if (isChallenged) recorded ??= await recordOf(provider);
    }),
    seed: 1,
    record: undefined,
  });
} finally {
  await endEmbedded();
}
if (recorded === undefined) throw new Error('no challenge ran: nothing was recorded');
await mkdir(fileURLToPath(new URL('../../testdata/', import.meta.url)), { recursive: true });
await writeFile(OUT, gzipSync(JSON.stringify({ ...recorded, blocks }), { level: 9 }));
console.error(OUT);
