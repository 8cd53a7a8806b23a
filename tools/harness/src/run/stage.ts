/** The stage a scenario is played on: the chain, everyone's keys, the daemons, and what is watched after every block. */

import type { KeyringPair } from '@polkadot/keyring/types';
import type { Referee } from '@veritrace/referee';
import {
  broadcast,
  type Call,
  findInBlock,
  type Inclusion,
  type SignedCall,
  VeritraceError,
} from '@veritrace/sdk';
import type { AccountDirectory } from '../actors/accounts.ts';
import type { Cast } from '../actors/cast.ts';
import type { Network } from '../drivers/driver.ts';
import type { Monitor } from '../invariants/monitor.ts';
import { readState } from '../invariants/read.ts';
import type { ChainState } from '../invariants/state.ts';
import type { Model } from '../models/model.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Chronicle } from './chronicle.ts';
import type { Narrator } from './narrate.ts';
import type { OnProgress } from './progress.ts';

/** Something the scenario wanted did not come to pass; the run goes no further. */
export class StoryStopped extends Error {
  override readonly name = 'StoryStopped';
}

/** A transaction to send. */
export interface Wish {
  call: Call;
  signer: KeyringPair;
}

/** What became of one. */
export type Sent = { inclusion: Inclusion } | { refused: VeritraceError };

export interface StageParts {
  scenario: Scenario;
  /** Where paths in the scenario start from. */
  folder: string;
  seed: number;
  network: Network;
  accounts: AccountDirectory;
  referee: Referee;
  models: ReadonlyMap<string, Model>;
  cast: Cast;
  chronicle: Chronicle;
  monitor: Monitor;
  narrator: Narrator;
  recorder: Recorder | undefined;
  onProgress: OnProgress;
  signal: AbortSignal | undefined;
  /** What else happens after a block, once the daemons have looked at it. */
  afterBlock(state: ChainState): Promise<void>;
}

export interface Stage extends StageParts {
  /** The state after the newest block. */
  state(): ChainState;
  /** One block more: daemons have sent what they wanted to before it, and have looked at it after. */
  tick(): Promise<void>;
  /** Sends transactions together and lets blocks pass until each is included or refused. */
  transact(wishes: readonly Wish[]): Promise<Sent[]>;
  /** As `transact`, for what must not fail. Throws the first refusal. */
  insist(wishes: readonly Wish[]): Promise<Inclusion[]>;
}

/** Blocks a transaction may wait for inclusion: more means that blocks are full or the pool dropped it. */
const PATIENCE = 5;

export const createStage = async (parts: StageParts): Promise<Stage> => {
  const { network, cast, chronicle, monitor, narrator, recorder, onProgress, signal } = parts;
  const { client } = network;

  const takeIn = async (block: { number: number; hash: `0x${string}` }): Promise<ChainState> => {
    const [content, state, extrinsics] = await Promise.all([
      client.blocks.get(block.hash),
      readState(client, block),
      network.extrinsics(block),
    ]);
    chronicle.add(content.events, state);
    recorder?.block(block, extrinsics, content.events);
    for (const text of narrator.tell(content.events)) {
      onProgress({ type: 'told', block: block.number, text });
    }
    monitor.look(state);
    onProgress({ type: 'block', number: block.number });
    return state;
  };

  let state = await takeIn(client.heads.current('best'));

  const tick = async (): Promise<void> => {
    signal?.throwIfAborted();
    state = await takeIn(await network.next());
    await cast.settled(state.block.number);
    await parts.afterBlock(state);
  };

  const send = async ({ call, signer }: Wish): Promise<SignedCall | VeritraceError> => {
    try {
      return await client.exclusively(client.address(signer), async () => {
        const signed = await call.sign(signer);
        await broadcast(client, signed);
        return signed;
      });
    } catch (error) {
      if (error instanceof VeritraceError) return error;
      throw error;
    }
  };

  const transact = async (wishes: readonly Wish[]): Promise<Sent[]> => {
    const sent: (Sent | SignedCall)[] = [];
    // One after the other: the order of a key's transactions is the order of its nonces.
    for (const wish of wishes) {
      const signed = await send(wish);
      sent.push(signed instanceof VeritraceError ? { refused: signed } : signed);
    }
    for (let waited = 0; waited < PATIENCE; waited += 1) {
      if (sent.every((one) => !('hex' in one))) break;
      await tick();
      const head = client.heads.current('best');
      for (const [index, one] of sent.entries()) {
        if (!('hex' in one)) continue;
        const inclusion = await findInBlock(client, one, head);
        if (inclusion === undefined) continue;
        sent[index] = inclusion.error === undefined ? { inclusion } : { refused: inclusion.error };
      }
    }
    return sent.map((one) => {
      if (!('hex' in one)) return one;
      const [dropped] = network.dropped();
      throw new StoryStopped(
        `${one.call} by ${parts.accounts.nameOf(one.signer)} was not included within ${PATIENCE} blocks${
          dropped === undefined ? '' : `: ${dropped.reason}`
        }`,
      );
    });
  };

  return {
    ...parts,
    state: () => state,
    tick,
    transact,
    insist: async (wishes) =>
      (await transact(wishes)).map((one) => {
        if ('refused' in one) throw new StoryStopped(one.refused.message);
        return one.inclusion;
      }),
  };
};
