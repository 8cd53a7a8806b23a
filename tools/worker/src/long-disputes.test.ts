/** Worker, challenger and keeper about a claim whose trace is revealed by pages. */
import { Keyring } from '@polkadot/keyring';
import { createReferee } from '@veritrace/referee';
import type { DisputeParameters } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { createChallenger } from './challenger.ts';
import { createMemoryJournal, type Journal } from './journal.ts';
import { createKeeper } from './keeper.ts';
import { createFakeChain, type FakeChain } from './testing/fake-chain.ts';
import { longInput, longModel } from './testing/long-model.ts';
import { quiet } from './testing/quiet-logger.ts';
import type { Daemon, WorkContext, WorkerBehaviour } from './types.ts';
import { createWorker } from './worker.ts';

const referee = createReferee();
const model = longModel(referee);
const keyring = new Keyring({ type: 'sr25519' });
const operator = keyring.addFromUri('//Operator');
const stash = keyring.addFromUri('//Stash').address;
const watcher = keyring.addFromUri('//Watcher');
const copyist = keyring.addFromUri('//Copyist');

/** The page that the lies here are in. */
const PAGE = { type: 'Page', value: 1 } as const;

const worker = async (
  chain: FakeChain,
  behaviour: WorkerBehaviour,
  journal: Journal = createMemoryJournal(),
) => {
  const daemon = createWorker(
    {
      operator,
      models: [model],
      engine: { executionProvider: 'cpu', threads: 1 },
      verifySampleTiles: 1,
    },
    {
      chain,
      referee,
      journal,
      logger: quiet,
      behaviour,
      createEngine: async () => ({
        run: async (inputs) => model.loaded.evaluate(inputs),
        dispose: async () => undefined,
      }),
    },
  );
  await daemon.start();
  return daemon as Daemon<never>;
};

const challenger = async (
  chain: FakeChain,
  { seals = false, account = watcher, journal = createMemoryJournal() } = {},
) => {
  const daemon = createChallenger(
    { account, models: [model], seals },
    { chain, referee, journal, logger: quiet },
  );
  await daemon.start();
  return daemon as Daemon<never>;
};

