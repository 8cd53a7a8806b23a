/**
 * Reads, writes and bytes of proof that each call declares, as its pallet's `weights.rs` has them: what `bench:weights`
 * wrote there. Time is no part of it: it differs from machine to machine.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Collected, Collector, ExactValue } from './collector.ts';

/** A number, and what each component adds to it. */
interface Linear {
  base: number;
  slopes: Map<string, number>;
}

interface Declared {
  name: string;
  reads: Linear;
  writes: Linear;
  'proof-size': Linear;
}

/** The file is not as the benchmarks write it. The message says where. */
export class NotWrittenByBenchmarks extends Error {
  override readonly name = 'NotWrittenByBenchmarks';
}

const linear = (): Linear => ({ base: 0, slopes: new Map() });

const add = (to: Linear, amount: number, component: string | undefined): void => {
  if (component === undefined) to.base += amount;
  else to.slopes.set(component, (to.slopes.get(component) ?? 0) + amount);
};

const NUMBER = '(\\d+)(?:_?u64)?';
const TIMES = '\\.saturating_mul\\((\\w+)\\.into\\(\\)\\)';
const weightTerm = new RegExp(`^Weight::from_parts\\(${NUMBER},${NUMBER}\\)(?:${TIMES})?$`);
const accessTerm = new RegExp(
  `^(?:T::DbWeight|RocksDbWeight)::get\\(\\)\\.(reads|writes)\\(\\(?${NUMBER}\\)?(?:${TIMES})?\\)$`,
);

/** Splits `A.saturating_add(B).saturating_add(C)` into its terms; `undefined` when it is something else. */
const termsOf = (body: string): string[] | undefined => {
  const link = '.saturating_add(';
  const terms: string[] = [];
  let rest = body;
  const first = rest.indexOf(link);
  terms.push(first < 0 ? rest : rest.slice(0, first));
  rest = first < 0 ? '' : rest.slice(first);
  while (rest !== '') {
    if (!rest.startsWith(link)) return undefined;
    let depth = 1;
    let end = link.length;
    for (; end < rest.length && depth > 0; end += 1) {
      if (rest[end] === '(') depth += 1;
      if (rest[end] === ')') depth -= 1;
    }
    if (depth > 0) return undefined;
    terms.push(rest.slice(link.length, end - 1));
    rest = rest.slice(end);
  }
  return terms;
};

const readFunction = (name: string, body: string): Declared | undefined => {
  const declared: Declared = {
    name,
    reads: linear(),
    writes: linear(),
    'proof-size': linear(),
  };
  // Digits are grouped by underscores, and `_u64` may follow.
  const plain = body
    .replace(/\/\/.*$/gm, '')
    .replace(/\s+/g, '')
    .replace(/(?<=\d)_(?=\d)/g, '');
  for (const term of termsOf(plain) ?? ['']) {
    const weight = weightTerm.exec(term);
    const access = accessTerm.exec(term);
    if (weight !== null) add(declared['proof-size'], Number(weight[2]), weight[3]);
    else if (access !== null) {
      add(declared[access[1] as 'reads' | 'writes'], Number(access[2]), access[3]);
    } else return undefined;
  }
  return declared;
};

/** Every function of the implementation that the runtime uses. Throws a `NotWrittenByBenchmarks`. */
export const parseWeights = (text: string, file: string): Declared[] => {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  const refuse = (offset: number, what: string): never => {
    throw new NotWrittenByBenchmarks(
      `${file}:${lineAt(offset)}: ${what}. npm run bench:weights writes the file`,
    );
  };
  const head = /^impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> \{$/m.exec(text);
  if (head === null) return refuse(0, 'there is no WeightInfo for SubstrateWeight<T>');
  const start = head.index + head[0].length;
  const end = text.indexOf('\n}', start);
  const block = text.slice(start, end < 0 ? text.length : end);
  const functions = [...block.matchAll(/^ {4}fn (\w+)\(.*?\) -> Weight \{\n(.*?)^ {4}\}$/gms)];
  if (functions.length === 0) refuse(start, 'the weights are not written out call by call');
  return functions.map(
    ({ 1: name = '', 2: body = '', index }) =>
      readFunction(name, body) ??
      refuse(start + index, `the weight of ${name} is no sum of what was measured`),
  );
};

const units = { reads: 'reads', writes: 'writes', 'proof-size': 'bytes' } as const;

const valuesOf = (pallet: string, declared: Declared): ExactValue[] =>
  (Object.keys(units) as (keyof typeof units)[]).flatMap((what) => {
    const { base, slopes } = declared[what];
    const name = `${pallet}.${declared.name}/${what}`;
    return [
      { name, unit: units[what], value: base },
      ...[...slopes].map(([component, value]) => ({
        name: `${name}/per-${component}`,
        unit: units[what],
        value,
      })),
    ];
  });

export const weights: Collector = async (root) => {
  const collected: Collected = { values: [], omitted: [] };
  const pallets = await readdir(join(root, 'pallets'));
  for (const pallet of pallets.sort()) {
    const file = `pallets/${pallet}/src/weights.rs`;
    const text = await readFile(join(root, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (text === undefined) continue;
    try {
      collected.values.push(
        ...parseWeights(text, file).flatMap((declared) => valuesOf(pallet, declared)),
      );
    } catch (error) {
      if (!(error instanceof NotWrittenByBenchmarks)) throw error;
      collected.omitted.push({ name: pallet, reason: error.message });
    }
  }
  return collected;
};
