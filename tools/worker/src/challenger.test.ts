import { Keyring } from '@polkadot/keyring';
import { createReferee } from '@veritrace/referee';
import type { Account, DisputeParameters } from '@veritrace/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from './chain.ts';
import { createChallenger } from './challenger.ts';
import { createMemoryJournal, type Journal } from './journal.ts';
import { createKeeper } from './keeper.ts';
import type { ProofCap } from './proof-cap.ts';
import { createFakeChain, type FakeChain } from './testing/fake-chain.ts';
import { quiet } from './testing/quiet-logger.ts';
import { toyInput, toyModel } from './testing/toy-model.ts';
import type {
  ChallengerBehaviour,
  ChallengerEvent,
  Daemon,
  WorkContext,
  WorkerBehaviour,
} from './types.ts';
import { createWorker } from './worker.ts';

const referee = createReferee();
const model = toyModel(referee);
const keyring = new Keyring({ type: 'sr25519' });
const operator = keyring.addFromUri('//Operator');
const stash = keyring.addFromUri('//Stash').address;
const watcher = keyring.addFromUri('//Watcher');

/** Whole nodes never fit: every dispute goes by challenge. */
const SMALL_STEPS: Partial<DisputeParameters> = { maxWholeBytes: 0 };

const worker = async (chain: FakeChain, behaviour: WorkerBehaviour, key = operator) => {
  const daemon = createWorker(
    {
      operator: key,
      models: [model],
      engine: { executionProvider: 'cpu', threads: 1 },
      verifySampleTiles: 0,
    },
    {
      chain,
      referee,
      journal: createMemoryJournal(),
      logger: quiet,
      behaviour,
      createEngine: async () => ({
        run: async (inputs) => model.loaded.evaluate(inputs),
        dispose: async () => undefined,
      }),
    },
  );
  await daemon.start();
  return daemon;
};

const challenger = async (
  chain: FakeChain,
  {
    behaviour = {},
    journal = createMemoryJournal(),
    seals = false,
    account = watcher,
    proofCap,
  }: {
    behaviour?: ChallengerBehaviour;
    journal?: Journal;
    seals?: boolean | undefined;
    account?: Account;
    proofCap?: ProofCap | undefined;
  } = {},
) => {
  const events: ChallengerEvent[] = [];
  const daemon = createChallenger(
    { account, models: [model], seals, ...(proofCap === undefined ? {} : { proofCap }) },
    { chain, referee, journal, logger: quiet, behaviour },
  );
  daemon.on((event) => events.push(event));
  await daemon.start();
  return { daemon, events, journal };
};

/** Flips bits of one byte of a node's output, and computes the nodes after it from that. */
const lieAt =
  (node: number, byte = 0, flip = 1) =>
  async ({ honest }: WorkContext) => {
    const nodeOutputs = (await honest()).map((output) => output.slice());
    const lie = nodeOutputs[node];
    if (lie === undefined) throw new RangeError('no such node');
    lie[byte % lie.length] = (lie[byte % lie.length] ?? 0) ^ flip;
    return { nodeOutputs };
  };

const liar = (node: number, byte?: number, flip?: number): WorkerBehaviour => ({
  computeTrace: lieAt(node, byte, flip),
  verify: async () => undefined,
});

const play = async (chain: FakeChain, daemons: Daemon<never>[], blocks: number) => {
  for (let block = 0; block < blocks; block += 1) {
    const [best, finalized] = [chain.head('best').number, chain.head('finalized').number];
    for (const daemon of daemons) await daemon.settled({ best, finalized });
    chain.build();
  }
};

const outcomes = (chain: FakeChain) =>
  chain
    .included()
    .map(
      ({ action, error, rejected }) => error ?? (rejected ? `rejected ${rejected}` : action.type),
    );

const slotOf = (chain: FakeChain, request: bigint) =>
  chain.state().requests.get(request)?.slots[0]?.state.type;

