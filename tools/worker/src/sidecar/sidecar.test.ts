import { createReferee, type LoadedGraph } from '@veritrace/referee';
import { beforeEach, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../digest.ts';
import { createEngines, type Engines } from '../engines.ts';
import type { Entry, Journal } from '../journal.ts';
import { quiet } from '../testing/quiet-logger.ts';
import { toyInput, toyModel } from '../testing/toy-model.ts';
import type { Engine } from '../types.ts';
import { FORGET_AFTER } from './claim-book.ts';
import {
  type Answer,
  encodeLeaves,
  type Job,
  type JobAction,
  PROTOCOL_VERSION,
  reasonOf,
} from './protocol.ts';
import { createSidecar, type Sidecar, type SidecarDeps } from './sidecar.ts';

const referee = createReferee();
const model = toyModel(referee);
const [inputSpec] = model.loaded.header.inputs;
const worker = toHex(new Uint8Array(32).fill(7));
const rootOf = (input: Uint8Array) => {
  if (inputSpec === undefined) throw new Error('a model without input');
  return toHex(referee.tensorRoot(inputSpec, input, model.loaded.header.layoutVersion));
};

const submit: JobAction = { tag: 'Submit', value: undefined };
const commit: JobAction = { tag: 'Commit', value: undefined };
const reveal = (commitment: Uint8Array): JobAction => ({
  tag: 'Reveal',
  value: { commitment: toHex(commitment) },
});
const open = (node: number, openingBytes: number): JobAction => ({
  tag: 'Open',
  value: { node, openingBytes },
});

const openPage = (page: number): JobAction => ({ tag: 'OpenPage', value: { page } });

const jobOf = (action: JobAction, changes: Partial<Job> = {}, input = toyInput(1)): Job => ({
  version: PROTOCOL_VERSION,
  genesis: toHex(new Uint8Array(32).fill(1)),
  block: 10,
  request: 5n,
  model: toHex(new Uint8Array(32).fill(2)),
  graphRoot: model.graphRoot,
  worker,
  work: [5n],
  inputRoots: [rootOf(input)],
  inputs: [input],
  action,
  ...changes,
});

/** An engine that computes when it is let, and counts. */
const createGate = (evaluate: LoadedGraph['evaluate'] = model.loaded.evaluate) => {
  let release: () => void = () => undefined;
  let held: Promise<void> | undefined;
  const gate = {
    runs: 0,
    hold: () => {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => {
      held = undefined;
      release();
    },
    engines: createEngines(
      async (): Promise<Engine> => ({
        run: async (inputs) => {
          gate.runs += 1;
          await held;
          return evaluate(inputs);
        },
        dispose: async () => undefined,
      }),
      { executionProvider: 'cpu', threads: 1 },
    ),
  };
  return gate;
};

const withEngine = (run: Engine['run']): Engines =>
  createEngines(async () => ({ run, dispose: async () => undefined }), {
    executionProvider: 'cpu',
    threads: 1,
  });

/** Requantises wrongly by one, everywhere. */
const inexact: Engine['run'] = async (inputs) =>
  model.loaded
    .evaluate(inputs)
    .map((output, node) => (node === 1 ? output.map((byte) => byte ^ 1) : output));

let entries: Entry[];
beforeEach(() => {
  entries = [];
});

/** A journal whose entries outlive the sidecar, as a file does. */
const journal = (): Journal => ({
  entries: () => entries,
  append: (entry) => {
    entries.push(structuredClone(entry));
  },
  compact: (kept) => {
    entries = [...kept];
  },
  close: () => undefined,
});

const start = (changes: Partial<SidecarDeps> = {}): Sidecar =>
  createSidecar({
    models: [model],
    engines: createGate().engines,
    referee,
    journal: journal(),
    logger: quiet,
    verifySampleTiles: 4,
    // As long as it takes; tests that want less hold the engine.
    patience: 60_000,
    ...changes,
  });

type AnswerOf<Tag extends Answer['tag']> = Extract<Answer, { tag: Tag }>['value'];

/** The value of an answer that must be of a kind. */
const ask = async <Tag extends Answer['tag']>(
  sidecar: Sidecar,
  tag: Tag,
  job: Job,
): Promise<AnswerOf<Tag>> => {
  const answer = await sidecar.act(job);
  const because = answer.tag === 'Withheld' ? reasonOf(answer) : '';
  expect(answer.tag, because).toBe(tag);
  return answer.value as AnswerOf<Tag>;
};

const reasonFor = async (sidecar: Sidecar, job: Job): Promise<string> =>
  reasonOf({ tag: 'Withheld', value: await ask(sidecar, 'Withheld', job) });

const truthOf = (input: Uint8Array) => model.loaded.evaluate([input]);

describe('a sidecar asked for a result', () => {
  it('gives trace and outputs of the true one', async () => {
    const { trace, outputs } = await ask(start(), 'Submit', jobOf(submit));
    const truth = truthOf(toyInput(1));
    expect(trace).toEqual(model.loaded.trace(truth));
    expect(outputs).toEqual([truth[1], truth[2]]);
  });

  it('says that it computes, at once, and gives the result when it is asked again', async () => {
    const gate = createGate();
    const sidecar = start({ engines: gate.engines, patience: 0 });
    gate.hold();
    await ask(sidecar, 'Pending', jobOf(submit));
    await ask(sidecar, 'Pending', jobOf(submit, { block: 11 }));
    expect(sidecar.status().computing).toBe(1);
    gate.release();
    await sidecar.idle();
    await ask(sidecar, 'Submit', jobOf(submit, { block: 12 }));
    expect(gate.runs).toBe(1);
  });

  it('computes once for those who ask at the same time, and tells them the same', async () => {
    const gate = createGate();
    const sidecar = start({ engines: gate.engines });
    const answers = await Promise.all(Array.from({ length: 8 }, () => sidecar.act(jobOf(commit))));
    // Only the first waits.
    expect(answers.map(({ tag }) => tag)).toEqual(['Commit', ...Array(7).fill('Pending')]);
    const again = await Promise.all(
      Array.from({ length: 8 }, () => ask(sidecar, 'Commit', jobOf(commit))),
    );
    for (const value of again) expect({ tag: 'Commit', value }).toEqual(answers[0]);
    expect([gate.runs, entries.length]).toEqual([1, 1]);
  });

  it('computes different works one after the other', async () => {
    const gate = createGate();
    const sidecar = start({ engines: gate.engines, patience: 0 });
    gate.hold();
    const works = [1, 2, 3].map((seed) => jobOf(submit, { request: BigInt(seed) }, toyInput(seed)));
    for (const job of works) await ask(sidecar, 'Pending', job);
    expect([sidecar.status().computing, gate.runs]).toEqual([3, 1]);
    gate.release();
    await sidecar.idle();
    for (const job of works) await ask(sidecar, 'Submit', job);
    expect(gate.runs).toBe(3);
  });

  it('is told no model of that graph', async () => {
    const graphRoot = toHex(new Uint8Array(32).fill(9));
    expect(await reasonFor(start(), jobOf(submit, { graphRoot }))).toBe(
      `no model here has graph root ${graphRoot}`,
    );
  });

  it.each([
    ['of another root', { inputs: [toyInput(2)] }],
    ['of another length', { inputs: [toyInput(1).subarray(1)] }],
    ['too few', { inputs: [] }],
    ['too many', { inputs: [toyInput(1), toyInput(1)] }],
    ['with too many roots', { inputRoots: [rootOf(toyInput(1)), rootOf(toyInput(1))] }],
  ])('computes nothing from inputs %s', async (_, changes) => {
    const gate = createGate();
    const sidecar = start({ engines: gate.engines });
    expect(await reasonFor(sidecar, jobOf(submit, changes))).toBe(
      'the inputs do not have the roots of the request',
    );
    expect([gate.runs, entries.length]).toEqual([0, 0]);
  });

  it.each([submit, commit])(
    'withholds from $tag what the referee disagrees with',
    async (action) => {
      let runs = 0;
      const engines = withEngine((inputs) => {
        runs += 1;
        return inexact(inputs);
      });
      const sidecar = start({ engines, verifySampleTiles: 40 });
      const job = jobOf(action);
      expect(await reasonFor(sidecar, job)).toContain('the engine disagrees with the referee');
      // A machine that errs is not asked again for the same.
      expect(await reasonFor(sidecar, job)).toContain('the engine disagrees with the referee');
      expect([runs, entries.length]).toEqual([1, 0]);
    },
  );

  it('looks at other tiles each time, and withholds when one is wrong after all', async () => {
    let draws = 0;
    const lots = [
      // Node 0 while it is prepared, node 1 when it is asked for again.
      ...Array(8).fill(0),
      ...Array(8).fill(0.34),
    ];
    const random = () => lots[draws++] ?? 0;
    const sidecar = start({ engines: withEngine(inexact), random });
    await ask(sidecar, 'Submit', jobOf(submit));
    expect(await reasonFor(sidecar, jobOf(submit))).toContain('of node 1');
  });

  it('tells of an engine that fails once, and tries again when it is asked again', async () => {
    let isBroken = true;
    const gate = createGate((inputs) => {
      if (isBroken) throw new Error('out of memory');
      return model.loaded.evaluate(inputs);
    });
    const sidecar = start({ engines: gate.engines, patience: 0 });
    gate.hold();
    await ask(sidecar, 'Pending', jobOf(submit));
    gate.release();
    await sidecar.idle();
    expect(await reasonFor(sidecar, jobOf(submit))).toBe('cannot compute: out of memory');
    expect(gate.runs).toBe(1);
    isBroken = false;
    gate.hold();
    await ask(sidecar, 'Pending', jobOf(submit));
    gate.release();
    await sidecar.idle();
    await ask(sidecar, 'Submit', jobOf(submit));
    expect(gate.runs).toBe(2);
  });
});

describe('a sidecar asked to commit and reveal', () => {
  it('commits to what it reveals', async () => {
    const sidecar = start();
    const { commitment } = await ask(sidecar, 'Commit', jobOf(commit));
    const { trace, outputs, salt } = await ask(sidecar, 'Reveal', jobOf(reveal(commitment)));
    const truth = truthOf(toyInput(1));
    expect(outputs).toEqual([truth[1], truth[2]]);
    expect(
      referee.commitment({
        request: 5n,
        account: fromHex(worker),
        traceRoot: referee.traceRoot(trace),
        outputRoot: referee.outputRoot([1, 2].map((node) => trace[node] ?? salt)),
        salt,
      }),
    ).toEqual(commitment);
  });

  it('has written down the salt before it tells the commitment', async () => {
    const gate = createGate();
    let written = 0;
    const sidecar = start({
      engines: gate.engines,
      journal: {
        ...journal(),
        append: (entry) => {
          written += 1;
          entries.push(entry);
        },
      },
    });
    const answer = sidecar.act(jobOf(commit)).then(({ tag }) => [tag, written]);
    expect(await answer).toEqual(['Commit', 1]);
    expect(entries).toMatchObject([{ type: 'prepared', request: '5' }]);
  });

  it('answers nothing when the journal cannot be written', async () => {
    const gate = createGate();
    const sidecar = start({
      engines: gate.engines,
      journal: {
        ...journal(),
        append: () => {
          throw new Error('ENOSPC');
        },
      },
    });
    await expect(sidecar.act(jobOf(commit))).rejects.toThrow('cannot write the journal: ENOSPC');
    expect(sidecar.failed.aborted).toBe(true);
    await expect(sidecar.act(jobOf(submit))).rejects.toThrow('cannot write the journal');
    expect(gate.runs).toBe(1);
  });

  it('reveals what it committed to before a restart', async () => {
    const before = start();
    const { commitment } = await ask(before, 'Commit', jobOf(commit));
    const shown = await ask(before, 'Reveal', jobOf(reveal(commitment)));
    await before.stop();

    const gate = createGate();
    const after = start({ engines: gate.engines });
    expect(await ask(after, 'Commit', jobOf(commit))).toEqual({ commitment });
    expect(await ask(after, 'Reveal', jobOf(reveal(commitment)))).toEqual(shown);
    expect([gate.runs, entries.length]).toEqual([1, 1]);
  });

  it('computes again after a restart before it reveals', async () => {
    const { commitment } = await ask(start(), 'Commit', jobOf(commit));
    const gate = createGate();
    const after = start({ engines: gate.engines, patience: 0 });
    gate.hold();
    await ask(after, 'Pending', jobOf(reveal(commitment)));
    gate.release();
    await after.idle();
    await ask(after, 'Reveal', jobOf(reveal(commitment)));
  });

  it('does not reveal what comes out differently when it is computed again', async () => {
    const { commitment } = await ask(start(), 'Commit', jobOf(commit));
    let run = inexact;
    const after = start({ engines: withEngine((inputs) => run(inputs)), verifySampleTiles: 0 });
    expect(await reasonFor(after, jobOf(reveal(commitment)))).toContain('the result is another');
    run = async (inputs) => model.loaded.evaluate(inputs);
    await ask(after, 'Reveal', jobOf(reveal(commitment)));
  });

  it.each([
    ['the engine fails', { engines: withEngine(() => Promise.reject(new Error('broken'))) }, {}],
    ['the model is gone', { models: [] }, {}],
    ['the inputs are gone', {}, { inputs: [] }],
  ])('reveals what it verified before it committed, though %s', async (_, deps, changes) => {
    const { commitment } = await ask(start(), 'Commit', jobOf(commit));
    await ask(start(deps), 'Reveal', jobOf(reveal(commitment), changes));
  });

  it('reveals nothing to another commitment, or without its journal', async () => {
    const sidecar = start();
    const { commitment } = await ask(sidecar, 'Commit', jobOf(commit));
    const other = reveal(commitment.map((byte) => byte ^ 1));
    expect(await reasonFor(sidecar, jobOf(other))).toContain('what was committed to');
    entries = [];
    expect(await reasonFor(start(), jobOf(reveal(commitment)))).toContain('was it lost?');
  });

  it.each([
    ['another chain', { genesis: toHex(new Uint8Array(32).fill(8)) }],
    ['another worker', { worker: toHex(new Uint8Array(32).fill(8)) }],
    ['a fork with another model', { model: toHex(new Uint8Array(32).fill(8)) }],
    ['a fork with other inputs', { inputs: [toyInput(8)], inputRoots: [rootOf(toyInput(8))] }],
  ])('tells the request from one of its number on %s, and keeps both', async (_, changes) => {
    const first = start();
    const one = await ask(first, 'Commit', jobOf(commit));
    const other = await ask(first, 'Commit', jobOf(commit, changes));
    const after = start();
    const mine = await ask(after, 'Reveal', jobOf(reveal(one.commitment)));
    const theirs = await ask(after, 'Reveal', jobOf(reveal(other.commitment), changes));
    expect(mine.salt).not.toEqual(theirs.salt);
    expect(await reasonFor(after, jobOf(reveal(other.commitment)))).toContain('committed');
  });
});

describe('a challenged sidecar', () => {
  it('opens by bytes or by tile hashes, as the challenge wants it', async () => {
    const sidecar = start();
    const [, truth] = truthOf(toyInput(1));
    if (truth === undefined) throw new Error('no second node');
    const asBytes = await ask(sidecar, 'Open', jobOf(open(1, 600)));
    const asHashes = await ask(sidecar, 'Open', jobOf(open(1, 96)));
    expect(asBytes.opening).toEqual(model.loaded.open(1, truth, 1_000_000));
    expect(asHashes.opening).toEqual(model.loaded.open(1, truth, 512));
    expect(asHashes.opening).not.toEqual(asBytes.opening);
  });

  it('opens after a restart, with its journal or without', async () => {
    const before = start();
    await ask(before, 'Submit', jobOf(submit));
    const opened = await ask(before, 'Open', jobOf(open(0, 2_400)));
    expect(await ask(start(), 'Open', jobOf(open(0, 2_400)))).toEqual(opened);
    entries = [];
    expect(await ask(start(), 'Open', jobOf(open(0, 2_400)))).toEqual(opened);
  });

  it('opens a page of its trace, with its journal or without', async () => {
    const leaves = encodeLeaves(model.loaded.trace(truthOf(toyInput(1))));
    const before = start();
    await ask(before, 'Submit', jobOf(submit));
    expect((await ask(before, 'Open', jobOf(openPage(0)))).opening).toEqual(leaves);
    // What was published is remembered: nothing is computed for it.
    const engines = withEngine(() => Promise.reject(new Error('no machine')));
    const opened = await ask(start({ engines }), 'Open', jobOf(openPage(0)));
    expect(opened.opening).toEqual(leaves);
    entries = [];
    expect((await ask(start(), 'Open', jobOf(openPage(0)))).opening).toEqual(leaves);
    expect(await reasonFor(start(), jobOf(openPage(1)))).toBe('the trace has no page 1');
  });

  it('opens nothing that was not claimed', async () => {
    await ask(start(), 'Submit', jobOf(submit));
    let run = inexact;
    const after = start({ engines: withEngine((inputs) => run(inputs)) });
    expect(await reasonFor(after, jobOf(open(1, 600)))).toContain('the result is another');
    run = async (inputs) => model.loaded.evaluate(inputs);
    await ask(after, 'Open', jobOf(open(1, 600)));
  });

  it('has no node beyond the last', async () => {
    expect(await reasonFor(start(), jobOf(open(3, 4)))).toBe('the model has no node 3');
  });
});

describe('a sidecar of an auditor', () => {
  const outputs = model.loaded.evaluate([toyInput(1)]);
  const leaves = model.loaded.trace(outputs);
  const traceRoot = toHex(referee.traceRoot(leaves));
  const attest = (root = traceRoot, node = 0): JobAction => ({
    tag: 'Attest',
    value: { node, lot: 9n, traceRoot: root },
  });

  it('shows the tile that the lot falls on', async () => {
    expect(await ask(start(), 'Attest', jobOf(attest()))).toEqual({
      proof: model.loaded.attest(0, 9n, leaves, outputs[0] ?? new Uint8Array()),
    });
  });

  it('says why it shows nothing of a claim that is false, or a node that is not there', async () => {
    const sidecar = start();
    const other = attest(toHex(new Uint8Array(32).fill(9)));
    expect(await reasonFor(sidecar, jobOf(other))).toMatch(/is false/);
    expect(await reasonFor(sidecar, jobOf(attest(traceRoot, 3)))).toMatch(/no node 3/);
  });
});

describe('what a sidecar remembers', () => {
  /** What it says at a block in which another request is open. */
  const pass = (sidecar: Sidecar, block: number, changes: Partial<Job> = {}) =>
    ask(sidecar, 'Submit', jobOf(submit, { block, request: 6n, work: [6n], ...changes }));

  it('is forgotten when the request has been closed for long, and then not before', async () => {
    const sidecar = start();
    const { commitment } = await ask(sidecar, 'Commit', jobOf(commit));
    await pass(sidecar, 11);
    await pass(sidecar, 11 + FORGET_AFTER - 1);
    expect(sidecar.status().claims).toBe(2);
    await pass(sidecar, 11 + FORGET_AFTER);
    expect(sidecar.status().claims).toBe(1);
    expect(await reasonFor(start(), jobOf(reveal(commitment)))).toContain('was it lost?');
  });

  it('stays while the request is open, and begins anew when a fork opens it again', async () => {
    const sidecar = start();
    const { commitment } = await ask(sidecar, 'Commit', jobOf(commit));
    await pass(sidecar, 1_000, { work: [5n, 6n] });
    await pass(sidecar, 1_001);
    await pass(sidecar, 1_002, { work: [5n, 6n] });
    await pass(sidecar, 1_002 + FORGET_AFTER);
    await ask(sidecar, 'Reveal', jobOf(reveal(commitment)));
    expect(sidecar.status().claims).toBe(2);
  });

  it('does not count blocks before the request was asked, which a new node goes through', async () => {
    const sidecar = start();
    const { commitment } = await ask(sidecar, 'Commit', jobOf(commit, { block: 2_000 }));
    const after = start();
    for (let block = 0; block <= 2_000; block += FORGET_AFTER / 4) await pass(after, block);
    await ask(after, 'Reveal', jobOf(reveal(commitment), { block: 2_001 }));
  });

  it.each([
    ['another chain', { genesis: toHex(new Uint8Array(32).fill(8)) }],
    ['another worker', { worker: toHex(new Uint8Array(32).fill(8)) }],
  ])('is not forgotten for what %s has open', async (_, changes) => {
    const sidecar = start();
    const { commitment } = await ask(sidecar, 'Commit', jobOf(commit));
    await pass(sidecar, 11, changes);
    await pass(sidecar, 11 + 2 * FORGET_AFTER, changes);
    await ask(sidecar, 'Reveal', jobOf(reveal(commitment)));
  });

  it('is bounded in number', async () => {
    const sidecar = start({ maxClaims: 2 });
    for (const request of [1n, 2n]) {
      await ask(sidecar, 'Commit', jobOf(commit, { request, work: [1n, 2n, 3n] }));
    }
    const third = jobOf(commit, { request: 3n, work: [1n, 2n, 3n] });
    expect(await reasonFor(sidecar, third)).toContain('2 claims are unfinished here');
    expect(entries).toHaveLength(2);
    await ask(sidecar, 'Open', { ...third, action: open(1, 600) });
  });

  it('is rewritten without what was forgotten', async () => {
    const sidecar = start();
    const ids = Array.from({ length: 300 }, (_, index) => BigInt(index + 10));
    for (const request of ids) {
      await ask(sidecar, 'Submit', jobOf(submit, { request, work: ids }));
    }
    await pass(sidecar, 11);
    await pass(sidecar, 11 + FORGET_AFTER);
    expect(sidecar.status().claims).toBe(1);
    expect(entries.length).toBeLessThan(100);
  });

  it('of outputs is bounded in bytes: they are computed again', async () => {
    const gate = createGate();
    const sidecar = start({ engines: gate.engines, maxOutputBytes: 1 });
    const other = jobOf(open(1, 600), { request: 6n }, toyInput(2));
    for (const job of [jobOf(open(1, 600)), jobOf(open(1, 600)), other, jobOf(open(1, 600))]) {
      await ask(sidecar, 'Open', job);
    }
    expect(gate.runs).toBe(3);
    // What it stands for is known all the same.
    await ask(sidecar, 'Submit', { ...other, action: submit });
    expect(gate.runs).toBe(3);
  });

  it('leaves alone what a daemon wrote into the same journal', async () => {
    entries = [{ type: 'assessed', request: '1', worker: 'w', identity: 'i', fault: null }];
    const sidecar = start();
    await ask(sidecar, 'Submit', jobOf(submit));
    expect(entries.map(({ type }) => type)).toEqual(['assessed', 'prepared']);
  });
});

describe('the state of a sidecar', () => {
  it('counts answers', async () => {
    const sidecar = start();
    await ask(sidecar, 'Submit', jobOf(submit));
    await ask(sidecar, 'Submit', jobOf(submit));
    await reasonFor(sidecar, jobOf(open(3, 4)));
    expect(sidecar.status()).toEqual({
      protocol: PROTOCOL_VERSION,
      models: [{ name: 'toy', graphRoot: model.graphRoot }],
      jobs: {
        Pending: 0,
        Submit: 2,
        Commit: 0,
        Reveal: 0,
        Open: 0,
        Withheld: 1,
        Unavailable: 0,
        Attest: 0,
      },
      computing: 0,
      claims: 1,
    });
  });
});
