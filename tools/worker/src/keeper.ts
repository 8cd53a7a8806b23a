/**
 * The keeper: settles what the chain's own sweep has left, ends challenges whose clock ran out, gives bonds back where the
 * claim fell otherwise, releases bounties and forfeits seals that expired, for everyone's sake.
 */
import { subjectName } from '@veritrace/sdk';
import { isHeldUp } from './held-up.ts';
import { createLoop, type Step } from './loop.ts';
import { lasting, liveEntries } from './memory.ts';
import { createOutbox } from './outbox.ts';
import type { DaemonDeps, Keeper, KeeperConfig, KeeperEvent } from './types.ts';

export const createKeeper = (config: KeeperConfig, deps: DaemonDeps): Keeper => {
  const { chain, logger } = deps;
  const patience = config.patience ?? 1;
  const journal = lasting(deps.journal);
  journal.compact(liveEntries(journal.entries()));
  const seen = new Set<string>();

  const loop = createLoop<KeeperEvent>({
    chain,
    logger,
    step: (heads) => step(heads),
    onTrouble: (error) => loop.emit({ type: 'trouble', error: String(error) }),
  });
  const outbox = createOutbox({
    chain,
    journal,
    account: config.account,
    logger,
    emit: (event) => loop.emit(event),
  });

  const step = async ({ head, finalized }: Step): Promise<void> => {
    await outbox.poll(head, finalized);
    const overdue = (await chain.due(head)).filter(({ since }) => head.number - since >= patience);
    const names = new Set(overdue.map(({ request, since }) => `${request} ${since}`));
    for (const name of seen) if (!names.has(name)) seen.delete(name);
    for (const { request, since } of overdue) {
      const name = `${request} ${since}`;
      if (!seen.has(name)) {
        seen.add(name);
        logger.info({ request: String(request), since }, 'a request was left over by the sweep');
        loop.emit({ type: 'due', request, since });
      }
      if (outbox.isFree() && !outbox.isDone(`settle ${request}`, String(since))) {
        await outbox.send(`settle ${request}`, String(since), { type: 'settle', request });
      }
    }
    const challenges = await chain.challenges(head.hash);
    for (const { request, worker, subject, state } of challenges) {
      if (head.number + 1 < state.due + patience || !outbox.isFree()) continue;
      const name = `${request} ${worker} ${subjectName(subject)}`;
      if ((await chain.claim(request, worker, head.hash)) === undefined) {
        // It fell to another proof, or the request closed: there is nothing to expire.
        if (outbox.isDone(`reclaim ${name}`, String(state.due))) continue;
        const action = { type: 'reclaim-bond', request, worker, subject } as const;
        await outbox.send(`reclaim ${name}`, String(state.due), action);
        continue;
      }
      if (state.type === 'Opened' && isHeldUp(challenges, { request, worker, subject })) continue;
      if (outbox.isDone(`expire ${name}`, String(state.due))) continue;
      const action = { type: 'expire-challenge', request, worker, subject } as const;
      await outbox.send(`expire ${name}`, String(state.due), action);
    }
    for (const { request, traceRoot, due } of await chain.bounties(head.hash)) {
      if (head.number + 1 < due + patience || !outbox.isFree()) continue;
      const name = `release-bounty ${request} ${traceRoot}`;
      if (outbox.isDone(name, String(due))) continue;
      await outbox.send(name, String(due), { type: 'release-bounty', request, traceRoot });
    }
    for (const { who, seal, forfeit } of await chain.seals(head.hash)) {
      if (head.number + 1 < forfeit + patience || !outbox.isFree()) continue;
      const name = `expire-seal ${who} ${seal}`;
      if (outbox.isDone(name, String(forfeit))) continue;
      await outbox.send(name, String(forfeit), { type: 'expire-seal', who, seal });
    }
  };

  return { start: loop.start, stop: loop.stop, settled: loop.settled, on: loop.on };
};
