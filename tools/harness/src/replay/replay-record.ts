/** Replays a record: executes every block again, and compares everything that follows from them with what it has. */
import { join } from 'node:path';
import { createReferee } from '@veritrace/referee';
import {
  BadRuntime,
  type Before,
  createShownChain,
  executeBlock,
  RecordDiffers,
  RuntimeTrapped,
  runtimeOf,
  type ShownBlock,
  toHex,
  versionOf,
} from '@veritrace/replay';
import { connect, getParameters, type ModelId, type PlacedEvent } from '@veritrace/sdk';
import { readBlock } from '../drivers/read-block.ts';
import { createMonitor } from '../invariants/monitor.ts';
import type { ChainState } from '../invariants/state.ts';
import { eventLine } from '../recorder/ledger.ts';
import { createChronicle } from '../run/chronicle.ts';
import type { Rules, Terms } from '../run/dues.ts';
import { everything, scopeOf } from '../run/scope.ts';
import { EARLIER_VERSION } from '../upgrade/story.ts';
import { compareStory, readNames } from './compare-story.ts';
import { createJudge } from './judge.ts';
import { type OpenRecord, openRecord } from './open-record.ts';
import { readLines } from './read-lines.ts';
import { termsSigned } from './registered-terms.ts';
import type { ReplayReport } from './report.ts';
import { createTruths } from './truths.ts';

export interface ReplayOptions {
  /** What the record must be known by. */
  expectRoot?: string | undefined;
  /** Folders with compiled models and inputs, beside those of the record. */
  models?: readonly string[];
  onProgress?: (block: number, of: number) => void;
  signal?: AbortSignal | undefined;
}

const nothing = (record: string): ReplayReport => ({
  record,
  root: undefined,
  files: 0,
  bytes: 0,
  passed: false,
  difference: undefined,
  chain: {
    kind: undefined,
    name: undefined,
    base: undefined,
    last: undefined,
    blocks: 0,
    extrinsics: 0,
    events: 0,
    runtimes: [],
    unread: 0,
    seals: 0,
  },
  claims: [],
  proofs: { accepted: 0, rejected: 0 },
  invariants: { checked: 0, violated: [] },
  durationMs: 0,
  executingMs: 0,
});

/** The lines that the record has of events, one by one. */
const createEventReader = ({ folder, events }: OpenRecord) => {
  const lines = events && readLines(join(folder, 'events.jsonl'), 'events.jsonl');
  const differ = (block: number, what: string, recorded?: string, computed?: string): never => {
    throw new RecordDiffers({ file: 'events.jsonl', block, what, recorded, computed });
  };
  return {
    compare: async (number: number, happened: readonly PlacedEvent[]): Promise<void> => {
      if (lines === undefined || events === undefined) return;
      if (number < events.first || number > events.last) return;
      for (const [index, placed] of happened.entries()) {
        const { value: recorded } = await lines.next();
        const computed = eventLine(placed);
        if (recorded !== computed)
          differ(number, `event ${index} differs`, recorded ?? 'none', computed);
      }
    },
    end: async (last: number): Promise<void> => {
      if (lines === undefined || events === undefined) return;
      const { value: more } = await lines.next();
      if (more !== undefined) differ(last, 'there are more events than happened', more);
      if (events.last > last) differ(last, 'the blocks end before the events do');
    },
  };
};

