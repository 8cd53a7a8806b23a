/** Checks declarative files without running them: each file's mistakes, by line and column. */
import { formatProblem, InvalidFile, type Problem } from '@veritrace/harness/scenario';
import type { Output } from '../output.ts';

/** Reads every file and reports what is wrong with each. Returns whether all are sound. */
export const checkFiles = async (
  files: readonly string[],
  read: (file: string) => Promise<unknown>,
  output: Output,
): Promise<boolean> => {
  const checked: { file: string; valid: boolean; problems: readonly Problem[] }[] = [];
  for (const file of files) {
    try {
      await read(file);
      checked.push({ file, valid: true, problems: [] });
    } catch (error) {
      if (!(error instanceof InvalidFile)) throw error;
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
