/** `veritrace scenario run FILE…` */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createEmbeddedDriver,
  createEndpointDriver,
  createNetworkDriver,
  type Driver,
  demandPlayable,
  endEmbedded,
  type LoadedScenario,
  loadScenario,
  play,
  type RunReport,
  skippedOn,
  startNetwork,
} from '@veritrace/harness';
import { notPlayedDocument, runDocument } from '../document.ts';
import { CommandError } from '../errors.ts';
import { failure } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { demandEmptyFolder } from '../record-folder.ts';
import { line, summary } from '../summary.ts';
import { watch } from '../watch.ts';
import type { Place } from './on.ts';
import { playElsewhere } from './play-elsewhere.ts';
import { playLive } from './play-live.ts';
import { writeReportPage } from './report-page.ts';

export interface ScenarioRunOptions {
  /** What runs the chain. */
  on: Place;
  /** Secret URI of the account that funds actors on a chain that is there. */
  faucet: string | undefined;
  seed: number;
  /** Scenarios that are played at the same time: on the embedded chain in processes of their own. */
  jobs: number;
  /** Folder of the record; of one folder a scenario when several run. */
  record: string | undefined;
  quiet: boolean;
}

/** Where a record goes when no folder is given. */
export const defaultRecord = (scenario: string, seed: number): string =>
  join('records', `${scenario}-${seed}-${new Date().toISOString().replace(/[:.]/g, '-')}`);

/** A scenario that was played: its JSON, and the report it was made from where that is at hand. */
interface Played {
  document: object;
  passed: boolean;
  report?: RunReport;
}

const reported = (report: RunReport): Played => ({
  document: runDocument(report),
  passed: report.passed,
  report,
});

/** Plays scenarios, but for those that are not meant for the driver. Returns whether everything held in all. */
export const scenarioRun = async (
  files: readonly string[],
  options: ScenarioRunOptions,
  output: Output,
): Promise<boolean> => {
  const driver = options.on.kind;
  const scenarios: LoadedScenario[] = [];
  for (const file of files) scenarios.push(await loadScenario(file));
  const isMeant = ({ scenario }: LoadedScenario) =>
    skippedOn(scenario, { name: driver }) === undefined;
  const meant = scenarios.filter(isMeant);
  const { record } = options;
  if (record !== undefined) {
    const folders =
      scenarios.length === 1 ? [record] : meant.map(({ scenario }) => join(record, scenario.name));
    for (const folder of folders) await demandEmptyFolder(folder);
  }
  const played = meant.length === 0 ? [] : await playAll(meant, options, output);

  const results = scenarios.map(
    (loaded) =>
      played[meant.indexOf(loaded)] ?? {
        document: notPlayedDocument(loaded.scenario, { driver, seed: options.seed }),
      },
  );
  for (const { scenario } of scenarios) {
    const reason = skippedOn(scenario, { name: driver });
    if (reason !== undefined) output.note(`${scenario.name} was not played: ${reason}`);
  }
  const passed = played.filter((one) => one.passed).length;
  const [first] = results;
  const several = scenarios.length > 1;
  output.result(several ? results.map(({ document }) => document) : first?.document, () =>
    !several && first !== undefined && 'report' in first && first.report !== undefined
      ? summary(first.report)
      : totals(passed, played.length, scenarios.length - played.length),
  );
  return passed === played.length;
};

const playAll = (
  scenarios: readonly LoadedScenario[],
  options: ScenarioRunOptions,
  output: Output,
): Promise<Played[]> => {
  if (options.on.kind !== 'embedded') return live(scenarios, options.on, options, output);
  return options.jobs > 1 && scenarios.length > 1
    ? inProcesses(scenarios, options, output)
    : oneByOne(scenarios, options, output);
};

const totals = (passed: number, played: number, left: number): string =>
  `${passed} of ${played} scenarios passed${left === 0 ? '' : `, ${left} not played`}`;

