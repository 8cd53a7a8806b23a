/** `veritrace demo`, what `npm start` plays. */
import { fileURLToPath } from 'node:url';
import {
  createEmbeddedDriver,
  endEmbedded,
  loadScenario,
  play,
  type RunReport,
} from '@veritrace/harness';
import { runDocument } from '../document.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { demandEmptyFolder } from '../record-folder.ts';
import { summary } from '../summary.ts';
import { watch } from '../watch.ts';
import { writeReportPage } from './report-page.ts';
import { defaultRecord } from './scenario-run.ts';

const story = fileURLToPath(new URL('../../../../scenarios/demo.yaml', import.meta.url));

export interface DemoOptions {
  seed: number;
  record: string | undefined;
}

/** Plays the story. Returns whether everything held. */
export const demo = async ({ seed, record }: DemoOptions, output: Output): Promise<boolean> => {
  const scenario = await loadScenario(story);
  if (record !== undefined) await demandEmptyFolder(record);
  const { signal, release } = onInterrupt();
  let report: RunReport;
  try {
    report = await play(scenario, {
      driver: createEmbeddedDriver(),
      seed,
      record: record ?? defaultRecord(scenario.scenario.name, seed),
      onProgress: watch(output),
      signal,
    });
  } finally {
    release();
    await endEmbedded();
  }
  await writeReportPage(report, output);
  output.result(runDocument(report), () => `\n${summary(report)}`);
  return report.passed;
};
