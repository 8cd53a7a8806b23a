import { Keyring } from '@polkadot/keyring';
import { createReferee } from '@veritrace/referee';
import { describe, expect, it } from 'vitest';
import { toHex } from './digest.ts';
import { createMemoryJournal } from './journal.ts';
import { createFakeChain, type FakeChain } from './testing/fake-chain.ts';
import { quiet } from './testing/quiet-logger.ts';
import { toyInput, toyModel } from './testing/toy-model.ts';
import type { Worker, WorkerBehaviour, WorkerEvent } from './types.ts';
import { createWorker } from './worker.ts';

const referee = createReferee();
const model = toyModel(referee);
const keyring = new Keyring({ type: 'sr25519' });
const operator = keyring.addFromUri('//Operator');
const stash = keyring.addFromUri('//Stash').address;
const liarKey = keyring.addFromUri('//Liar');
const liar = keyring.addFromUri('//LiarStash').address;
const operators = { [operator.address]: stash, [liarKey.address]: liar };

const create = (behaviour: WorkerBehaviour, account = operator) => {
  const events: WorkerEvent[] = [];
  const start = async (chain: FakeChain): Promise<Worker> => {
    const worker = createWorker(
      {
        operator: account,
        models: [model],
        engine: { executionProvider: 'cpu', threads: 1 },
        verifySampleTiles: 0,
      },
      {
        chain,
        referee,
        journal: createMemoryJournal(),
        logger: quiet,
        createEngine: async () => ({
          run: async (inputs) => model.loaded.evaluate(inputs),
          dispose: async () => undefined,
        }),
        behaviour,
      },
    );
    worker.on((event) => events.push(event));
    await worker.start();
    return worker;
  };
  return { events, start };
};

const settled = (chain: FakeChain, ...workers: Worker[]) =>
  Promise.all(
    workers.map((worker) =>
      worker.settled({
        best: chain.head('best').number,
        finalized: chain.head('finalized').number,
      }),
    ),
  );

const LOT = 7n;

/** A claim by the other worker, of which this one has to show a tile of the product, with so many blocks. */
const audited = async ({
  lie = false,
  blocks = 6,
  behaviour = {},
}: {
  lie?: boolean;
  blocks?: number;
  behaviour?: WorkerBehaviour;
} = {}) => {
  const chain = createFakeChain(referee, operators);
  const claimant = await create(
    {
      verify: async () => undefined,
      computeTrace: async ({ honest }) => {
        const outputs = await honest();
        if (!lie) return { nodeOutputs: outputs };
        return {
          nodeOutputs: outputs.map((output, node) =>
            node === 0 ? output.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) : output,
          ),
        };
      },
    },
    liarKey,
  ).start(chain);
  const { events, start } = create(behaviour);
  const worker = await start(chain);
  const request = chain.ask(model, [liar], toyInput(1));
  for (let made = 0; !chain.state().claims.has(`${request} ${liar}`); made += 1) {
    if (made > 10) throw new Error('nothing was claimed');
    chain.build();
    await settled(chain, claimant, worker);
  }
  await claimant.stop();
  const due = chain.head('best').number + 1 + blocks;
  chain.edit((state) => {
    const asked = state.requests.get(request);
    if (asked === undefined) throw new Error('the request is closed');
    asked.audit = {
      type: 'Running',
      auditor: stash,
      worker: liar,
      node: 0,
      lot: LOT,
      due,
      fee: 4n,
    };
  });
  const pass = async (count: number) => {
    for (let made = 0; made < count; made += 1) {
      chain.build();
      await settled(chain, worker);
    }
  };
  const sent = () =>
    chain
      .included()
      .filter(({ signer }) => signer === operator.address)
      .map(({ action, error, rejected }) => error ?? rejected ?? action.type);
  return { chain, worker, request, events, pass, sent };
};

describe('an auditor', () => {
  it('shows the tile that the lot fell on, once, in the block after the draw', async () => {
    const { chain, worker, request, events, pass, sent } = await audited();
    await pass(6);
    expect(sent()).toEqual(['attest']);
    expect(chain.state().requests.get(request)?.audit.type).toBe('Attested');
    const outputs = model.loaded.evaluate([toyInput(1)]);
    const leaves = model.loaded.trace(outputs);
    const [shown] = chain
      .included()
      .flatMap(({ action }) => (action.type === 'attest' ? [action.proof] : []));
    expect(toHex(shown ?? new Uint8Array())).toBe(
      toHex(model.loaded.attest(0, LOT, leaves, outputs[0] ?? new Uint8Array())),
    );
    expect(events.filter(({ type }) => type === 'audited')).toEqual([
      { type: 'audited', request, worker: liar, isTrue: true },
    ]);
    await worker.stop();
  });

  it('attests to no lie, and convicts it with the same key, sealed before', async () => {
    const { chain, worker, request, events, pass, sent } = await audited({ lie: true, blocks: 10 });
    await pass(8);
    expect(sent().slice(0, 2)).toEqual(['seal', 'contradict-node']);
    expect(sent()).not.toContain('attest');
    expect(chain.state().claims.has(`${request} ${liar}`)).toBe(false);
    expect(events).toContainEqual({ type: 'audited', request, worker: liar, isTrue: false });
    // It is its own to ask for the bounty.
    expect(chain.state().paid[operator.address]).toBe(5n);
    await worker.stop();
  });

  it('says nothing where its behaviour says nothing', async () => {
    const { worker, pass, sent } = await audited({ behaviour: { mayAudit: () => false } });
    await pass(8);
    expect(sent()).toEqual([]);
    await worker.stop();
  });

  it('sends nothing that would be late', async () => {
    const { worker, pass, sent } = await audited({ blocks: 0 });
    await pass(4);
    expect(sent()).toEqual([]);
    await worker.stop();
  });

  it('decides anew on another branch, where another audit was drawn', async () => {
    const { chain, worker, request, pass, sent } = await audited();
    await pass(2);
    expect(sent()).toEqual(['attest']);
    // Without the block of the draw there is nothing to attest, and what was sent is void.
    chain.reorganise(2);
    await settled(chain, worker);
    await pass(2);
    expect(chain.state().requests.get(request)?.audit.type).toBe('None');
    expect(sent()).toEqual([]);
    await worker.stop();
  });
});
