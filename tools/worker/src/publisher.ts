/**
 * The publisher: puts inputs on chain that a worker says it cannot get, out of its store. A user runs one who names inputs
 * by their roots; whoever wants others' requests answered may do it for all.
 */
import type { ContentStore, InputSource, Request, RequestId } from '@veritrace/sdk';
import { identityOf } from './digest.ts';
import { createLoop, type Step } from './loop.ts';
import { lasting, liveEntries } from './memory.ts';
import { createOutbox } from './outbox.ts';
import type { DaemonDeps, Publisher, PublisherConfig, PublisherEvent } from './types.ts';

/** Publications that may wait for inclusion at once. */
const IN_FLIGHT = 8;

export const createPublisher = (
  config: PublisherConfig,
  deps: DaemonDeps & { store: ContentStore },
): Publisher => {
  const { chain, logger, store } = deps;
  const journal = lasting(deps.journal);
  journal.compact(liveEntries(journal.entries()));
  /** What was found, and at which head it was last looked for. */
  const found = new Map<string, Uint8Array>();
  const triedAt = new Map<string, number>();

  const loop = createLoop<PublisherEvent>({
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
    limit: IN_FLIGHT,
  });

  const nameOf = (request: RequestId, index: number): string => `publish ${request} ${index}`;

  /** Looks for an input once at each head. */
  const look = (
    name: string,
    { value: digest }: Extract<InputSource, { type: 'ByRoot' }>,
    request: Request,
    index: number,
    head: number,
  ): void => {
    const spec = request.terms.inputs[index];
    if (spec === undefined || triedAt.get(name) === head) return;
    triedAt.set(name, head);
    loop.background(name, async () => {
      const content = await store.get({ kind: 'tensor', digest, spec });
      if (content !== undefined) {
        found.set(name, content);
        return;
      }
      logger.warn(
        { request: String(request.id), index, root: digest },
        'an input is not to be had',
      );
      loop.emit({ type: 'missing', request: request.id, index });
    });
  };

  const publish = async (request: Request, { head }: Step): Promise<void> => {
    const sources = (await chain.inputs(request.id, head.hash)) ?? [];
    for (const [index, source] of sources.entries()) {
      if (source.type === 'Inline') continue;
      const name = nameOf(request.id, index);
      const identity = `${identityOf(request)} ${index}`;
      if (outbox.isDone(name, identity)) continue;
      const bytes = found.get(name);
      if (bytes === undefined) look(name, source, request, index, head.number);
      else if (outbox.isFree()) {
        await outbox.send(name, identity, {
          type: 'publish-input',
          request: request.id,
          index,
          bytes,
        });
      }
    }
  };

  const step = async (heads: Step): Promise<void> => {
    const { head, finalized } = heads;
    await outbox.poll(head, finalized);
    const awaited = await chain.awaited(head.hash);
    const names = new Set<string>();
    for (const id of awaited) {
      const request = await chain.request(id, head.hash);
      // The next block is the first that can have a transaction sent now.
      if (request === undefined || head.number + 1 >= request.due) continue;
      if (config.forAll !== true && !chain.isSame(request.user, config.account.address)) continue;
      for (const index of request.inputRoots.keys()) names.add(nameOf(id, index));
      await publish(request, heads);
    }
    for (const name of [...found.keys(), ...triedAt.keys()]) {
      if (names.has(name)) continue;
      found.delete(name);
      triedAt.delete(name);
    }
  };

  return { start: loop.start, stop: loop.stop, settled: loop.settled, on: loop.on };
};
