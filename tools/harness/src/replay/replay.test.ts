import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkManifest, describeDifference, NoRecord, writeManifest } from '@veritrace/replay';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbeddedDriver, endEmbedded } from '../embedded/driver.ts';
import { play } from '../run/play.ts';
import type { RunReport } from '../run/report.ts';
import { loadScenario } from '../scenario/load.ts';
import { alter, chooseAlterations, filesOf } from './forge.ts';
import { rehearse } from './rehearse.ts';
import { replayRecord } from './replay-record.ts';
import { showBlock } from './show-block.ts';

const folder = await mkdtemp(join(tmpdir(), 'veritrace-replay-'));
const record = join(folder, 'record');
const scenario = fileURLToPath(
  new URL('../../../../scenarios/convicted-in-one.yaml', import.meta.url),
);
let played: RunReport;

beforeAll(async () => {
  played = await play(await loadScenario(scenario), {
    driver: createEmbeddedDriver(),
    seed: 1,
    record,
  });
}, 480_000);
afterAll(async () => {
  await endEmbedded();
  await rm(folder, { recursive: true });
});

type Lines = { [key: string]: unknown }[];

const readJson = async (file: string): Promise<never> =>
  JSON.parse(await readFile(file, 'utf8')) as never;
const writeJson = (file: string, content: unknown) =>
  writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
const editLines = async (file: string, edit: (lines: Lines) => Lines): Promise<void> => {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const edited = edit(lines.map((line) => JSON.parse(line) as Lines[number]));
  await writeFile(file, edited.map((line) => `${JSON.stringify(line)}\n`).join(''));
};

/** What is noticed of a record that someone altered, who wrote a new list of its files, too. */
const forged = async (edit: (copy: string) => Promise<unknown>): Promise<string> => {
  const copy = join(folder, 'copy');
  await cp(record, copy, { recursive: true });
  try {
    await edit(copy);
    await writeManifest(copy);
    const { passed, difference } = await replayRecord(copy);
    expect(passed).toBe(false);
    return difference === undefined ? 'nothing' : describeDifference(difference);
  } finally {
    await rm(copy, { recursive: true });
  }
};

describe('a record', { timeout: 240_000 }, () => {
  it('is replayed to the same states, events, claims and money', async () => {
    const report = await replayRecord(record, { expectRoot: played.recordRoot });
    expect(report.difference).toBeUndefined();
    expect(report).toMatchObject({
      passed: true,
      root: played.recordRoot,
      proofs: { accepted: 1, rejected: 0 },
      invariants: { violated: [] },
      chain: { kind: 'assembled', last: { number: played.blocks } },
    });
    expect(report.claims).toMatchObject([
      {
        request: 'seven',
        worker: 'mallory',
        truth: { kind: 'false', node: 1 },
        conviction: { challenger: 'vera', transactions: 1, subject: 'node:1' },
      },
      { request: 'seven', worker: 'ada', truth: { kind: 'true' }, conviction: undefined },
    ]);
    const [lie] = report.claims;
    const lost = (lie?.conviction?.paid ?? 0n) + (lie?.conviction?.burned ?? 0n);
    expect(lost).toBe(played.actors.find(({ name }) => name === 'mallory')?.slashed);
  });

  it('shows a block with what changed in it', async () => {
    const { conviction } = (await replayRecord(record)).claims[0] ?? {};
    const block = await showBlock(record, conviction?.block ?? 0);
    expect(block.extrinsics.map(({ call }) => call)).toContain('disputes.contradictNode');
    expect(block.events.map(({ event }) => event)).toContain('workers.Slashed');
    const gone = block.storage.find(({ item }) => item === 'inference.claims');
    expect(gone).toMatchObject({ after: undefined });
    expect(gone?.before).toMatchObject({ traceRoot: expect.stringMatching(/^0x/) });
  });

  it('changes in nothing under the runtime it was made with, and in much under an earlier one', async () => {
    const code = new Uint8Array(await readFile(join(record, 'runtime.wasm')));
    expect(await rehearse(record, code)).toMatchObject({ isSame: true, stopped: undefined });
    const earlier = fileURLToPath(
      new URL('../../../../runtime/earlier/1.compact.compressed.wasm', import.meta.url),
    );
    const other = await rehearse(record, new Uint8Array(await readFile(earlier)));
    expect(other).toMatchObject({ isSame: false, to: { version: 1 } });
    expect(other.results.map(({ call }) => call)).toContain('inference.submitInferenceRequest');
  });

  it('that has no list of its files is none', async () => {
    await expect(replayRecord(folder)).rejects.toThrow(NoRecord);
  });
});

