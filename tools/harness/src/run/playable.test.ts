import { describe, expect, it } from 'vitest';
import type { Driver } from '../drivers/driver.ts';
import { parseScenario } from '../scenario/load.ts';
import { demandPlayable } from './play.ts';

const scenarioWith = (top: string, worker: string, step: string) => {
  const scenario = parseScenario(
    `name: small
description: A test.
${top}
actors:
  authors: { iris: {} }
  users: { paul: {} }
  workers: { ada: { serves: [digits], ${worker} } }
models:
  digits: { dir: models/digits, author: iris, price: 1 }
steps:
  - { do: request, as: seven, user: paul, model: digits, input: seven.png }
  - { ${step}, skipOn: [embedded, endpoint] }
`,
    'small.yaml',
  );
  return { scenario, file: 'small.yaml', folder: '.', text: '' };
};

const network = {
  name: 'network',
  nodes: () => ['alice', 'erin', 'frank'],
  refuses: () => undefined,
} as unknown as Driver;
const embedded = { ...network, name: 'embedded', nodes: () => undefined } as Driver;

const harmless = 'do: twin, worker: ada';

describe('a scenario', () => {
  it.each([
    ['node: erin', harmless],
    ['node: erin', 'do: twin, worker: ada, node: frank'],
    ['', 'do: kill-node, nodes: [alice, frank]'],
  ])('can be played with "%s" and "%s"', (worker, step) => {
    expect(() => demandPlayable(scenarioWith('', worker, step), network)).not.toThrow();
  });

  it.each([
    [
      'node: erni',
      harmless,
      'small cannot be played: ada is to talk to the node "erni" (did you mean "erin"?), and the network has alice, erin, frank',
    ],
    [
      'node: erin',
      'do: twin, worker: ada, node: zoe',
      'small cannot be played: the twin of ada is to talk to the node "zoe", and the network has alice, erin, frank',
    ],
    [
      '',
      'do: kill-node, nodes: [alice, franc]',
      'small cannot be played: "kill-node" names the node "franc" (did you mean "frank"?), and the network has alice, erin, frank',
    ],
  ])('names no node that is not there: "%s" and "%s"', (worker, step, message) => {
    const scenario = scenarioWith('', worker, step);
    expect(() => demandPlayable(scenario, network)).toThrow(message);
    expect(() => demandPlayable(scenario, embedded)).not.toThrow();
  });

  it('is not played where it is not meant for', () => {
    const scenario = scenarioWith('skipOn: [embedded]', '', harmless);
    expect(() => demandPlayable(scenario, network)).not.toThrow();
    expect(() => demandPlayable(scenario, embedded)).toThrow(
      'small cannot be played: it is not meant for the embedded driver (skipOn: embedded)',
    );
  });
});
