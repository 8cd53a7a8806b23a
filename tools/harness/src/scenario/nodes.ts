/** Whether the nodes that a scenario names are in the models that it names. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Issue, Path } from '../declared/problem.ts';
import type { Scenario } from './schema.ts';

/** Nodes that are in none of the models that they are said to be of, by how many nodes each model has, where that is known. */
export const nodesBeyond = (
  { actors, expect }: Scenario,
  counts: ReadonlyMap<string, number>,
): Issue[] => {
  const issues: Issue[] = [];
  const demand = (path: Path, node: number, models: readonly string[], isOfAll: boolean) => {
    const known = models.flatMap((name) => {
      const nodes = counts.get(name);
      return nodes === undefined ? [] : [{ name, nodes }];
    });
    const short = known.filter(({ nodes }) => node >= nodes).sort((a, b) => b.nodes - a.nodes);
    const [first] = short;
    if (first === undefined || (!isOfAll && short.length < models.length)) return;
    issues.push({
      path,
      at: 'value',
      message: `there is no node ${node} in "${first.name}": its ${first.nodes} nodes are counted from 0`,
    });
  };
  for (const [worker, { behaviour, serves }] of Object.entries(actors.workers)) {
    if (!('node' in behaviour) || typeof behaviour.node !== 'number') continue;
    // It lies there whichever it is asked.
    demand(['actors', 'workers', worker, 'behaviour', 'node'], behaviour.node, serves, true);
  }
  const facts = expect.flatMap((one, index) =>
    one.that === 'one-of'
      ? one.cases.flatMap((list, which) =>
          list.map((fact, place) => ({ fact, path: ['expect', index, 'cases', which, place] })),
        )
      : [{ fact: one, path: ['expect', index] }],
  );
  for (const { fact, path } of facts) {
    if (fact.that !== 'convicted' || fact.node === undefined) continue;
    const serves = actors.workers[fact.worker]?.serves ?? [];
    demand([...path, 'node'], fact.node, serves, false);
  }
  return issues;
};

/** Of a manifest, what is asked here; whoever loads the model looks at all of it. */
const counted = z.object({ nodes: z.int().min(1) });

/** More is no list of a model. */
const MAX_BYTES = 1 << 20;

/** How many nodes a compiled model has; `undefined` where there is none: whoever needs it says so. */
const countIn = async (dir: string): Promise<number | undefined> => {
  const file = join(dir, 'manifest.json');
  try {
    if ((await stat(file)).size > MAX_BYTES) return undefined;
    return counted.parse(JSON.parse(await readFile(file, 'utf8'))).nodes;
  } catch {
    return undefined;
  }
};

/** How many nodes the models in folders have, paths taken from `folder`. */
export const countNodes = async (
  { models }: Scenario,
  folder: string,
): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  for (const [name, { dir }] of Object.entries(models)) {
    const nodes = dir === undefined ? undefined : await countIn(resolve(folder, dir));
    if (nodes !== undefined) counts.set(name, nodes);
  }
  return counts;
};
