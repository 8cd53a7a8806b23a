/** Gives the actors of a run what they start with, on a chain whose genesis is given. */
import { Keyring } from '@polkadot/keyring';
import type { KeyringPair } from '@polkadot/keyring/types';
import {
  type BlockRef,
  batchAll,
  createCall,
  getBalance,
  type VeritraceClient,
} from '@veritrace/sdk';
import { toUnits } from '../scenario/amount.ts';
import { TOKEN } from '../token.ts';

/** The faucet cannot give what is asked of it. */
export class FaucetEmpty extends Error {
  override readonly name = 'FaucetEmpty';
}

export interface Faucet {
  /** Transfers everything in one transaction. Resolves with the finalized block that has it. */
  give(balances: ReadonlyMap<string, bigint>, signal?: AbortSignal): Promise<BlockRef>;
}

/** Well-known accounts that chains for development endow. The first that has enough gives. */
const WELL_KNOWN = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie'] as const;

/** Left in a faucet for its fees. */
const RESERVE = toUnits(100, TOKEN.decimals);

/** A faucet with a key of its own, given as a secret URI, or one of the well-known accounts. */
export const createFaucet = (client: VeritraceClient, secret?: string): Faucet => {
  const keyring = new Keyring({ type: 'sr25519' });
  const sources: KeyringPair[] = (secret === undefined ? WELL_KNOWN : [secret]).map((uri) =>
    keyring.createFromUri(uri),
  );
  /** What was promised of each source and has not left it yet. */
  const promised = new Map<string, bigint>();

  /** Those who ask at the same time are served one after the other, each knowing what was promised before. */
  let turn: Promise<unknown> = Promise.resolve();

  const choose = async (needed: bigint): Promise<{ source: KeyringPair; address: string }> => {
    const { hash } = client.heads.current('best');
    for (const source of sources) {
      const address = client.address(source);
      const { free } = await getBalance(client, address, hash);
      const due = promised.get(address) ?? 0n;
      if (free - due < needed + RESERVE) continue;
      promised.set(address, due + needed);
      return { source, address };
    }
    const who = sources.map((source) => client.address(source)).join(', ');
    throw new FaucetEmpty(
      `${who} cannot give ${needed / 10n ** BigInt(TOKEN.decimals)} ${TOKEN.symbol} and keep some for fees: fund it, or ` +
        'name another with --faucet env:NAME or file:PATH',
    );
  };

  return {
    give: async (balances, signal) => {
      const needed = [...balances.values()].reduce((sum, amount) => sum + amount, 0n);
      const chosen = turn.then(() => choose(needed));
      turn = chosen.catch(() => undefined);
      const { source, address } = await chosen;
      try {
        const transfers = [...balances].map(([to, amount]) =>
          createCall(client, 'balances', 'transferKeepAlive', [to, amount]),
        );
        const { block } = await batchAll(client, transfers).submit(source, {
          until: 'finalized',
          ...(signal === undefined ? {} : { signal }),
        });
        return block;
      } finally {
        promised.set(address, (promised.get(address) ?? 0n) - needed);
      }
    },
  };
};
