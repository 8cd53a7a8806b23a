/** `veritrace demo`, what `npm start` plays. */
import { fileURLToPath } from 'node:url';
import {
  createEmbeddedDriver,
  endEmbedded,
  loadScenario,
  type Progress,
  play,
  type RunReport,
} from '@veritrace/harness';
import { Listr } from 'listr2';
import { runDocument } from '../document.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { summary } from '../summary.ts';
import { defaultRecord } from './scenario-run.ts';

const story = fileURLToPath(new URL('../../../../scenarios/demo.yaml', import.meta.url));

export interface DemoOptions {
  seed: number;
  record: string | undefined;
}

/** Plays the story. Returns whether everything held. */
export const demo = async ({ seed, record }: DemoOptions, output: Output): Promise<boolean> => {
  const scenario = await loadScenario(story);
  const { signal, release } = onInterrupt();
  let report: RunReport | undefined;
  const run = async (onProgress: (progress: Progress) => void) => {
    report = await play(scenario, {
      driver: createEmbeddedDriver(),
      seed,
      record: record ?? defaultRecord(scenario.scenario.name, seed),
      onProgress,
      signal,
    });
  };
  try {
    if (output.interactive) await drawn(run);
    else await run((progress) => told(progress, output));
  } finally {
    release();
    await endEmbedded();
  }
  const played = report as RunReport | undefined;
  if (played === undefined) return false;
  output.result(runDocument(played), () => `\n${summary(played)}`);
  return played.passed;
};

const told = (progress: Progress, output: Output): void => {
  if (progress.type === 'phase') output.note(`· ${progress.text}`);
  if (progress.type === 'step') output.note(`[${progress.index}/${progress.of}] ${progress.text}`);
  if (progress.type === 'told') output.note(`    ${progress.text}`);
};

/** The step that goes on, what happens in it, and a line for each that is done. */
const drawn = async (run: (onProgress: (progress: Progress) => void) => Promise<void>) => {
  let title = 'starting';
  let block = 0;
  await new Listr(
    [
      {
        title,
        task: async (_context, task) => {
          await run((progress) => {
            switch (progress.type) {
              case 'phase':
                title = progress.text;
                break;
              case 'step':
                title = `[${progress.index}/${progress.of}] ${progress.text}`;
                break;
              case 'block':
                block = progress.number;
                break;
              case 'told':
                task.output = progress.text;
                break;
            }
            task.title = `${title}  (block ${block})`;
          });
          task.title = `the story is told, ${block} blocks`;
        },
        rendererOptions: { outputBar: 6, persistentOutput: true },
      },
    ],
    { rendererOptions: { collapseErrors: false, showErrorMessage: false } },
  ).run();
};
