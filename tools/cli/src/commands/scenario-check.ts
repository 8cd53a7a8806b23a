/** `veritrace scenario check FILE…` */
import { loadScenario } from '@veritrace/harness/scenario';
import type { Output } from '../output.ts';
import { checkFiles } from './check-files.ts';

/** Checks scenario files without running them. Returns whether all are sound. */
export const scenarioCheck = (files: readonly string[], output: Output): Promise<boolean> =>
  checkFiles(files, loadScenario, output);