/** Several at the same time: each process plays its share one by one; results are in the order of the files. */
const inProcesses = async (
  scenarios: readonly LoadedScenario[],
  { seed, jobs, record }: ScenarioRunOptions,
  output: Output,
): Promise<Played[]> => {
  const { signal: interrupted, release } = onInterrupt();
  const failed = new AbortController();
  const signal = AbortSignal.any([interrupted, failed.signal]);
  const shares = Array.from({ length: Math.min(jobs, scenarios.length) }, (_, lane) =>
    scenarios.filter((_scenario, index) => index % jobs === lane),
  );
  const play = async (share: readonly LoadedScenario[]) => {
    const [first] = share;
    const folder =
      record !== undefined && share.length === 1 && first !== undefined
        ? join(record, first.scenario.name)
        : record;
    const options = ['--seed', String(seed), ...(folder === undefined ? [] : ['--record', folder])];
    return playElsewhere(
      share.map(({ file }) => file),
      options,
      signal,
      output,
    );
  };
  try {
    const played = (await Promise.all(shares.map(play))).flat();
    return scenarios.map(({ scenario: { name } }) => {
      const document = played.find(({ scenario }) => scenario === name);
      if (document === undefined) throw new CommandError(`${name} was not played`);
      return { document, passed: document.passed };
    });
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    release();
  }
};

/** A driver, and how to end what was started for it; what that wrote is kept unless everything passed. */
interface OpenDriver {
  driver: Driver;
  close(passed: boolean): Promise<void>;
}

/** A network with a driver on it; it ends with the driver. */
const openNetwork = async (
  spec: string,
  faucet: string | undefined,
  signal: AbortSignal,
  output: Output,
): Promise<OpenDriver> => {
  // The scenarios bring their own models and workers: the nodes alone are started.
  const network = await startNetwork({
    spec,
    bootstrap: false,
    signal,
    onProgress: (progress) => {
      if (progress.type === 'phase') output.note(`network: ${progress.text}`);
      if (progress.type === 'lost') output.note(`network: lost ${progress.name}: ${progress.text}`);
    },
  });
  try {
    const { driver, close } = await createNetworkDriver(network, { faucet });
    return {
      driver,
      close: async (passed) => {
        await close();
        await network.stop();
        if (passed) await rm(network.dir, { recursive: true, force: true });
        else output.note(`network: what the nodes logged is in ${network.dir}`);
      },
    };
  } catch (error) {
    await network.stop();
    throw error;
  }
};

/** A driver for a place, and how to end what was started for it. */
const openLive = async (
  place: Exclude<Place, { kind: 'embedded' }>,
  { faucet }: ScenarioRunOptions,
  signal: AbortSignal,
  output: Output,
): Promise<OpenDriver> => {
  switch (place.kind) {
    case 'endpoint':
      return createEndpointDriver({ endpoints: place.endpoints, faucet });
    case 'network':
      return openNetwork(place.spec, faucet, signal, output);
  }
};

const live = async (
  scenarios: readonly LoadedScenario[],
  place: Exclude<Place, { kind: 'embedded' }>,
  options: ScenarioRunOptions,
  output: Output,
): Promise<Played[]> => {
  const { seed, jobs, record, quiet } = options;
  const several = scenarios.length > 1;
  const { signal, release } = onInterrupt();
  try {
    const { driver, close } = await openLive(place, options, signal, output);
    let passed = false;
    try {
      for (const scenario of scenarios) demandPlayable(scenario, driver);
      const recordOf = (name: string): string =>
        record === undefined ? defaultRecord(name, seed) : several ? join(record, name) : record;
      const how = { driver, seed, jobs, recordOf, quiet, signal };
      const reports = await playLive(scenarios, how, output);
      for (const report of reports) await writeReportPage(report, output);
      const played = reports.map(reported);
      passed = played.every((one) => one.passed);
      return played;
    } finally {
      await close(passed);
    }
  } finally {
    release();
  }
};

const oneByOne = async (
  scenarios: readonly LoadedScenario[],
  { seed, record, quiet }: ScenarioRunOptions,
  output: Output,
): Promise<Played[]> => {
  const several = scenarios.length > 1;
  const { signal, release } = onInterrupt();
  const driver = createEmbeddedDriver();
  const reports: RunReport[] = [];
  try {
    for (const scenario of scenarios) {
      const { name } = scenario.scenario;
      const folder =
        record === undefined ? defaultRecord(name, seed) : several ? join(record, name) : record;
      if (several && !quiet) output.note(`— ${name}`);
      const report = await play(scenario, {
        driver,
        seed,
        record: folder,
        onProgress: quiet ? () => undefined : watch(output),
        signal,
      });
      reports.push(report);
      if (several || quiet) output.note(line(report));
      for (const text of failure(report)) output.note(text);
    }
  } finally {
    release();
    await endEmbedded();
  }
  for (const report of reports) await writeReportPage(report, output);
  return reports.map(reported);
};