/** Changes a byte of a node's output, and keeps what follows. */
const liar = (node: number): WorkerBehaviour => ({
  computeTrace: async ({ honest }: WorkContext) => ({
    nodeOutputs: (await honest()).map((output, index) =>
      index === node ? output.map((byte) => byte ^ 1) : output,
    ),
  }),
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

const dispute = async (
  behaviour: WorkerBehaviour,
  parameters: Partial<DisputeParameters> = {},
  { blocks = 18, seals = false } = {},
) => {
  const chain = createFakeChain(referee, { [operator.address]: stash }, parameters);
  const daemons = [await worker(chain, behaviour), await challenger(chain, { seals })];
  const request = chain.ask(model, [stash], longInput(7));
  await play(chain, daemons, blocks);
  await Promise.all(daemons.map((daemon) => daemon.stop()));
  return { chain, request };
};

describe('a claim with a long trace', { timeout: 60_000 }, () => {
  it('is revealed by its pages, and left alone when it is true', async () => {
    const { chain, request } = await dispute({});
    expect(outcomes(chain)).toEqual(['submit']);
    const [submitted] = chain.included();
    expect(submitted?.action).toMatchObject({ trace: { type: 'Pages' } });
    const leaves = model.loaded.trace(model.loaded.evaluate([longInput(7)]));
    expect(submitted?.action).toMatchObject({ trace: model.loaded.reveal(leaves) });
    expect(slotOf(chain, request)).toBe('Revealed');
  });

  it('falls in three transactions where the node is small', async () => {
    for (const node of [3, 1_023, 1_024, 1_099]) {
      const { chain, request } = await dispute(liar(node));
      expect(outcomes(chain)).toEqual([
        'submit',
        'challenge-page',
        'open-page',
        'contradict-node',
        'reclaim-bond',
        'release-bounty',
      ]);
      expect(slotOf(chain, request)).toBe('Struck');
      expect(chain.state().challenges.size).toBe(0);
      expect(chain.state().paid).toEqual({ [watcher.address]: 5n });
    }
  });

  it('falls in five where the node has to be opened as well', async () => {
    const { chain, request } = await dispute(liar(1_050), { maxWholeBytes: 0 }, { blocks: 24 });
    expect(outcomes(chain)).toEqual([
      'submit',
      'challenge-page',
      'open-page',
      'challenge',
      'open',
      'contradict-element',
      'reclaim-bond',
      'reclaim-bond',
      'release-bounty',
    ]);
    expect(slotOf(chain, request)).toBe('Struck');
    expect(chain.state().challenges.size).toBe(0);
  });

  it('falls by silence where the page is withheld', async () => {
    const { chain, request } = await dispute({
      ...liar(1_050),
      onPageChallenge: async () => undefined,
    });
    expect(outcomes(chain)).toEqual([
      'submit',
      'challenge-page',
      'expire-challenge',
      'release-bounty',
    ]);
    expect(slotOf(chain, request)).toBe('Struck');
    const sealed = chain.included().find(({ action }) => action.type === 'expire-challenge');
    expect(sealed?.action).toMatchObject({ subject: PAGE });
  });

  it('is accused under a seal over its page, which others cannot know better', async () => {
    const { chain } = await dispute(liar(1_050), {}, { seals: true, blocks: 20 });
    expect(outcomes(chain)).toEqual([
      'submit',
      'seal',
      'challenge-page',
      'open-page',
      'contradict-node',
      'reclaim-bond',
      'release-bounty',
    ]);
    expect(chain.state().seals.size).toBe(0);
    expect(chain.state().paid).toEqual({ [watcher.address]: 5n });
  });

  it('falls though the page was opened for someone who did not use it', async () => {
    const chain = createFakeChain(referee, { [operator.address]: stash });
    const accused = await worker(chain, liar(1_050));
    const request = chain.ask(model, [stash], longInput(7));
    const leaves = model.loaded.trace(
      model.loaded
        .evaluate([longInput(7)])
        .map((output, node) => (node === 1_050 ? output.map((byte) => byte ^ 1) : output)),
    );
    await play(chain, [accused], 3);
    const proof = referee.provePage(referee.pageHashes(leaves), 1);
    await chain.broadcast(
      await chain.sign(copyist, { type: 'challenge-page', request, worker: stash, proof }),
    );
    // Opened, left alone, ended by the worker: nobody can have it opened again.
    await play(chain, [accused], 12);
    expect(outcomes(chain)).toEqual(['submit', 'challenge-page', 'open-page', 'expire-challenge']);
    const late = await challenger(chain);
    await play(chain, [accused, late], 6);
    expect(outcomes(chain).slice(4)).toEqual(['contradict-node', 'release-bounty']);
    await Promise.all([accused.stop(), late.stop()]);
  });

  it('is opened by a worker that was restarted, from its journal', async () => {
    const chain = createFakeChain(referee, { [operator.address]: stash });
    const journal = createMemoryJournal();
    const before = await worker(chain, {}, journal);
    const request = chain.ask(model, [stash], longInput(7));
    await play(chain, [before], 3);
    await before.stop();
    const leaves = model.loaded.trace(model.loaded.evaluate([longInput(7)]));
    const proof = referee.provePage(referee.pageHashes(leaves), 0);
    await chain.broadcast(
      await chain.sign(copyist, { type: 'challenge-page', request, worker: stash, proof }),
    );
    const after = await worker(chain, {}, createMemoryJournal(journal.entries()));
    await play(chain, [after], 4);
    expect(outcomes(chain)).toEqual(['submit', 'challenge-page', 'open-page']);
    await after.stop();
  });

  it('is not ended at the page by anyone while a node of it is challenged', async () => {
    const chain = createFakeChain(referee, { [operator.address]: stash });
    const accused = await worker(chain, {});
    const request = chain.ask(model, [stash], longInput(7));
    await play(chain, [accused], 3);
    const leaves = model.loaded.trace(model.loaded.evaluate([longInput(7)]));
    const proof = referee.provePage(referee.pageHashes(leaves), 1);
    await chain.broadcast(
      await chain.sign(copyist, { type: 'challenge-page', request, worker: stash, proof }),
    );
    await play(chain, [accused], 4);
    await chain.broadcast(
      await chain.sign(copyist, {
        ...{ type: 'challenge', request, worker: stash, node: 1_030 },
        proof: new Uint8Array(),
      }),
    );
    const keeper = createKeeper(
      { account: watcher },
      { chain, referee, journal: createMemoryJournal(), logger: quiet },
    );
    await keeper.start();
    await play(chain, [accused, keeper as Daemon<never>], 12);
    const ended = chain
      .included()
      .flatMap(({ action, error }) =>
        action.type === 'expire-challenge' && error === undefined ? [action.subject] : [],
      );
    expect(ended).toEqual([{ type: 'Node', value: 1_030 }, PAGE]);
    await Promise.all([accused.stop(), keeper.stop()]);
  });
});
