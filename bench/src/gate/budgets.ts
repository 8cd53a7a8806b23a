/** What may change without failing the gate: one file, read strictly, each entry with the line it stands on. */
import { type Issue, parseDeclared, parseYaml, readDeclared } from '@veritrace/harness/declared';
import { z } from 'zod';
import { matches } from './glob.ts';

const share = z
  .string()
  .regex(/^\d+(\.\d+)? ?%$/, 'a share is written like 2.5%')
  .transform((text) => ({ share: Number(text.replace(/ ?%$/, '')) / 100 }));

const units = z
  .number()
  .nonnegative()
  .transform((amount) => ({ units: amount }));

const pattern = z
  .string()
  .min(1)
  .describe('metrics by name: * stands for any text without a slash, ** for any text');

const because = z.string().min(1).describe('why, for those who review a change of the entry');

const exactEntry = z.strictObject({
  metric: pattern,
  allow: z
    .union([share, units])
    .optional()
    .describe('how much more than the base is allowed: a share like 1%, or a number of its units'),
  ceiling: z
    .number()
    .nonnegative()
    .optional()
    .describe('the most it may be. Without allow, anything up to it is allowed'),
  because,
});

const timeEntry = z.strictObject({
  metric: pattern,
  allow: share.describe('how much worse than the base is allowed, as a share'),
  because,
});

const schema = z.strictObject({
  format: z.literal('veritrace-budgets/1'),
  exact: z.array(exactEntry).default([]),
  times: z.array(timeEntry).default([]),
});

type Placed<T> = T & {
  /** Where it is written: `bench/budgets.yaml:12`. */
  where: string;
};

export type ExactBudget = Placed<z.output<typeof exactEntry>>;
export type TimeBudget = Placed<z.output<typeof timeEntry>>;

/** In each list the last entry whose pattern fits a metric holds for it, alone. */
export interface Budgets {
  /** Without an entry a metric may not rise at all. */
  exact: readonly ExactBudget[];
  times: readonly TimeBudget[];
}

const check = ({ exact }: z.output<typeof schema>): Issue[] =>
  exact.flatMap(({ allow, ceiling }, index): Issue[] =>
    allow === undefined && ceiling === undefined
      ? [
          {
            path: ['exact', index],
            at: 'value',
            message: `exact[${index}] allows nothing: it needs allow, ceiling or both`,
          },
        ]
      : [],
  );

/** Reads budgets from text. Throws an `InvalidFile` with every mistake and its place. */
export const parseBudgets = (text: string, file: string): Budgets => {
  const { content, written } = parseDeclared(text, file, {
    what: 'a file of budgets',
    read: parseYaml,
    schema,
    check,
  });
  const placed = <T>(list: 'exact' | 'times', entries: readonly T[]): Placed<T>[] =>
    entries.map((entry, index) => {
      const { line } = written.locate({ path: [list, index], at: 'value', message: '' });
      return { ...entry, where: `${file}:${line}` };
    });
  return { exact: placed('exact', content.exact), times: placed('times', content.times) };
};

/** Reads a file of budgets. Throws an `InvalidFile`, for one that cannot be read as well. */
export const loadBudgets = async (file: string): Promise<Budgets> =>
  parseBudgets(await readDeclared(file), file);

/** The entry that holds for a metric. */
export const budgetFor = <T extends { metric: string }>(
  entries: readonly T[],
  name: string,
): T | undefined => entries.findLast(({ metric }) => matches(metric, name));
