/** What a sidecar does with inputs that are not on chain, and with outputs that no claim carries. */
import { createReferee } from '@veritrace/referee';
import {
  createContentStore,
  createMemoryBackend,
  type StoreBackend,
  tensorAddress,
} from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { toHex } from '../digest.ts';
import { refereeEngines } from '../engines.ts';
import { createMemoryJournal } from '../journal.ts';
import { quiet } from '../testing/quiet-logger.ts';
import { toyInput, toyModel } from '../testing/toy-model.ts';
import { type Job, type JobAction, PROTOCOL_VERSION } from './protocol.ts';
import { createSidecar, type SidecarDeps } from './sidecar.ts';

const referee = createReferee();
const model = toyModel(referee);
const input = toyInput(1);
const [spec] = model.loaded.header.inputs;
if (spec === undefined) throw new Error('a model without input');
const address = tensorAddress(referee, spec, input, 1);
const bytes32 = (value: number) => toHex(new Uint8Array(32).fill(value));

/** A job whose input is not on chain. */
const job = (action: JobAction): Job => ({
  version: PROTOCOL_VERSION,
  genesis: bytes32(1),
  block: 10,
  request: 5n,
  model: bytes32(2),
  graphRoot: model.graphRoot,
  worker: bytes32(7),
  work: [5n],
  inputRoots: [address.digest],
  inputs: [new Uint8Array()],
  action,
});
const submit: JobAction = { tag: 'Submit', value: undefined };
const commit: JobAction = { tag: 'Commit', value: undefined };

const start = (changes: Partial<SidecarDeps> = {}) =>
  createSidecar({
    models: [model],
    engines: refereeEngines(),
    referee,
    journal: createMemoryJournal(),
    logger: quiet,
    verifySampleTiles: 4,
    patience: 60_000,
    ...changes,
  });

const storeOf = (backend: StoreBackend) =>
  createContentStore({ backends: [backend], referee, cacheBytes: 0 });

describe('an input that is not on chain', () => {
  it('is got from the store', async () => {
    const store = storeOf(createMemoryBackend());
    await store.put(address, input);
    const answer = await start({ store }).act(job(submit));
    expect(answer).toMatchObject({
      tag: 'Submit',
      value: { trace: model.loaded.trace(model.loaded.evaluate([input])) },
    });
  });

  it('is told to be unavailable when it cannot be got, until it can', async () => {
    const store = storeOf(createMemoryBackend());
    const sidecar = start({ store });
    for (const action of [submit, commit]) {
      expect(await sidecar.act(job(action))).toEqual({ tag: 'Unavailable', value: undefined });
    }
    expect(sidecar.status().jobs.Unavailable).toBe(2);
    await store.put(address, input);
    expect((await sidecar.act(job(submit))).tag).toBe('Submit');
  });

  it('is unavailable without any store', async () => {
    expect((await start().act(job(submit))).tag).toBe('Unavailable');
  });

  it('does not make anyone wait for a slow store', async () => {
    let give: (content: Uint8Array) => void = () => undefined;
    let asked = 0;
    const slow: StoreBackend = {
      name: 'slow',
      read: () => {
        asked += 1;
        return new Promise((resolve) => {
          give = resolve;
        });
      },
    };
    const sidecar = start({ store: storeOf(slow), patience: 1 });
    expect((await sidecar.act(job(submit))).tag).toBe('Pending');
    expect((await sidecar.act(job(submit))).tag).toBe('Pending');
    expect(asked).toBe(1);
    give(input);
    await expect.poll(async () => (await sidecar.act(job(submit))).tag).toBe('Submit');
    expect(asked).toBe(1);
  });

  it('has what was committed to revealed all the same when it is gone', async () => {
    const backend = createMemoryBackend();
    const store = storeOf(backend);
    await store.put(address, input);
    const journal = createMemoryJournal();
    const answer = await start({ store, journal }).act(job(commit));
    if (answer.tag !== 'Commit') throw new Error(answer.tag);
    const commitment = toHex(answer.value.commitment);
    const restarted = start({ journal });
    const revealed = await restarted.act(job({ tag: 'Reveal', value: { commitment } }));
    expect(revealed.tag).toBe('Reveal');
  });
});

describe('an output larger than a claim', () => {
  const [node = 0] = model.loaded.header.outputs;
  const output = model.loaded.evaluate([input])[node] ?? new Uint8Array();
  const outputSpec = model.loaded.graph.nodes[node]?.output;
  if (outputSpec === undefined) throw new Error('a model without output');

  it('is left to its leaf, and is in the store once the answer is told', async () => {
    const store = storeOf(createMemoryBackend());
    const sidecar = start({ store, maxOutputBytesOfClaim: output.length - 1 });
    const at = tensorAddress(referee, outputSpec, output, 1);
    const inline = { ...job(commit), inputs: [input] };
    expect((await sidecar.act(inline)).tag).toBe('Commit');
    // What can be got can be copied: not before everyone has committed.
    expect(await store.get(at)).toBeUndefined();
    const answer = await sidecar.act({ ...inline, action: submit });
    if (answer.tag !== 'Submit') throw new Error(answer.tag);
    expect(answer.value.outputs[0]).toEqual(new Uint8Array());
    expect(await store.get(at)).toEqual(output);
  });
});