/** Executes the blocks and compares. What is found goes into `report`, so that it is there when something differs. */
const run = async (
  record: OpenRecord,
  report: ReplayReport,
  { models = [], onProgress, signal }: ReplayOptions,
): Promise<void> => {
  const { folder, kind, base, story } = record;
  const { chain } = report;
  Object.assign(chain, { kind, name: record.name });
  chain.base = { number: base.number, hash: base.hash, root: toHex(base.after.root()) };
  const referee = createReferee();
  const names = await readNames(folder, story !== undefined);
  const shown = createShownChain(base, { name: record.name, properties: record.properties });
  const truths = await createTruths(folder, models, referee);
  const client = await connect(shown.provider);
  const all = createChronicle();
  const own = createChronicle(kind === 'assembled' ? everything : () => scopeOf(names.isOwn));
  const judge = createJudge(client, all, truths, referee);
  const monitors = [createMonitor()];
  const events = createEventReader(record);
  const ends: { first?: ChainState; last?: ChainState } = {};
  const terms = new Map<ModelId, Terms>();
  let parameters: Rules['parameters'] | undefined;
  let before: Before = { ...base, state: base.after };
  const tell = () => {
    report.claims = judge.verdicts(names);
    report.proofs = judge.proofs();
    const looks = monitors.map((monitor) => monitor.report());
    report.invariants = {
      checked: looks.reduce((sum, { checked }) => sum + checked, 0),
      violated: looks.flatMap(({ violated }) => violated),
    };
  };

  try {
    for await (const block of record.read()) {
      signal?.throwIfAborted();
      const { specName, specVersion } = versionOf(runtimeOf(before.state), before.state);
      if (chain.runtimes.at(-1)?.version !== specVersion) {
        chain.runtimes.push({ name: specName, version: specVersion, from: block.number });
      }
      const began = performance.now();
      const { state, root } = executeBlock(kind, before, block);
      report.executingMs += performance.now() - began;
      const after: ShownBlock = { ...block, after: state };
      before = { ...block, state };
      shown.show(after);
      const content = await client.blocks.get(block.hash);
      await events.compare(block.number, content.events);
      chain.last = { number: block.number, hash: block.hash, root };
      chain.blocks += 1;
      if (kind === 'imported') chain.seals += 1;
      chain.extrinsics += block.extrinsics.length;
      chain.events += content.events.length;
      onProgress?.(chain.blocks, record.blocks);
      const ref = { number: block.number, hash: block.hash };
      // A run plays on the present release alone; what was fetched may begin with an earlier one, and migrate.
      const taken =
        specVersion <= EARLIER_VERSION
          ? undefined
          : await readBlock(client, ref).catch((error: unknown) => {
              if (story !== undefined) throw error;
              return undefined;
            });
      if (taken === undefined) {
        chain.unread += 1;
        monitors.push(createMonitor());
        continue;
      }
      all.add(content.events, taken.state);
      if (story !== undefined && block.number >= story.first && block.number <= story.last) {
        own.add(taken.content.events, taken.state);
        ends.first ??= taken.state;
        ends.last = taken.state;
        // States are not kept for long.
        parameters ??= await getParameters(client, block.hash);
        for (const [model, signed] of await termsSigned(client, taken)) terms.set(model, signed);
      }
      await judge.add(taken);
      monitors.at(-1)?.look(taken.state);
    }
    await events.end(before.number);
    tell();
    if (story !== undefined) {
      const { first, last } = ends;
      if (first === undefined || parameters === undefined || last?.block.number !== story.last) {
        throw new RecordDiffers({
          file: 'chain.json',
          what: 'the blocks end before the story does',
        });
      }
      demandJudged(report);
      await compareStory(
        folder,
        {
          chronicle: own,
          first,
          last,
          rules: { parameters, treasury: last.treasuryAccount, terms },
          claims: report.claims,
          asked: judge.asked(),
          blocks: story.last - story.first + 1,
          referee,
          graphs: truths.graphs(),
        },
        names,
      );
    }
    demandJust(report);
  } finally {
    tell();
    truths.free();
    await client.disconnect();
  }
};

/** The record of a run has what is needed to judge all of its claims. */
const demandJudged = ({ claims }: ReplayReport): void => {
  for (const { truth, request, worker, block } of claims) {
    if (truth.kind === 'unknown' && request !== undefined) {
      throw new RecordDiffers({
        block,
        what: `the claim of ${worker} about ${request} cannot be computed again: ${truth.reason}`,
      });
    }
  }
};

/** Nobody falls to a contradiction who was right. */
const demandJust = ({ claims }: ReplayReport): void => {
  for (const { truth, conviction, request, worker } of claims) {
    if (conviction === undefined || truth.kind !== 'true' || conviction.evidence === 'Silence')
      continue;
    throw new RecordDiffers({
      block: conviction.block,
      what: `${worker} was convicted of a lie about ${request}, and its claim is true`,
    });
  }
};

/**
 * Replays a record. What is not as recorded is in the report; throws a `NoRecord` where there is nothing to replay, and
 * what is wrong outside of the record.
 */
export const replayRecord = async (
  folder: string,
  options: ReplayOptions = {},
): Promise<ReplayReport> => {
  const began = performance.now();
  const report = nothing(folder);
  try {
    const record = await openRecord(folder, options.expectRoot);
    const { root, files, bytes } = record.checked;
    Object.assign(report, { root, files, bytes });
    await run(record, report, options);
    report.passed = report.invariants.violated.length === 0;
  } catch (error) {
    if (error instanceof RecordDiffers) report.difference = error.difference;
    // What was recorded did execute, once.
    else if (error instanceof BadRuntime || error instanceof RuntimeTrapped) {
      report.difference = { what: error.message };
    } else throw error;
  }
  report.durationMs = Math.round(performance.now() - began);
  report.executingMs = Math.round(report.executingMs);
  return report;
};
