/** `veritrace scenario run FILE…` */
import { join } from 'node:path';
import {
  createEmbeddedDriver,
  endEmbedded,
  type LoadedScenario,
  loadScenario,
  type Progress,
  play,
  type RunReport,
} from '@veritrace/harness';
import { runDocument } from '../document.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { line, summary } from '../summary.ts';

export interface ScenarioRunOptions {
  seed: number;
  /** Folder of the record; of one folder a scenario when several run. */
  record: string | undefined;
  quiet: boolean;
}

/** Where a record goes when no folder is given. */
export const defaultRecord = (scenario: string, seed: number): string =>
  join('records', `${scenario}-${seed}-${new Date().toISOString().replace(/[:.]/g, '-')}`);

const watch = (output: Output, quiet: boolean) => (progress: Progress) => {
  if (quiet) return;
  switch (progress.type) {
    case 'phase':
      output.note(`· ${progress.text}`);
      return;
    case 'step':
      output.note(`[${progress.index}/${progress.of}] ${progress.text}`);
      return;
    case 'told':
      output.note(`  #${progress.block} ${progress.text}`);
      return;
    case 'block':
      return;
  }
};

/** Plays scenarios one after the other. Returns whether everything held in all. */
export const scenarioRun = async (
  files: readonly string[],
  { seed, record, quiet }: ScenarioRunOptions,
  output: Output,
): Promise<boolean> => {
  const scenarios: LoadedScenario[] = [];
  for (const file of files) scenarios.push(await loadScenario(file));
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
        onProgress: watch(output, quiet),
        signal,
      });
      reports.push(report);
      if (several) output.note(line(report));
    }
  } finally {
    release();
    await endEmbedded();
  }
  const passed = reports.every((report) => report.passed);
  const [only] = reports;
  const documents = reports.map(runDocument);
  output.result(several ? documents : documents[0], () =>
    several || only === undefined
      ? `${reports.filter((report) => report.passed).length} of ${reports.length} scenarios passed`
      : summary(only),
  );
  return passed;
};