describe('a byte of a record', { timeout: 240_000 }, () => {
  const seed = Number(process.env.VERITRACE_SEED ?? 1);

  it(`is not altered unnoticed, whichever it is (seed ${seed})`, async () => {
    const alterations = await chooseAlterations(record, await filesOf(record), {
      count: 600,
      seed,
    });
    const root = played.recordRoot;
    for (const alteration of alterations) {
      const restore = await alter(record, alteration);
      const found = await checkManifest(record).then(
        ({ difference }) => difference,
        (error: unknown) => {
          // A list of another format is refused.
          if (error instanceof NoRecord) return { file: 'manifest.json', what: error.message };
          throw error;
        },
      );
      await restore();
      expect(found, JSON.stringify(alteration)).toBeDefined();
      // Of the list itself, the file that is not as it says may be named.
      if (alteration.file !== 'manifest.json') expect(found?.file).toBe(alteration.file);
    }
    expect(await checkManifest(record, root)).toMatchObject({ difference: undefined });
  });

  it('is not altered under a new list of files when another root was published', async () => {
    const copy = join(folder, 'relisted');
    await cp(record, copy, { recursive: true });
    await writeFile(join(copy, 'actors', 'vera.log'), 'she was asleep\n');
    await writeManifest(copy);
    const { difference } = await replayRecord(copy, { expectRoot: played.recordRoot });
    expect(difference?.what).toBe('this is another record than expected');
    await rm(copy, { recursive: true });
  });
});