/** A worker of some behaviour, a challenger, and what they did in some blocks. */
const dispute = async (
  behaviour: WorkerBehaviour,
  {
    parameters = {},
    accuser = {},
    blocks = 14,
    seals = false,
    proofCap,
    shareOf,
  }: {
    parameters?: Partial<DisputeParameters>;
    accuser?: ChallengerBehaviour;
    blocks?: number;
    seals?: boolean;
    proofCap?: ProofCap;
    shareOf?: FakeChain['shareOf'];
  } = {},
) => {
  const chain = createFakeChain(referee, { [operator.address]: stash }, parameters);
  if (shareOf !== undefined) chain.shareOf = shareOf;
  const accused = await worker(chain, behaviour);
  const { daemon, events, journal } = await challenger(chain, {
    behaviour: accuser,
    seals,
    proofCap,
  });
  const request = chain.ask(model, [stash], toyInput(7));
  await play(chain, [accused as Daemon<never>, daemon as Daemon<never>], blocks);
  await Promise.all([accused.stop(), daemon.stop()]);
  return { chain, request, events, journal };
};

describe('a challenger', () => {
  it('leaves a true claim alone', async () => {
    const { chain, request, events } = await dispute({});
    expect(outcomes(chain)).toEqual(['submit']);
    expect(slotOf(chain, request)).toBe('Revealed');
    expect(events).toEqual([{ type: 'assessed', request, worker: stash, fault: undefined }]);
  });

  it('convicts a lie in one transaction when the node fits', async () => {
    const { chain, request, events } = await dispute(liar(1));
    expect(outcomes(chain)).toEqual(['submit', 'contradict-node', 'release-bounty']);
    expect(slotOf(chain, request)).toBe('Struck');
    expect(events.map(({ type }) => type)).toEqual([
      'assessed',
      'sent',
      'included',
      'convicted',
      'sent',
      'included',
    ]);
    expect(chain.state().paid).toEqual({ [watcher.address]: 5n });
  });

  it('convicts it in three when the node does not fit, and gets its bond back', async () => {
    const { chain, request } = await dispute(liar(0, 1_000), { parameters: SMALL_STEPS });
    expect(outcomes(chain)).toEqual([
      'submit',
      'challenge',
      'open',
      'contradict-element',
      'reclaim-bond',
      'release-bounty',
    ]);
    expect(slotOf(chain, request)).toBe('Struck');
    expect(chain.state().challenges.size).toBe(0);
  });

  it('convicts it in three when the proof of the whole node is beyond the cap', async () => {
    const opened = [
      'submit',
      'challenge',
      'open',
      'contradict-element',
      'reclaim-bond',
      'release-bounty',
    ];
    // Of the product the 38,464 bytes of its inputs, and how they hang together.
    const whole = await dispute(liar(0, 1_000));
    expect(outcomes(whole.chain)).toEqual(['submit', 'contradict-node', 'release-bounty']);
    const [, sent] = whole.chain.included();
    const { length } = sent?.action.type === 'contradict-node' ? sent.action.proof : [];
    const exactly = { bytes: length, blockShare: 0.05 };
    const fits = await dispute(liar(0, 1_000), { proofCap: exactly });
    expect(outcomes(fits.chain)).toEqual(outcomes(whole.chain));
    const small = await dispute(liar(0, 1_000), { proofCap: { ...exactly, bytes: length - 1 } });
    expect(outcomes(small.chain)).toEqual(opened);
    expect(slotOf(small.chain, small.request)).toBe('Struck');

    const asked: string[] = [];
    const heavy = await dispute(liar(0, 1_000), {
      shareOf: ({ type }) => {
        asked.push(type);
        return 0.051;
      },
    });
    expect(outcomes(heavy.chain)).toEqual(opened);
    expect(new Set(asked)).toEqual(new Set(['contradict-node']));
  });

  it('pays for no proof on a branch that has not the claim', async () => {
    const chain = createFakeChain(referee, { [operator.address]: stash });
    chain.finalityLag = 1_000;
    const daemons = [await worker(chain, liar(1)), (await challenger(chain)).daemon];
    const request = chain.ask(model, [stash], toyInput(7));
    await play(chain, daemons as Daemon<never>[], 2);
    await Promise.all(daemons.map((daemon) => daemon.settled({ best: chain.head('best').number })));
    expect(chain.pool.map(({ call }) => call)).toEqual(['contradict-node']);
    chain.reorganise(1);
    chain.build();
    expect(outcomes(chain)).toEqual([]);
    await play(chain, daemons as Daemon<never>[], 12);
    expect(outcomes(chain)).toEqual(['submit', 'contradict-node', 'release-bounty']);
    expect(slotOf(chain, request)).toBe('Struck');
    await Promise.all(daemons.map((daemon) => daemon.stop()));
  });

  it('contradicts a tile when the worker shows hashes alone', async () => {
    const { chain, request } = await dispute(liar(0, 1_000), {
      parameters: { ...SMALL_STEPS, maxOpeningBytes: 512 },
    });
    expect(outcomes(chain)).toContain('contradict-tile');
    expect(slotOf(chain, request)).toBe('Struck');
  });

  it('is not misled by what others send beside the opening', async () => {
    const chain = createFakeChain(referee, { [operator.address]: stash }, SMALL_STEPS);
    const accused = await worker(chain, liar(0, 1_000));
    const noise = {
      ...chain,
      openings: async (...args: Parameters<FakeChain['openings']>) => {
        const real = await chain.openings(...args);
        // No opening at all, one of a byte, and the worker's own with another byte wrong.
        const forged = real.map((bytes) => bytes.map((byte, at) => (at === 700 ? byte ^ 1 : byte)));
        return real.length === 0
          ? real
          : [Uint8Array.from([9, 9]), Uint8Array.from([0, 4, 1]), ...forged, ...real];
      },
    };
    const { daemon } = await challenger(noise);
    const request = chain.ask(model, [stash], toyInput(7));
    await play(chain, [accused as Daemon<never>, daemon as Daemon<never>], 12);
    await Promise.all([accused.stop(), daemon.stop()]);
    expect(outcomes(chain)).toContain('contradict-element');
    expect(slotOf(chain, request)).toBe('Struck');
  });

  it('ends the challenge of a worker that does not open', async () => {
    const { chain, request } = await dispute(
      { ...liar(2), onChallenge: async () => undefined },
      { parameters: SMALL_STEPS },
    );
    expect(outcomes(chain)).toEqual(['submit', 'challenge', 'expire-challenge', 'release-bounty']);
    expect(slotOf(chain, request)).toBe('Struck');
  });

  it('fights one of several equal lies: they fall together', async () => {
    const otherOperator = keyring.addFromUri('//OtherOperator');
    const otherStash = keyring.addFromUri('//OtherStash').address;
    const chain = createFakeChain(
      referee,
      { [operator.address]: stash, [otherOperator.address]: otherStash },
      SMALL_STEPS,
    );
    const liars = [await worker(chain, liar(0)), await worker(chain, liar(0), otherOperator)];
    const { daemon } = await challenger(chain);
    const request = chain.ask(model, [stash, otherStash], toyInput(7));
    await play(chain, [...liars, daemon] as Daemon<never>[], 14);
    const disputed = outcomes(chain).filter((each) => each !== 'commit' && each !== 'reveal');
    expect(disputed).toEqual([
      'challenge',
      'open',
      'contradict-element',
      'reclaim-bond',
      'release-bounty',
    ]);
    const slots = chain.state().requests.get(request)?.slots ?? [];
    expect(slots.map(({ state }) => state.type)).toEqual(['Struck', 'Struck']);
    await Promise.all([...liars, daemon].map((each) => each.stop()));
  });

  it('uses what was opened for someone else', async () => {
    const chain = createFakeChain(referee, { [operator.address]: stash }, SMALL_STEPS);
    const accused = await worker(chain, liar(0));
    const request = chain.ask(model, [stash], toyInput(7));
    // A challenger that goes silent once it is answered.
    const mute = await challenger(chain, {
      behaviour: {
        proof: (_, kind, honest) => (kind === 'challenge' ? honest() : new Uint8Array()),
      },
    });
    await play(chain, [accused as Daemon<never>, mute.daemon as Daemon<never>], 5);
    await mute.daemon.stop();
    await play(chain, [accused as Daemon<never>], 10);
    expect(chain.state().challenges.size).toBe(0);
    const { daemon } = await challenger(chain);
    await play(chain, [accused as Daemon<never>, daemon as Daemon<never>], 6);
    expect(slotOf(chain, request)).toBe('Struck');
    await Promise.all([accused.stop(), daemon.stop()]);
  });

  it('accuses once only when it is wrong itself', async () => {
    const { chain, request } = await dispute(
      {},
      {
        parameters: SMALL_STEPS,
        accuser: { findFault: async () => ({ node: 0 }) },
        blocks: 30,
      },
    );
    expect(outcomes(chain)).toEqual(['submit', 'challenge', 'open', 'expire-challenge']);
    expect(slotOf(chain, request)).toBe('Revealed');
  });

  it('does not send a proof twice that was rejected', async () => {
    const { chain, events } = await dispute(
      {},
      {
        accuser: {
          findFault: async () => ({ node: 1 }),
          inOne: () => true,
          proof: () => new Uint8Array([1, 2, 3]),
        },
      },
    );
    expect(outcomes(chain)).toEqual(['submit', expect.stringMatching(/^rejected /)]);
    expect(events.map(({ type }) => type)).toContain('rejected');
  });

  it('remembers over a restart what it has looked at, and its bonds', async () => {
    const chain = createFakeChain(referee, { [operator.address]: stash }, SMALL_STEPS);
    const accused = await worker(chain, liar(0));
    const first = await challenger(chain);
    chain.ask(model, [stash], toyInput(7));
    await play(chain, [accused as Daemon<never>, first.daemon as Daemon<never>], 4);
    expect(chain.state().challenges.size).toBe(1);
    await first.daemon.stop();
    const second = await challenger(chain, {
      journal: createMemoryJournal(first.journal.entries()),
      behaviour: { findFault: () => Promise.reject(new Error('looked again')) },
    });
    await play(chain, [accused as Daemon<never>, second.daemon as Daemon<never>], 12);
    expect(second.events.filter(({ type }) => type === 'trouble')).toEqual([]);
    expect(outcomes(chain)).toEqual([
      'submit',
      'challenge',
      'open',
      'contradict-element',
      'reclaim-bond',
      'release-bounty',
    ]);
    await Promise.all([accused.stop(), second.daemon.stop()]);
  });

  it('convicts every lie, in one transaction or three', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          node: fc.integer({ min: 0, max: 2 }),
          byte: fc.nat(10_000),
          flip: fc.integer({ min: 1, max: 255 }),
          isSmall: fc.boolean(),
          seals: fc.boolean(),
          maxOpeningBytes: fc.constantFrom(512, 1_000_000),
        }),
        async ({ node, byte, flip, isSmall, seals, maxOpeningBytes }) => {
          const parameters = { maxOpeningBytes, ...(isSmall ? SMALL_STEPS : {}) };
          const { chain, request } = await dispute(liar(node, byte, flip), {
            parameters,
            seals,
          });
          expect(slotOf(chain, request)).toBe('Struck');
          expect(chain.state().challenges.size).toBe(0);
          expect(chain.state().seals.size + chain.state().bounties.size).toBe(0);
          expect(chain.state().paid).toEqual({ [watcher.address]: 5n });
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a challenger that seals', () => {
  const copyist = keyring.addFromUri('//Copyist');

  it('proves in a block after that of the seal, and has the bond back', async () => {
    const { chain, request, journal } = await dispute(liar(1), { seals: true });
    expect(outcomes(chain)).toEqual(['submit', 'seal', 'contradict-node', 'release-bounty']);
    expect(slotOf(chain, request)).toBe('Struck');
    expect(chain.state().seals.size).toBe(0);
    expect(chain.state().paid).toEqual({ [watcher.address]: 5n });
    expect(journal.entries().some(({ type }) => type === 'forgotten')).toBe(true);
  });

  it('seals before it challenges, and shows the seal when the worker is silent', async () => {
    const { chain } = await dispute(
      { ...liar(2), onChallenge: async () => undefined },
      { parameters: SMALL_STEPS, seals: true },
    );
    expect(outcomes(chain)).toEqual([
      'submit',
      'seal',
      'challenge',
      'expire-challenge',
      'reveal-seal',
      'release-bounty',
    ]);
    expect(chain.state().seals.size).toBe(0);
  });

  /** Two lies that a challenger finds at once, with so many blocks until each is final: what it does in the next three. */
  const betweenTwo = async (first: number, second: number) => {
    const chain = createFakeChain(referee, { [operator.address]: stash });
    const accused = await worker(chain, liar(1));
    const requests = [7, 8].map((seed) => chain.ask(model, [stash], toyInput(seed)));
    await play(chain, [accused as Daemon<never>], 6);
    const head = chain.head('best').number + 1;
    chain.edit(({ requests: open }) => {
      for (const [index, left] of [first, second].entries()) {
        const request = open.get(requests[index] ?? 0n);
        if (request?.status !== 'Claimed') throw new Error('both were to be claimed by now');
        request.due = head + left;
      }
    });
    chain.build();
    const { daemon } = await challenger(chain, { seals: true });
    await play(chain, [daemon as Daemon<never>], 3);
    await Promise.all([accused.stop(), daemon.stop()]);
    return chain
      .included()
      .filter(({ signer }) => signer === watcher.address)
      .map(
        ({ action }) =>
          `${action.type} ${requests.indexOf((action as { request: bigint }).request)}`,
      );
  };

  it('accuses first where the window ends first', async () => {
    expect((await betweenTwo(20, 3)).slice(0, 2)).toEqual(['seal 1', 'contradict-node 1']);
    expect((await betweenTwo(3, 20)).slice(0, 2)).toEqual(['seal 0', 'contradict-node 0']);
  });

  it('seals nothing where that would leave a lie without an accusation', async () => {
    expect((await betweenTwo(3, 3)).slice(0, 2)).toEqual([
      'contradict-node 0',
      'contradict-node 1',
    ]);
    expect((await betweenTwo(2, 20)).slice(0, 1)).toEqual(['contradict-node 0']);
  });

  it('brings the salt in three transactions, too', async () => {
    const { chain } = await dispute(liar(0, 1_000), { parameters: SMALL_STEPS, seals: true });
    expect(outcomes(chain)).toEqual([
      'submit',
      'seal',
      'challenge',
      'open',
      'contradict-element',
      'reclaim-bond',
      'release-bounty',
    ]);
    expect(chain.state().seals.size).toBe(0);
  });

  it('goes on without when it cannot pay for a seal', async () => {
    const { chain, request } = await dispute(liar(1), {
      parameters: { sealBond: 1_001n },
      seals: true,
    });
    expect(outcomes(chain)).toEqual([
      'submit',
      'FundsUnavailable',
      'contradict-node',
      'release-bounty',
    ]);
    expect(slotOf(chain, request)).toBe('Struck');
  });

  it('goes on without when its seal has expired', async () => {
    const { chain, request } = await dispute(liar(1), {
      parameters: { sealLifetime: 0 },
      seals: true,
    });
    expect(outcomes(chain)).toEqual(['submit', 'seal', 'contradict-node', 'release-bounty']);
    expect(slotOf(chain, request)).toBe('Struck');
    expect(chain.state().seals.size).toBe(1);
  });

  /** A challenger whose proofs are copied, and are in the block after the copy's; it may be restarted in between. */
  const copied = async (restarts: boolean) => {
    const chain = createFakeChain(referee, { [operator.address]: stash });
    const accused = await worker(chain, liar(1));
    const broadcast = chain.broadcast;
    const actions: Action[] = [];
    const watched: FakeChain = {
      ...chain,
      sign: async (account, action, options) => {
        actions.push(action);
        return chain.sign(account, action, options);
      },
      broadcast: async (signed) => {
        const action = actions.at(-1);
        if (action?.type === 'contradict-node' && chain.state().bounties.size === 0) {
          await broadcast(await chain.sign(copyist, action));
        }
        return broadcast(signed);
      },
    };
    const journal = createMemoryJournal();
    const first = await challenger(watched, { seals: true, journal });
    chain.ask(model, [stash], toyInput(7));
    const daemons = [accused, first.daemon] as Daemon<never>[];
    while (chain.state().bounties.size === 0) await play(chain, daemons, 1);
    if (restarts) {
      await first.daemon.stop();
      const again = createMemoryJournal(first.journal.entries());
      daemons[1] = (await challenger(chain, { seals: true, journal: again }))
        .daemon as Daemon<never>;
    }
    await play(chain, daemons, 8);
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    return chain;
  };

  for (const restarts of [false, true]) {
    it(`takes the bounty from who copied its proof${restarts ? ', after a restart, too' : ''}`, async () => {
      const chain = await copied(restarts);
      expect(outcomes(chain)).toEqual([
        'submit',
        'seal',
        'contradict-node',
        'ClaimNotOpen',
        'reveal-seal',
        'release-bounty',
      ]);
      expect(chain.state().paid).toEqual({ [watcher.address]: 5n });
      expect(chain.state().seals.size).toBe(0);
    });
  }
});

