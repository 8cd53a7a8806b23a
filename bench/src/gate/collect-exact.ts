/** Everything of a checkout that is compared exactly. */
import type { ExactMetric } from '../result.ts';
import type { Collected, Omission } from './exact/collector.ts';
import { readers, runners } from './exact/index.ts';
import { isSelected, mayBeSelected, type Selection } from './glob.ts';
import { runScript } from './run-script.ts';

export interface ExactSide {
  metrics: ExactMetric[];
  /** What is missing, by the beginning of its metrics' names. */
  omitted: Omission[];
}

const familiesIn = (table: Readonly<Record<string, unknown>>, selection: Selection): string[] =>
  Object.keys(table).filter((family) => mayBeSelected(selection, family));

/** Whether collecting takes code of the checkout, and so its packages. */
export const needsPackages = (selection: Selection): boolean =>
  familiesIn(runners, selection).length > 0;

export const collectExact = async (
  dir: string,
  selection: Selection,
  signal: AbortSignal | undefined,
): Promise<ExactSide> => {
  const found: (Collected & { family: string })[] = [];
  for (const family of familiesIn(readers, selection)) {
    const collector = await readers[family]?.();
    if (collector !== undefined) found.push({ family, ...(await collector(dir)) });
  }
  const families = familiesIn(runners, selection);
  if (families.length > 0) {
    const written = await runScript(dir, 'measured/collect.ts', families, signal);
    for (const line of written.trim().split('\n')) found.push(JSON.parse(line));
  }
  return {
    metrics: found.flatMap(({ family, values }) =>
      values
        .map(
          ({ name, unit, value }): ExactMetric => ({
            kind: 'exact',
            name: `${family}/${name}`,
            unit,
            value,
          }),
        )
        .filter(({ name }) => isSelected(selection, name)),
    ),
    omitted: found.flatMap(({ family, omitted }) =>
      omitted.map(({ name, reason }) => ({ name: `${family}/${name}`, reason })),
    ),
  };
};
