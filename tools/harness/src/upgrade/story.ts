/** The story of an upgrade from the release with runtime version 1: told once, on whatever chain. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReferee } from '@veritrace/referee';
import { getModel, type RequestId } from '@veritrace/sdk';
import type { Logger } from '@veritrace/worker';
import { createAccountDirectory } from '../actors/accounts.ts';
import { readScenarioInput } from '../models/input.ts';
import { loadModel } from '../models/model.ts';
import { finishWork } from './finish-work.ts';
import { createClerk, type Ground } from './ground.ts';
import { openWork, plotNames } from './open-work.ts';
import { startDaemons } from './start-daemons.ts';
import { type Survey, survey } from './survey.ts';
import { type Upgraded, upgradeChain } from './upgrade-chain.ts';

/** The version that the chain starts with. */
export const EARLIER_VERSION = 1;

export interface UpgradeStoryOptions {
  ground: Ground;
  /** The runtime that the chain is upgraded to. */
  runtime: Uint8Array;
  loggerOf(daemon: string): Logger;
  onPhase?: (text: string) => void;
}

/** What came of it; requests by their names in the story. */
export interface UpgradeOutcome
  extends Omit<Survey, 'endings' | 'convictions' | 'bounties' | 'bonds' | 'withdrawn'> {
  upgraded: Upgraded;
  endings: Record<string, string>;
  /** Each conviction after the upgrade, in words. */
  convictions: string[];
  bounties: string[];
  bonds: string[];
  withdrawn: string[];
  /** Where the model stands of which only a part had been uploaded. */
  draft: string;
}

const scenarios = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));

/** Opens work under the earlier runtime, upgrades, ends the work, and says what happened. */
export const tellUpgrade = async ({
  ground,
  runtime,
  loggerOf,
  onPhase = () => undefined,
}: UpgradeStoryOptions): Promise<UpgradeOutcome> => {
  const { client, root, lag } = ground;
  const referee = createReferee();
  const accounts = await createAccountDirectory(1, 'upgrade');
  const compiled = (name: string) => resolve(scenarios, 'models', name, 'compiled');
  const graphs = {
    mlp: await loadModel(compiled('digits-mlp'), 'digits-mlp', referee),
    cnn: await loadModel(compiled('digits-cnn'), 'digits-cnn', referee),
  };
  const clerk = createClerk(ground);
  try {
    const options = {
      clerk,
      root,
      lag,
      accounts,
      referee,
      graphs,
      inputFor: (graph: typeof graphs.mlp, index: number) =>
        readScenarioInput(
          { images: 'test-images.u8', index, of: 16 },
          resolve(scenarios, 'inputs', 'digits'),
          graph.input,
        ),
    };
    onPhase('opening work under the earlier runtime');
    const open = await openWork(options);
    await startDaemons({ ...options, open, loggerOf });
    onPhase(`block ${clerk.head().number}: replacing the runtime`);
    const upgraded = await upgradeChain(clerk, root, runtime);
    onPhase(`block ${clerk.head().number}: upgraded, ending what is open`);
    const { asked } = await finishWork({ ...options, open });
    onPhase(`block ${clerk.head().number}: looking back`);
    const found = await survey(client, upgraded, accounts);
    const names = new Map<RequestId, string>([[asked, 'asked afterwards']]);
    for (const name of plotNames) {
      const plot = open.plots.get(name);
      if (plot !== undefined) names.set(plot.request, name);
    }
    const nameOf = (request: RequestId): string => names.get(request) ?? `request ${request}`;
    const draft = await getModel(client, open.draft.model, clerk.head().hash);
    return {
      ...found,
      upgraded,
      endings: Object.fromEntries(
        [...found.endings].map(([request, ending]) => [nameOf(request), ending]),
      ),
      convictions: found.convictions
        .map(
          ({ request, worker, node, evidence }) =>
            `${worker} of ${nameOf(request)} at node ${node}: ${evidence}`,
        )
        .sort(),
      bounties: found.bounties.map(({ request, who }) => `${nameOf(request)}: ${who}`).sort(),
      bonds: found.bonds
        .map(({ request, who, what }) => `${nameOf(request)}: ${who}, ${what}`)
        .sort(),
      withdrawn: found.withdrawn.map(({ who, amount }) => `${who}: ${amount}`),
      draft: draft?.status.type ?? 'gone',
    };
  } finally {
    for (const daemon of clerk.daemons) await daemon.stop();
    for (const { loaded } of Object.values(graphs)) loaded.free();
  }
};

/** What must come of it, whatever the chain. */
export const EXPECTED = {
  endings: {
    working: 'settled, 2 paid',
    revealing: 'settled, 2 paid',
    assigned: 'settled, 1 paid',
    claimed: 'settled, 1 paid',
    accused: 'settled, 1 paid',
    'asked afterwards': 'settled, 1 paid',
    lie: 'refunded: NotAssigned',
    awaited: 'refunded: NotAssigned',
    opened: 'refunded: NotAssigned',
    convicted: 'refunded: NotAssigned',
    pending: 'refunded: NotAssigned',
    contested: 'contest closed',
  },
  convictions: [
    'hank of contested at node 1: Node',
    'mallory of lie at node 1: Node',
    'mike of awaited at node 2: Element',
    'moe of opened at node 2: Element',
  ],
  // Frank's proof of the first was before the upgrade, and vera's seal before that proof.
  bounties: ['awaited: vera', 'contested: vera', 'convicted: vera', 'lie: vera', 'opened: vera'],
  bonds: ['accused: frank, forfeited', 'awaited: frank, returned', 'opened: frank, returned'],
  withdrawn: ['lena: 100000000000000'],
  draft: 'Live',
  penalised: [],
  unmigrated: [],
  moved: [],
  violations: [],
  left: {
    requests: 0,
    inputs: 0,
    claims: 0,
    answers: 0,
    due: 0,
    locks: 0,
    challenges: 0,
    bounties: 0,
    seals: 0,
    complaints: 0,
  },
  held: [],
} as const;