describe('a keeper', () => {
  it('settles what the sweep has left, once', async () => {
    const chain = createFakeChain(referee, {});
    const keeper = createKeeper(
      { account: watcher },
      { chain, referee, journal: createMemoryJournal(), logger: quiet },
    );
    await keeper.start();
    const request = chain.ask(model, [stash], toyInput(1));
    chain.edit(({ overdue }) => overdue.push({ request, since: 1 }));
    await play(chain, [keeper as Daemon<never>], 6);
    expect(outcomes(chain)).toEqual(['settle']);
    expect(chain.state().overdue).toEqual([]);
    await keeper.stop();
  });

  it('ends challenges that both sides have left', async () => {
    const { chain, request } = await dispute(
      { ...liar(2), onChallenge: async () => undefined },
      { parameters: SMALL_STEPS, blocks: 4 },
    );
    expect(chain.state().challenges.size).toBe(1);
    const keeper = createKeeper(
      { account: keyring.addFromUri('//Keeper') },
      { chain, referee, journal: createMemoryJournal(), logger: quiet },
    );
    await keeper.start();
    await play(chain, [keeper as Daemon<never>], 10);
    expect(chain.state().challenges.size).toBe(0);
    expect(slotOf(chain, request)).toBe('Struck');
    await keeper.stop();
  });

  it('gives a bond back that nobody has asked for, when the claim fell to another proof', async () => {
    const { chain, request } = await dispute(
      { ...liar(2), onChallenge: async () => undefined },
      { parameters: SMALL_STEPS, blocks: 4 },
    );
    expect(chain.state().challenges.size).toBe(1);
    chain.edit(({ claims }) => claims.clear());
    const keeper = createKeeper(
      { account: keyring.addFromUri('//Keeper') },
      { chain, referee, journal: createMemoryJournal(), logger: quiet },
    );
    await keeper.start();
    const before = outcomes(chain).length;
    await play(chain, [keeper as Daemon<never>], 10);
    expect(chain.state().challenges.size).toBe(0);
    expect(outcomes(chain).slice(before)).toEqual(['reclaim-bond']);
    expect(slotOf(chain, request)).not.toBe('Struck');
    await keeper.stop();
  });

  it('releases bounties and forfeits seals that everyone has left', async () => {
    const { chain } = await dispute(liar(1), {
      parameters: { sealLifetime: 0 },
      seals: true,
      blocks: 5,
    });
    expect(chain.state().bounties.size + chain.state().seals.size).toBe(2);
    const keeper = createKeeper(
      { account: keyring.addFromUri('//Keeper') },
      { chain, referee, journal: createMemoryJournal(), logger: quiet },
    );
    await keeper.start();
    await play(chain, [keeper as Daemon<never>], 10);
    expect(chain.state().bounties.size + chain.state().seals.size).toBe(0);
    expect(chain.state().paid).toEqual({ [watcher.address]: 5n });
    await keeper.stop();
  });
});