describe('a forger who repairs the list of files', { timeout: 240_000 }, () => {
  it('cannot take a block out, or put it elsewhere', async () => {
    const without = await forged((copy) =>
      editLines(join(copy, 'blocks.jsonl'), (lines) => lines.filter((_line, at) => at !== 4)),
    );
    expect(without).toContain('block 6: the block after 4 is missing or out of its place');
    const swapped = await forged((copy) =>
      editLines(join(copy, 'blocks.jsonl'), ([first, second, ...rest]) =>
        first && second ? [second, first, ...rest] : [],
      ),
    );
    expect(swapped).toContain('block 2: the block after 0 is missing or out of its place');
    const shorter = await forged((copy) =>
      editLines(join(copy, 'blocks.jsonl'), (lines) => lines.slice(0, -1)),
    );
    expect(shorter).toContain('the number of blocks differs');
  });

  it('cannot change what a block has', async () => {
    const extrinsic = await forged((copy) =>
      editLines(join(copy, 'blocks.jsonl'), (lines) =>
        lines.map((line, at) => (at === 2 ? { ...line, extrinsics: [] } : line)),
      ),
    );
    expect(extrinsic).toContain('block 3: the extrinsics root differs');
    const root = await forged((copy) =>
      editLines(join(copy, 'blocks.jsonl'), (lines) =>
        lines.map((line, at) => (at === 2 ? { ...line, state: `0x${'ab'.repeat(32)}` } : line)),
      ),
    );
    expect(root).toContain('block 3: the state root differs');
  });

  it('cannot give anyone a balance', async () => {
    const key = (await filesOf(record)).includes('genesis.json')
      ? Object.keys(
          ((await readJson(join(record, 'genesis.json'))) as { storage: object }).storage,
        ).find((one) =>
          one.startsWith('0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e88'),
        )
      : undefined;
    const richer = await forged(async (copy) => {
      const file = join(copy, 'genesis.json');
      const genesis = (await readJson(file)) as { storage: Record<string, string> };
      const value = genesis.storage[key ?? ''] ?? '';
      genesis.storage[key ?? ''] = `${value.slice(0, 40)}ff${value.slice(42)}`;
      await writeJson(file, genesis);
    });
    expect(richer).toContain('genesis.json: block 0: the root of the storage differs');
  });

  it('cannot tell another story of what the chain decided', async () => {
    const events = await forged((copy) =>
      editLines(join(copy, 'events.jsonl'), (lines) =>
        lines.map((line) => (line.type === 'workers.Slashed' ? { ...line, burned: '1' } : line)),
      ),
    );
    expect(events).toMatch(/^events.jsonl: block \d+: event \d+ differs/);
    const outputs = await forged(async (copy) => {
      const file = join(copy, 'claims.json');
      const requests = (await readJson(file)) as { claims: { outputs?: string[] }[] }[];
      const claim = requests.flatMap(({ claims }) => claims).find(({ outputs }) => outputs);
      if (claim?.outputs !== undefined) claim.outputs[1] = '0x03000000';
      await writeJson(file, requests);
    });
    expect(outputs).toMatch(
      /^claims.json: 0.claims.\d.outputs.1 differs; the record has "0x03000000"/,
    );
    const hidden = await forged(async (copy) => {
      const file = join(copy, 'chain.json');
      const { story: _story, ...chain } = (await readJson(file)) as { story: unknown };
      await writeJson(file, chain);
    });
    expect(hidden).toBe('chain.json: it does not say which blocks claims.json is about');
    const verdicts = await forged((copy) => writeJson(join(copy, 'verdicts.json'), []));
    expect(verdicts).toContain('verdicts.json: 0 differs; the record has nothing');
    const money = await forged(async (copy) => {
      const file = join(copy, 'summary.json');
      const summary = (await readJson(file)) as { actors: { name: string; after: string }[] };
      for (const actor of summary.actors) if (actor.name === 'mallory') actor.after = '7';
      await writeJson(file, summary);
    });
    expect(money).toContain('summary.json: actors.mallory.after differs; the record has "7"');
  });

  it('cannot say that anyone is owed other than what terms and story come to', async () => {
    type Actor = { name: string; role: string; ends: string; owed: string; held: boolean };
    const actors = (edit: (actor: Actor) => void) =>
      forged(async (copy) => {
        const file = join(copy, 'summary.json');
        const summary = (await readJson(file)) as { actors: Actor[] };
        summary.actors.forEach(edit);
        await writeJson(file, summary);
      });
    // A wage, a royalty, a bounty less nothing, a compensation less a price.
    for (const name of ['ada', 'iris', 'vera', 'paul']) {
      const { owed } = played.actors.find((one) => one.name === name) ?? {};
      expect(owed).toBeDefined();
      const altered = await actors((actor) => {
        if (actor.name === name) actor.owed = String(BigInt(actor.owed) + 1n);
      });
      expect(altered).toBe(
        `summary.json: actors.${name}.owed differs; the record has "${(owed ?? 0n) + 1n}", computed is "${owed}"`,
      );
    }
    const lost = await actors((actor) => {
      if (actor.name === 'mallory') actor.ends = 'at-least-owed';
    });
    expect(lost).toContain('actors.mallory.held differs; the record has true, computed is false');
    const nobody = await actors((actor) => {
      if (actor.name === 'mallory') actor.ends = 'as-you-like';
    });
    expect(nobody).toMatch(/^summary.json: actors.\d.ends: /);
  });

  it('cannot pass off another input or another model', async () => {
    const flip = async (copy: string, file: string, at: number) => {
      const was = (await readFile(join(copy, file)))[at] ?? 0;
      await alter(copy, { file, at, was, is: was ^ 1 });
    };
    const input = await forged((copy) => flip(copy, 'inputs/seven.bin', 30));
    expect(input).toContain('inputs/seven.bin: it is not what request seven is about');
    const model = await forged((copy) => flip(copy, 'models/digits/graph.bin', 1_400));
    expect(model).toMatch(/model is not there|graph.bin: it is no/);
  });
});
