/** The scenarios of this repository on a network: the very files that run embedded. */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import {
  createNetworkDriver,
  type LiveDriver,
  loadScenario,
  play,
  type RunningNetwork,
  type RunReport,
  skippedOn,
} from '@veritrace/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Scenarios at the same time. Most of one is waiting for blocks; but if all began at once, challengers would be so busy with
 * their start that a claim's window could pass before they looked at it.
 */
const AT_ONCE = 8 * availableParallelism();

const root = resolve(import.meta.dirname, '../../scenarios');
const SEED = 1;

const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));

const nameOf = (file: string): string => file.replace(/^.*\//, '').replace('.yaml', '');

/** Runs so many tasks at the same time, in the order they come. */
const createTurns = (atOnce: number) => {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};

/** Throws what did not come true, on one line, as lists of tests that failed show no more; below it how things stood. */
const expectPassed = (report: RunReport): void => {
  const { failure } = report;
  const troubles = [
    ...(failure === undefined ? [] : [failure.reason.replaceAll('\n', ' ')]),
    ...report.expectations
      .filter(({ passed }) => !passed)
      .map(({ line, name, detail }) =>
        [...(line === undefined ? [] : [`line ${line}`]), name, detail].join(': '),
      ),
    ...report.invariants.violated.map((violation) => JSON.stringify(violation)),
  ];
  const situation = [
    ...(failure?.state ?? []),
    ...(failure?.daemons.flatMap(({ actor, lines }) => lines.map((line) => `${actor} | ${line}`)) ??
      []),
  ];
  if (troubles.length > 0) throw new Error([troubles.join('; '), ...situation].join('\n'));
  expect(report.invariants.checked).toBeGreaterThan(0);
  expect(report.passed).toBe(true);
};

/**
 * Every scenario, or those that are named, but those that say they are not for networks, many at the same time: they share
 * nodes, pools and blocks, and do not disturb each other. `meanwhile` defines tests that run while the scenarios do, and does not
 * disturb them either.
 */
export const scenariosTogether = (
  shared: () => RunningNetwork,
  meanwhile: () => void = () => undefined,
  names: readonly string[] | undefined = undefined,
): void => {
  describe(names === undefined ? 'every scenario, many at the same time' : 'scenarios', () => {
    const files = filesIn(root).filter(
      (file) => names === undefined || names.includes(nameOf(file)),
    );
    const reports = new Map<string, Promise<RunReport | string>>();
    let live: LiveDriver;

    beforeAll(async () => {
      const network = shared();
      // The node of the off-chain worker may be struck meanwhile.
      const among = network
        .nodes()
        .map(({ name }) => name)
        .filter(
          (name) =>
            !network.workers().some(({ kind, node }) => kind === 'offchain' && node === name),
        )
        .filter((name) => name === 'alice' || network.node(name).role === 'full');
      live = await createNetworkDriver(network, { among });
      const playUnlessSkipped = async (file: string): Promise<RunReport | string> => {
        const loaded = await loadScenario(file);
        const options = {
          driver: live.driver,
          seed: SEED,
          record: join(network.dir, 'records', nameOf(file)),
        };
        return skippedOn(loaded.scenario, live.driver) ?? (await play(loaded, options));
      };
      const inTurn = createTurns(AT_ONCE);
      for (const file of files) {
        const report = inTurn(() => playUnlessSkipped(file));
        // Reported by its own test.
        report.catch(() => undefined);
        reports.set(file, report);
      }
    });
    afterAll(async () => {
      await Promise.allSettled(reports.values());
      await live?.close();
    });

    meanwhile();

    it.for(files.map((file) => [nameOf(file), file] as const))('%s', async ([, file], { skip }) => {
      const report = await reports.get(file);
      if (report === undefined) throw new Error(`${file} was not played`);
      if (typeof report === 'string') return skip(report);
      expectPassed(report);
    });
  });
};

/** Scenarios that do something to nodes: one after the other, since each disturbs all. */
export const faultScenarios = (
  shared: () => RunningNetwork,
  names: readonly string[] | undefined = undefined,
): void => {
  describe('scenarios with faults', () => {
    const files = filesIn(join(root, 'faults')).filter(
      (file) => names === undefined || names.includes(nameOf(file)),
    );
    let live: LiveDriver;

    beforeAll(async () => {
      live = await createNetworkDriver(shared());
    });
    afterAll(async () => {
      await live?.close();
    });

    it.each(files.map((file) => [nameOf(file), file]))('%s', async (name, file) => {
      const report = await play(await loadScenario(file), {
        driver: live.driver,
        seed: SEED,
        record: join(shared().dir, 'records', name),
      });
      expect(report.skipped, 'steps that were left out').toEqual([]);
      expectPassed(report);
    });
  });
};
