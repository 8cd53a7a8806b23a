/** The stage a scenario is played on: the chain, everyone's keys, the daemons, and what is watched after every block. */

import type { KeyringPair } from '@polkadot/keyring/types';
import type { Referee } from '@veritrace/referee';
import {
  type BlockRef,
  broadcast,
  type Call,
  findInContent,
  type Inclusion,
  type SignedCall,
  VeritraceError,
} from '@veritrace/sdk';
import type { AccountDirectory } from '../actors/accounts.ts';
import type { Cast } from '../actors/cast.ts';
import type { Network, TakenBlock } from '../drivers/driver.ts';
import type { ChainState } from '../invariants/state.ts';
import type { Model } from '../models/model.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Chronicle } from './chronicle.ts';
import type { Contents } from './contents.ts';
import type { DatedBlock } from './latency.ts';
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
  /** Told where it is whenever that changes: a fork may take it back (`undefined`) and include it elsewhere. */
  landed?(inclusion: Inclusion | undefined): void;
}

/** What became of one. `sentAt` is by this machine's clock, in milliseconds. */
export type Sent = { inclusion: Inclusion; sentAt: number } | { refused: VeritraceError };

export interface StageParts {
  scenario: Scenario;
  /** Where paths in the scenario start from. */
  folder: string;
  seed: number;
  network: Network;
  accounts: AccountDirectory;
  referee: Referee;
  models: ReadonlyMap<string, Model>;
  contents: Contents;
  cast: Cast;
  chronicle: Chronicle;
  narrator: Narrator;
  recorder: Recorder | undefined;
  onProgress: OnProgress;
  signal: AbortSignal | undefined;
  /** How many times longer the chain's windows are than those of `development`; numbers in files are for those. */
  stretch: number;
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
  /** Whether the final chain is the one that was taken in, up to its newest block, and that block's number. */
  finalPart(): number | undefined;
  /** The blocks taken in, by number, with the chain's clock in them. */
  dated(): ReadonlyMap<number, DatedBlock>;
  /** Transactions that no block has now. */
  pending(): readonly SignedCall[];
  /** Writes down what was taken in and is not in the record yet: all of it, or up to a block. */
  flush(last?: number): void;
}

/** A transaction on its way, or in a block that may be taken back. */
interface Tracked {
  signed: SignedCall;
  sentAt: number;
  /** Whether a node took it, and at which block it was last offered to one. */
  isOut: boolean;
  offeredAt: number;
  inclusion: Inclusion | undefined;
  landed: Wish['landed'];
}

/** Blocks a transaction may wait for inclusion where the run makes them: more means that the pool dropped it. */
const PATIENCE = 5;

/** Blocks after which a transaction that is in none is sent again. */
const RESEND = 8;

/** Troubles of a live chain that pass: a full pool, and a node that did not answer. */
const PASSING: ReadonlySet<string> = new Set(['PoolFull', 'Refused']);

/** How often signing is tried while no node can be reached. */
const SIGNINGS = 10;

