/** Replays a record as if its chain had been upgraded to another runtime, and lists what is different then. */
import {
  type Before,
  createRuntime,
  executeBlock,
  executeUnder,
  type ResultUnder,
  RuntimeTrapped,
  type State,
  versionOf,
} from '@veritrace/replay';
import { plainJson } from '../recorder/plain.ts';
import { TOKEN } from '../token.ts';
import { openRecord } from './open-record.ts';
import type { ReplayOptions } from './replay-record.ts';
import { createStorageNames, type StorageNames, showExtrinsic } from './storage-names.ts';

/** An extrinsic whose result, or whose events, are others. */
export interface ChangedExtrinsic {
  block: number;
  index: number;
  call: string;
  recorded: string;
  rehearsed: string;
}

export interface Rehearsal {
  record: string;
  from: { name: string; version: number };
  to: { name: string; version: number };
  /** The first block that the other runtime executes. */
  at: number;
  blocks: number;
  extrinsics: number;
  /** Why it did not get further; `undefined` when it did. */
  stopped: { block: number; reason: string } | undefined;
  /** What the first block changed, by pallet and item: how many keys. That is what migrations do. */
  migrated: Record<string, number>;
  results: ChangedExtrinsic[];
  /** Kinds of events, `pallet.Name`, of which there are more or fewer. */
  events: Record<string, { recorded: number; rehearsed: number }>;
  /** Keys that are others after the last block, by pallet and item: only in one, or with another value. */
  storage: Record<string, { onlyRecorded: number; onlyRehearsed: number; changed: number }>;
  /** Whether nothing is different but the runtime itself. */
  isSame: boolean;
  durationMs: number;
}

export interface RehearseOptions extends Omit<ReplayOptions, 'models'> {
  /** The first block that the other runtime executes; the record's first by default. */
  at?: number | undefined;
}

const CODE = '3a636f6465';

type Told = ReturnType<StorageNames['events']>[number];

/** The last line of what a runtime logged when it trapped says most. */
const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? text;

/** An extrinsic's result in a word: `ok`, the error it was dispatched with, or why it is not valid. */
const outcomeOf = (
  index: number,
  under: ResultUnder | undefined,
  events: Told[],
  { registry }: StorageNames,
): string => {
  if (under !== undefined && 'trapped' in under) return `not executed: ${lastLine(under.trapped)}`;
  if (under !== undefined && under.result[0] !== 0) {
    const { result } = under;
    const error = registry.createType('ApplyExtrinsicResult', result) as unknown as {
      asErr: { toHuman(): unknown };
    };
    return `not valid: ${JSON.stringify(error.asErr.toHuman())}`;
  }
  const failed = events.find(
    ({ phase, event }) => phase === `extrinsic ${index}` && event === 'system.ExtrinsicFailed',
  );
  if (failed === undefined) return 'ok';
  const { dispatchError } = failed.data as { dispatchError?: unknown };
  return `failed: ${describeError(registry, dispatchError)}`;
};

/** A dispatch error by its pallet's name for it. */
const describeError = (registry: StorageNames['registry'], error: unknown): string => {
  const { Module: own } = (error ?? {}) as { Module?: { index: string; error: `0x${string}` } };
  if (own === undefined) return JSON.stringify(error);
  try {
    const { section, name } = registry.findMetaError(
      registry.createType('DispatchErrorModule', own) as never,
    );
    return `${section}.${name}`;
  } catch {
    return JSON.stringify(own);
  }
};

/** What it told, in the order it was told in. */
const tellingOf = (index: number, events: readonly Told[]): string =>
  events
    .filter(({ phase }) => phase === `extrinsic ${index}`)
    .map(({ event }) => event)
    .join(', ');

const add = (counts: Record<string, number>, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1;
};

const named = (names: StorageNames, key: string): string => {
  const { item } = names.name(key);
  return item.startsWith('0x') ? `${item.slice(0, 66)}…` : item;
};

/** Keys that two states have differently, by pallet and item. */
const compareStates = (
  recorded: State,
  rehearsed: State,
  before: StorageNames,
  after: StorageNames,
): Rehearsal['storage'] => {
  const found: Rehearsal['storage'] = {};
  const count = (names: StorageNames, key: string, what: keyof Rehearsal['storage'][string]) => {
    if (key === CODE) return;
    const name = named(names, key);
    found[name] ??= { onlyRecorded: 0, onlyRehearsed: 0, changed: 0 };
    found[name][what] += 1;
  };
  for (const [key, value] of recorded.entries()) {
    const other = rehearsed.get(key);
    if (other === undefined) count(before, key, 'onlyRecorded');
    else if (Buffer.compare(value, other) !== 0) count(after, key, 'changed');
  }
  for (const [key] of rehearsed.entries()) {
    if (recorded.get(key) === undefined) count(after, key, 'onlyRehearsed');
  }
  return found;
};

