/** Writes `weights.rs` of the pallets that were measured. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import type { BenchResult } from '../result.ts';
import type { Tool } from './build.ts';
import { runChild } from './child.ts';
import type { WeightsDetail } from './detail.ts';
import { rustData } from './rust.ts';

/** Fills the template for each pallet, formats it, and puts it in its place. Returns the files, from the root. */
export const writeRust = async (
  result: Pick<BenchResult, 'machine' | 'commit' | 'settings' | 'versions'>,
  { runs }: WeightsDetail,
  tool: Tool,
  signal: AbortSignal,
): Promise<string[]> => {
  const files: string[] = [];
  for (const run of runs) {
    const target = `pallets/${run.pallet}/src/weights.rs`;
    const folder = mkdtempSync(join(tmpdir(), 'veritrace-weights-'));
    try {
      const [data, output] = [join(folder, 'data.json'), join(folder, 'weights.rs')];
      writeFileSync(data, JSON.stringify(rustData(run, result)));
      const template = join(ROOT, 'tools/weights/templates/weights.rs.hbs');
      await runChild(
        tool.binary,
        ['render', `--template=${template}`, `--data=${data}`, `--output=${output}`],
        { cwd: ROOT, signal },
      );
      await runChild(tool.rustfmt, ['--edition', '2021', output], { cwd: ROOT, signal });
      copyFileSync(output, join(ROOT, target));
      files.push(target);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return files;
};
