/** The scenarios of this repository on a network: the very files that run embedded. */
import { readdirSync } from 'node:fs';
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

const root = resolve(import.meta.dirname, '../../scenarios');
const SEED = 1;

const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));

const nameOf = (file: string): string => file.replace(/^.*\//, '').replace('.yaml', '');

const expectPassed = (report: RunReport): void => {
  const unmet = report.expectations.filter(({ passed }) => !passed);
  expect(unmet, 'expectations that were not met').toEqual([]);
  expect(report.invariants.violated, 'invariants that did not hold').toEqual([]);
  expect(report.invariants.checked).toBeGreaterThan(0);
  expect(report.passed).toBe(true);
};

/**
 * Every scenario at the same time, or those that are named, but those that say they are not for networks: they share nodes,
 * pools and blocks, and do not disturb each other. `meanwhile` defines tests that run while the scenarios do, and does not
 * disturb them either.
 */
export const scenariosTogether = (
  shared: () => RunningNetwork,
  meanwhile: () => void = () => undefined,
  names: readonly string[] | undefined = undefined,
): void => {
  describe(names === undefined ? 'every scenario, all at the same time' : 'scenarios', () => {
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
      for (const file of files) {
        const playUnlessSkipped = async (): Promise<RunReport | string> => {
          const loaded = await loadScenario(file);
          const options = {
            driver: live.driver,
            seed: SEED,
            record: join(network.dir, 'records', nameOf(file)),
          };
          return skippedOn(loaded.scenario, live.driver) ?? (await play(loaded, options));
        };
        const report = playUnlessSkipped();
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
