/**
 * A front-runner: it finds nothing itself. It sees what challengers send before any block does, and sends a copy of every
 * proof as its own; or it keeps the proof out of the next block, seals the accusation there, and proves in the block after.
 */
import { randomBytes } from 'node:crypto';
import type { Referee } from '@veritrace/referee';
import type { Account, HeadRef, Hex, RequestId } from '@veritrace/sdk';
import { type Action, type Chain, type Logger, placeOf } from '@veritrace/worker';

/** What it takes part with. */
export interface FrontRunnerOptions {
  account: Account;
  chain: Chain;
  referee: Pick<Referee, 'seal'>;
  logger: Logger;
  /** Whether it keeps proofs back to seal first. */
  seals: boolean;
}

export interface FrontRunner {
  start(): Promise<void>;
  stop(): Promise<void>;
  settled(head: { best: number }): Promise<void>;
  /**
   * Shows it a transaction before it is sent. Returns whether it keeps it back; then it calls `send` itself, after its own
   * in the next block.
   */
  sees(action: Action, send: () => Promise<unknown>): Promise<boolean>;
}

type Proof = Extract<
  Action,
  { type: 'contradict-node' | 'contradict-tile' | 'contradict-element' }
>;

/** A bounty it is after. */
interface Prey {
  request: RequestId;
  traceRoot: Hex;
  seal: { digest: Hex; salt: Uint8Array } | undefined;
  isShown: boolean;
  isAsked: boolean;
}

const isProof = (action: Action): action is Proof => action.type.startsWith('contradict-');

const toHex = (value: Uint8Array): Hex => `0x${Buffer.from(value).toString('hex')}`;

export const createFrontRunner = ({
  account,
  chain,
  referee,
  logger,
  seals,
}: FrontRunnerOptions): FrontRunner => {
  const seen = new Set<string>();
  const preys = new Set<Prey>();
  /** What it does at the next head. */
  let queue: (() => Promise<void>)[] = [];
  let work = Promise.resolve();
  let unsubscribe: (() => void) | undefined;

  const submit = async (action: Action): Promise<void> => {
    await chain.broadcast(await chain.sign(account, action));
  };

  /** Has the bond of its own seal back, and what it got away with. */
  const follow = async (prey: Prey, head: HeadRef): Promise<void> => {
    const { request, traceRoot, seal } = prey;
    const bounty = await chain.bounty(request, traceRoot, head.hash);
    if (bounty === undefined) return;
    const isOver = head.number + 1 >= bounty.due;
    const isSealed =
      seal !== undefined &&
      (await chain.seal(account.address, seal.digest, head.hash)) !== undefined;
    if (isSealed && !isOver && !prey.isShown) {
      prey.isShown = true;
      await submit({ type: 'reveal-seal', request, traceRoot, salt: seal.salt });
    } else if (isOver && !prey.isAsked && chain.isSame(bounty.holder, account.address)) {
      prey.isAsked = true;
      await submit({ type: 'release-bounty', request, traceRoot });
    }
  };

  const step = async (head: HeadRef): Promise<void> => {
    const due = queue;
    queue = [];
    for (const act of due) await act();
    for (const prey of preys) await follow(prey, head);
  };

  const copy = async (action: Proof, send: () => Promise<unknown>): Promise<boolean> => {
    const { request, worker, node } = action;
    const name = `${request} ${worker} ${node}`;
    const claim = await chain.claim(request, worker, chain.head('best').hash);
    if (seen.has(name) || claim === undefined) return false;
    seen.add(name);
    const { traceRoot } = claim;
    const prey: Prey = { request, traceRoot, seal: undefined, isShown: false, isAsked: false };
    preys.add(prey);
    logger.info({ request: String(request), worker, node }, 'copies a proof');
    if (!seals) {
      await submit({ ...action, salt: undefined });
      return false;
    }
    const record = await chain.request(request, chain.head('best').hash);
    if (record === undefined) return false;
    const salt = new Uint8Array(randomBytes(32));
    const seal = referee.seal({
      request,
      traceRoot: new Uint8Array(Buffer.from(traceRoot.slice(2), 'hex')),
      place: placeOf(record.terms.nodeCount, { node }),
      account: chain.accountId(account.address),
      salt,
    });
    prey.seal = { digest: toHex(seal), salt };
    await submit({ type: 'seal', request, seal });
    queue.push(async () => {
      await submit({ ...action, salt });
      await send();
    });
    return true;
  };

  return {
    start: async () => {
      unsubscribe = chain.onHead('best', (head) => {
        work = work.then(() => step(head));
        // Who waits for it is told.
        work.catch((error: unknown) => logger.error({ error: String(error) }, 'the end'));
      });
      await work;
    },
    stop: async () => {
      unsubscribe?.();
      await work.catch(() => undefined);
    },
    settled: () => work,
    sees: (action, send) => (isProof(action) ? copy(action, send) : Promise.resolve(false)),
  };
};

/** A chain whose transactions front-runners see before they are sent. */
export const seenBy = (chain: Chain, frontRunners: () => Iterable<FrontRunner>): Chain => {
  const actions = new Map<Hex, Action>();
  return {
    ...chain,
    sign: async (account, action, options) => {
      const signed = await chain.sign(account, action, options);
      actions.set(signed.hash, action);
      return signed;
    },
    broadcast: async (signed) => {
      const action = actions.get(signed.hash);
      for (const frontRunner of action === undefined ? [] : frontRunners()) {
        if (await frontRunner.sees(action as Action, () => chain.broadcast(signed))) return 'sent';
      }
      return chain.broadcast(signed);
    },
  };
};
