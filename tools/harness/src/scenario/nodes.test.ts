import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEmbeddedDriver } from '../embedded/driver.ts';
import { play } from '../run/play.ts';
import { replaced } from '../testing/declared.ts';
import { parseScenario } from './load.ts';
import { nodesBeyond } from './nodes.ts';

const scenario = (behaviour: string, expect_: string) =>
  parseScenario(
    `name: small
description: A liar who serves two models.
actors:
  authors: { ann: {} }
  users: { bob: {} }
  workers:
    mallory: { serves: [short, long], behaviour: ${behaviour} }
models:
  short: { dir: a, author: ann, price: 1 }
  long: { dir: b, author: ann, price: 1 }
steps: [{ do: advance, blocks: 1 }]
expect: [${expect_}]
`,
    'small.yaml',
  );

const convicted = (node: number): string => `{ that: convicted, worker: mallory, node: ${node} }`;
const counts = new Map([
  ['short', 3],
  ['long', 8],
]);

const found = (behaviour: string, expect_ = '{ that: no-lie-stands }', known = counts) =>
  nodesBeyond(scenario(behaviour, expect_), known).map(({ path, message }) => [
    path.join('.'),
    message,
  ]);

describe('a node that is named', () => {
  const short = 'there is no node 3 in "short": its 3 nodes are counted from 0';

  it('is in every model that the worker may be asked', () => {
    expect(found('{ kind: wrong-node, node: 2 }')).toEqual([]);
    expect(found('{ kind: wrong-node, node: random }')).toEqual([]);
    expect(found('{ kind: wrong-node, node: 3 }')).toEqual([
      ['actors.workers.mallory.behaviour.node', short],
    ]);
  });

  it('is in one of them where it is expected to be convicted', () => {
    expect(found('lazy', convicted(7))).toEqual([]);
    expect(found('lazy', convicted(8))).toEqual([
      ['expect.0.node', 'there is no node 8 in "long": its 8 nodes are counted from 0'],
    ]);
    const cases = `{ that: one-of, cases: [[${convicted(2)}], [${convicted(8)}]] }`;
    expect(found('lazy', cases).map(([path]) => path)).toEqual(['expect.0.cases.1.0.node']);
  });

  it('may be anything where nothing is known of the model', () => {
    expect(found('{ kind: wrong-node, node: 99 }', convicted(99), new Map())).toEqual([]);
    expect(found('lazy', convicted(5), new Map([['short', 3]]))).toEqual([]);
  });
});

it('a model that is made on the fly is looked at before a chain is started', async () => {
  const file = fileURLToPath(
    new URL('../../../../scenarios/long-trace-convicted.yaml', import.meta.url),
  );
  const text = replaced(await readFile(file, 'utf8'), /node: \d+/, 'node: 99999');
  const driver = {
    ...createEmbeddedDriver(),
    start: () => Promise.reject(new Error('a chain was started')),
  };
  const playing = play(
    { scenario: parseScenario(text, file), file, folder: dirname(file), text },
    { driver, seed: 1, record: undefined },
  );
  await expect(playing).rejects.toThrow(/behaviour\.node: there is no node 99999 in "deep"/);
});
