/** Checks declarative files without running them: each file's mistakes, by line and column. */
import { formatProblem, type Problem } from '@veritrace/harness';
import type { Output } from '../output.ts';

/** Reads every file and reports what is wrong with each. `mistakes` tells those from other errors. */
export const checkFiles = async (
  files: readonly string[],
  read: (file: string) => Promise<unknown>,
  mistakes: (error: unknown) => readonly Problem[] | undefined,
  output: Output,
): Promise<boolean> => {
  const checked: { file: string; valid: boolean; problems: readonly Problem[] }[] = [];
  for (const file of files) {
    try {
      await read(file);
      checked.push({ file, valid: true, problems: [] });
    } catch (error) {
      const problems = mistakes(error);
      if (problems === undefined) throw error;
      checked.push({ file, valid: false, problems });
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