/**
 * Replays a record's blocks under `code` from a block on. Signatures are taken as good: they are over the version of the
 * runtime that they were made for. Throws a `BadRuntime` when the code is none, a `RecordDiffers` when the record is not
 * what it should be.
 */
export const rehearse = async (
  folder: string,
  code: Uint8Array,
  { at, expectRoot, onProgress, signal }: RehearseOptions = {},
): Promise<Rehearsal> => {
  const began = performance.now();
  const record = await openRecord(folder, expectRoot);
  const { base } = record;
  const first = at ?? base.number + 1;
  const prefix = Number(record.properties.ss58Format ?? TOKEN.prefix);
  const other = versionOf(createRuntime(code), base.after);
  const own = versionOf(createRuntime(base.after.get(CODE) ?? new Uint8Array()), base.after);
  const report: Rehearsal = {
    record: folder,
    from: { name: own.specName, version: own.specVersion },
    to: { name: other.specName, version: other.specVersion },
    at: first,
    blocks: 0,
    extrinsics: 0,
    stopped: undefined,
    migrated: {},
    results: [],
    events: {},
    storage: {},
    isSame: false,
    durationMs: 0,
  };
  const counts = { recorded: {}, rehearsed: {} } as Record<
    'recorded' | 'rehearsed',
    Record<string, number>
  >;
  let before: Before = { ...base, state: base.after };
  let rehearsed: State | undefined;
  let names: { recorded: StorageNames; rehearsed: StorageNames } | undefined;

  for await (const block of record.read()) {
    signal?.throwIfAborted();
    const { state } = executeBlock(record.kind, before, block);
    if (block.number === first) {
      rehearsed = before.state.with(new Map([[CODE, code]]));
      names = {
        recorded: createStorageNames(before.state, prefix),
        rehearsed: createStorageNames(rehearsed, prefix),
      };
    }
    if (rehearsed !== undefined && names !== undefined) {
      const under = tryUnder(rehearsed, block);
      if ('stopped' in under) {
        report.stopped = { block: block.number, reason: under.stopped };
        before = { ...block, state };
        break;
      }
      rehearsed = under.state;
      report.blocks += 1;
      if (block.number === first) {
        for (const key of under.changes.keys()) add(report.migrated, named(names.rehearsed, key));
      }
      const told = {
        recorded: names.recorded.events(state),
        rehearsed: names.rehearsed.events(under.state),
      };
      for (const side of ['recorded', 'rehearsed'] as const) {
        for (const { event } of told[side]) add(counts[side], event);
      }
      for (const [index, extrinsic] of block.extrinsics.entries()) {
        report.extrinsics += 1;
        const was = outcomeOf(index, undefined, told.recorded, names.recorded);
        const is = outcomeOf(index, under.results[index], told.rehearsed, names.rehearsed);
        const [wasTold, isTold] = [told.recorded, told.rehearsed].map((events) =>
          tellingOf(index, events),
        );
        if (was === is && wasTold === isTold) continue;
        report.results.push({
          block: block.number,
          index,
          call: showExtrinsic(names.recorded.registry, extrinsic).call,
          recorded: was === is ? (wasTold ?? '') : was,
          rehearsed: was === is ? (isTold ?? '') : is,
        });
      }
    }
    before = { ...block, state };
    onProgress?.(block.number - base.number, record.blocks);
  }

  for (const name of new Set([...Object.keys(counts.recorded), ...Object.keys(counts.rehearsed)])) {
    const pair = { recorded: counts.recorded[name] ?? 0, rehearsed: counts.rehearsed[name] ?? 0 };
    if (pair.recorded !== pair.rehearsed) report.events[name] = pair;
  }
  if (rehearsed !== undefined && names !== undefined) {
    report.storage = compareStates(before.state, rehearsed, names.recorded, names.rehearsed);
  }
  const { stopped, results, events, storage } = report;
  report.isSame =
    rehearsed !== undefined &&
    stopped === undefined &&
    plainJson([results, events, storage]) === '[[],{},{}]';
  report.durationMs = Math.round(performance.now() - began);
  return report;
};

const tryUnder = (state: State, block: Parameters<typeof executeUnder>[1]) => {
  try {
    return executeUnder(state, block);
  } catch (error) {
    if (error instanceof RuntimeTrapped) return { stopped: error.message };
    throw error;
  }
};
