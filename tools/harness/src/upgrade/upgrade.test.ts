import { Keyring } from '@polkadot/keyring';
import {
  type Before,
  executeBlock,
  fromHex,
  runtimeOf,
  stateOf,
  versionOf,
} from '@veritrace/replay';
import { afterAll, describe, expect, it } from 'vitest';
import { type EmbeddedChain, startEmbeddedChain } from '../embedded/chain.ts';
import { endEmbedded } from '../embedded/driver.ts';
import { readEarlierRuntime, readRuntime } from '../embedded/runtime.ts';
import type { Ground } from './ground.ts';
import { EARLIER_VERSION, EXPECTED, tellUpgrade } from './story.ts';

const quiet = () => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const groundOf = ({ client, makeBlock }: EmbeddedChain): Ground => ({
  client,
  root: new Keyring({ type: 'sr25519' }).addFromUri('//Alice'),
  lag: 1,
  nextBlock: async (daemons) => {
    const { number } = await makeBlock();
    for (const daemon of daemons) await daemon.settled({ best: number, finalized: number });
  },
});

/** The versions of the runtimes that execute the chain again, to the same states. */
const executedAgain = ({ ledger, client }: EmbeddedChain): number[] => {
  const { kind, base, storage, blocks } = ledger(client.heads.current('best').number);
  const entries = Object.entries(storage).map(
    ([key, value]) => [key.slice(2), fromHex(value)] as const,
  );
  const versions = new Set<number>();
  let before: Before = { ...base, state: stateOf(entries) };
  for (const block of blocks) {
    versions.add(versionOf(runtimeOf(before.state), before.state).specVersion);
    before = { ...block, state: executeBlock(kind, before, block).state };
  }
  return [...versions];
};

afterAll(endEmbedded);

describe('a chain of the earlier release', { timeout: 300_000 }, () => {
  it('is upgraded with everything open, and everything comes to its end', async () => {
    const earlier = await readEarlierRuntime(EARLIER_VERSION);
    const chain = await startEmbeddedChain({
      runtime: earlier.bytes,
      preset: 'development',
      patch: {},
      balances: new Map(),
    });
    try {
      const { bytes } = await readRuntime();
      const outcome = await tellUpgrade({
        ground: groundOf(chain),
        runtime: bytes,
        loggerOf: () => logger,
      });
      expect(outcome).toMatchObject(EXPECTED);
      expect(outcome.upgraded.versions.from).toBe(EARLIER_VERSION);
      expect(outcome.checked).toBeGreaterThan(0);
      expect(chain.dropped()).toEqual([]);
      expect(executedAgain(chain)).toEqual([EARLIER_VERSION, outcome.upgraded.versions.to]);
    } finally {
      await chain.stop();
    }
  });
});