export const createStage = (parts: StageParts): Stage => {
  const { network, cast, chronicle, narrator, recorder, onProgress, signal } = parts;
  const tracked = new Set<Tracked>();
  /** Blocks taken in that are not in the record yet, oldest first. */
  let unwritten: TakenBlock[] = [];
  const dated = new Map<number, DatedBlock>();
  let newest = network.origin;

  const write = (isMeant: (block: TakenBlock) => boolean): void => {
    const kept: TakenBlock[] = [];
    for (const taken of unwritten) {
      const { number, events } = taken.content;
      if (isMeant(taken)) recorder?.events({ number }, events);
      else kept.push(taken);
    }
    unwritten = kept;
  };

  const takeIn = (taken: TakenBlock): void => {
    const { content, state, timestamp } = taken;
    newest = taken;
    dated.set(content.number, { block: state.block, timestamp });
    chronicle.add(content.events, state);
    if (recorder !== undefined) unwritten.push(taken);
    const final = network.finalized().number;
    write(({ content: { number } }) => number <= final);
    const own = chronicle.blocks().at(-1)?.events ?? [];
    for (const text of narrator.tell(own)) {
      onProgress({ type: 'told', block: content.number, text });
    }
    onProgress({ type: 'block', number: content.number });
  };

  const takeBack = (block: BlockRef): void => {
    chronicle.takeBack(block);
    dated.delete(block.number);
    unwritten = unwritten.filter(({ content }) => content.hash !== block.hash);
    for (const one of tracked) {
      if (one.inclusion?.block.hash !== block.hash) continue;
      one.inclusion = undefined;
      one.offeredAt = Number.NEGATIVE_INFINITY;
      one.landed?.(undefined);
    }
  };

  takeIn(network.origin);

  /** Gives it to the node; a node that cannot take it now, or cannot be reached, is asked again after the next block. */
  const offer = async (one: Tracked): Promise<VeritraceError | undefined> => {
    one.offeredAt = newest.content.number;
    try {
      await broadcast(network.client, one.signed);
      one.isOut = true;
      return undefined;
    } catch (error) {
      if (!(error instanceof VeritraceError)) throw error;
      return network.pace === 'live' && PASSING.has(error.error) ? undefined : error;
    }
  };

  /** Looks for what is on its way in the newest block, and sends again what has waited for long. */
  const follow = async (): Promise<void> => {
    const { content } = newest;
    const final = network.finalized().number;
    for (const one of [...tracked]) {
      if (one.inclusion !== undefined) {
        if (one.inclusion.block.number <= final) tracked.delete(one);
        continue;
      }
      one.inclusion = findInContent(network.client, one.signed, content);
      if (one.inclusion !== undefined) one.landed?.(one.inclusion);
      else if (content.number > one.signed.diesAt) tracked.delete(one);
      else if (!one.isOut || content.number - one.offeredAt >= RESEND) await offer(one);
    }
  };

  const tick = async (): Promise<void> => {
    signal?.throwIfAborted();
    const { retracted, taken } = await network.advance(newest.state.block, signal);
    for (const block of retracted) takeBack(block);
    if (retracted.length > 0) {
      onProgress({ type: 'fork', block: taken.content.number, retracted: retracted.length });
    }
    takeIn(taken);
    if (network.pace === 'made') await cast.settled(taken.content.number);
    else cast.check();
    await follow();
    await parts.afterBlock(taken.state);
  };

  const sign = async ({ call, signer }: Wish): Promise<SignedCall> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call.sign(signer);
      } catch (error) {
        if (network.pace === 'made' || attempt === SIGNINGS) throw error;
        await tick();
      }
    }
  };

  /** Sends; a refusal is final. The nonces of what follows count this one, so it is out when this resolves. */
  const send = async (wish: Wish): Promise<Tracked | VeritraceError> => {
    const signed = await sign(wish);
    const one: Tracked = {
      signed,
      sentAt: Date.now(),
      isOut: false,
      offeredAt: newest.content.number,
      inclusion: undefined,
      landed: wish.landed,
    };
    const refusal = await offer(one);
    if (refusal !== undefined) return refusal;
    tracked.add(one);
    while (!one.isOut && tracked.has(one)) await tick();
    return one;
  };

  const isLate = ({ signed }: Tracked, waited: number): boolean =>
    network.pace === 'made' ? waited === PATIENCE : newest.content.number > signed.diesAt;

  const transact = async (wishes: readonly Wish[]): Promise<Sent[]> => {
    const sent: (Tracked | VeritraceError)[] = [];
    // One after the other: the order of a key's transactions is the order of its nonces.
    for (const wish of wishes) sent.push(await send(wish));
    for (let waited = 0; ; waited += 1) {
      const waiting = sent.filter(
        (one): one is Tracked => !(one instanceof VeritraceError) && one.inclusion === undefined,
      );
      const late = waiting.find((one) => isLate(one, waited));
      if (late !== undefined) {
        const { call, signer, signedAt, diesAt } = late.signed;
        const [dropped] = network.dropped();
        const reason = dropped === undefined ? '' : `: ${dropped.reason}`;
        const long = network.pace === 'made' ? PATIENCE : diesAt - signedAt.number;
        throw new StoryStopped(
          `${call} by ${parts.accounts.nameOf(signer)} was not included within ${long} blocks${reason}`,
        );
      }
      if (waiting.length === 0) break;
      await tick();
    }
    return sent.map((one): Sent => {
      if (one instanceof VeritraceError) return { refused: one };
      const { inclusion, sentAt } = one;
      if (inclusion === undefined) throw new Error('unreachable: everything sent was included');
      return inclusion.error === undefined ? { inclusion, sentAt } : { refused: inclusion.error };
    });
  };

  return {
    ...parts,
    state: () => newest.state,
    tick,
    transact,
    insist: async (wishes) =>
      (await transact(wishes)).map((one) => {
        if ('refused' in one) throw new StoryStopped(one.refused.message);
        return one.inclusion;
      }),
    finalPart: () => {
      const final = network.finalized();
      const there = chronicle.blocks().find(({ block }) => block.number === final.number);
      return there?.block.hash === final.hash ? final.number : undefined;
    },
    dated: () => dated,
    pending: () => [...tracked].flatMap((one) => (one.inclusion ? [] : [one.signed])),
    flush: (last = Number.POSITIVE_INFINITY) => write(({ content }) => content.number <= last),
  };
};
