/** `veritrace scenario check FILE…` */
import { formatProblem, InvalidScenario, loadScenario, type Problem } from '@veritrace/harness';
import type { Output } from '../output.ts';

/** Checks scenario files without running them. Returns whether all are sound. */
export const scenarioCheck = async (files: readonly string[], output: Output): Promise<boolean> => {
  const checked: { file: string; valid: boolean; problems: readonly Problem[] }[] = [];
  for (const file of files) {
    try {
      await loadScenario(file);
      checked.push({ file, valid: true, problems: [] });
    } catch (error) {
      if (!(error instanceof InvalidScenario)) throw error;
      checked.push({ file, valid: false, problems: error.problems });
    }
  }
  const valid = checked.every((one) => one.valid);
  output.result({ valid, files: checked }, () =>
    checked
      .flatMap((one) => (one.valid ? [`${one.file}: ok`] : one.problems.map(formatProblem)))
      .join('\n'),
  );
  return valid;
};
