/** `veritrace scenario check FILE…` */
import { InvalidScenario, loadScenario } from '@veritrace/harness';
import type { Output } from '../output.ts';
import { checkFiles } from './check-files.ts';

/** Checks scenario files without running them. Returns whether all are sound. */
export const scenarioCheck = (files: readonly string[], output: Output): Promise<boolean> =>
  checkFiles(
    files,
    loadScenario,
    (error) => (error instanceof InvalidScenario ? error.problems : undefined),
    output,
  );
