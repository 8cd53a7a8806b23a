/**
 * What a worker does as an auditor: computes the request, and shows the tile of the claim that the lot fell on; or, when the
 * claim's trace is not what it computed, accuses the claim as a challenger does, with the same key.
 */
import type { Address, Audit, Hex, Request } from '@veritrace/sdk';
import type { Action } from './chain.ts';
import { createChallenger } from './challenger.ts';
import { toHex } from './digest.ts';
import { createMemoryJournal } from './journal.ts';
import type { Step } from './loop.ts';
import type {
  Challenger,
  LoadedModel,
  WorkContext,
  WorkerBehaviour,
  WorkerConfig,
  WorkerDeps,
} from './types.ts';

/** What is known of an audit. */
interface Case {
  /** Every node's output; `undefined` until it was computed, `null` when nothing is to be said. */
  outputs: Uint8Array[] | null | undefined;
  /** The head at which computing it was last begun. */
  triedAt: number | undefined;
  isTold: boolean;
}

/** Something to send about an audit. */
export interface AuditWish {
  due: number;
  name: string;
  identity: string;
  /** The height up to which the chain must stay as it is: another branch may have drawn another audit. */
  anchor: number;
  action: () => Promise<Action | undefined>;
}

/** An audit that this worker was drawn for. */
export interface Drawn {
  request: Request;
  audit: Audit;
  /** Tells requests of one number on different forks apart. */
  identity: Hex;
  /** What is asked; `undefined` while it cannot be read. */
  fetch(): Promise<WorkContext | undefined>;
}

export interface Audits {
  /** What is missing about an audit in the state of a head. */
  wishes(drawn: Drawn, step: Step): Promise<AuditWish[]>;
  /** Forgets a request that is over. */
  forget(request: string): void;
  /** Resolves when all accusations are as far as they can be at this head. */
  settled(head: { best: number; finalized?: number }): Promise<void>;
  stop(): Promise<void>;
}

export const createAudits = (
  config: WorkerConfig,
  deps: WorkerDeps,
  {
    background,
    onAudited,
  }: {
    background(name: string, work: () => Promise<void>): void;
    onAudited(audited: { request: Request; worker: Address; isTrue: boolean }): void;
  },
): Audits => {
  const { chain, referee, logger } = deps;
  const behaviour: WorkerBehaviour = deps.behaviour ?? {};
  const models = new Map(config.models.map((model) => [model.graphRoot, model]));
  const cases = new Map<string, Case>();
  /** One for each claim that was found to be false. They live on, for bonds and bounties. */
  const accusers = new Map<string, Challenger>();

  const caseOf = (key: string): Case => {
    const known = cases.get(key) ?? { outputs: undefined, triedAt: undefined, isTold: false };
    cases.set(key, known);
    return known;
  };

  const compute = async (known: Case, fetch: Drawn['fetch']): Promise<void> => {
    const context = await fetch();
    if (context === undefined) return;
    const isWilling = (await behaviour.mayAudit?.(context)) ?? true;
    known.outputs = isWilling ? await context.honest() : null;
  };

  const accuse = async (key: string, { request, audit }: Drawn, model: LoadedModel) => {
    const accuser = createChallenger(
      {
        account: config.operator,
        models: [model],
        only: (claim) => claim.request === request.id && chain.isSame(claim.worker, audit.worker),
      },
      {
        chain,
        referee,
        logger,
        // What counts is on the chain: bonds and bounties are found there after a restart.
        journal: createMemoryJournal(),
        createEngine: deps.createEngine,
        engine: config.engine,
      },
    );
    accusers.set(key, accuser);
    await accuser.start();
  };

  return {
    wishes: async (drawn, { head }) => {
      const { request, audit, identity } = drawn;
      const key = `${request.id} ${identity} ${audit.worker} ${audit.due}`;
      const known = caseOf(key);
      if (known.outputs === undefined) {
        if (known.triedAt !== head.number) {
          known.triedAt = head.number;
          background(`audit ${key}`, () => compute(known, drawn.fetch));
        }
        return [];
      }
      const model = models.get(request.terms.graphRoot);
      const output = known.outputs?.[audit.node];
      const claim = await chain.claim(request.id, audit.worker, head.hash);
      if (known.outputs === null || model === undefined || !output || !claim) return [];
      const leaves = model.loaded.trace(known.outputs);
      const isTrue = toHex(referee.traceRoot(leaves)) === claim.traceRoot;
      if (!known.isTold) {
        known.isTold = true;
        logger.info({ request: String(request.id), worker: audit.worker, isTrue }, 'audited');
        onAudited({ request, worker: audit.worker, isTrue });
      }
      if (!isTrue) {
        if (!accusers.has(key)) background(`accuse ${key}`, () => accuse(key, drawn, model));
        return [];
      }
      if (head.number + 1 >= audit.due) return [];
      return [
        {
          due: audit.due,
          name: `attest ${request.id}`,
          identity: key,
          anchor: head.number,
          action: async () => ({
            type: 'attest',
            request: request.id,
            proof: model.loaded.attest(audit.node, audit.lot, leaves, output),
          }),
        },
      ];
    },
    forget: (request) => {
      for (const key of [...cases.keys()]) {
        if (key.startsWith(`${request} `)) cases.delete(key);
      }
    },
    settled: async (head) => {
      await Promise.all([...accusers.values()].map((accuser) => accuser.settled(head)));
    },
    stop: async () => {
      await Promise.all([...accusers.values()].map((accuser) => accuser.stop()));
    },
  };
};
