/**
 * The heart of every daemon: one step per head, never two at a time, and long computations beside it. Everything is
 * decided from the state of a head, so a missed head, a fork or a restart changes nothing but the time.
 */
import type { HeadRef } from '@veritrace/sdk';
import type { Chain } from './chain.ts';
import type { Daemon, Logger } from './types.ts';

/** The daemon cannot go on: its memory does not last. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}

export interface Step {
  head: HeadRef;
  finalized: HeadRef;
}

export interface Loop<Event> extends Daemon<Event> {
  emit(event: Event): void;
  /** Runs a computation beside the steps, once per name at a time; a step follows when it is done. */
  background(name: string, work: () => Promise<void>): void;
  isRunning(name: string): boolean;
}

interface Waiter {
  best: number;
  finalized: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

export const createLoop = <Event>({
  chain,
  logger,
  step,
  onTrouble,
  onStop = async () => undefined,
}: {
  chain: Chain;
  logger: Logger;
  step: (heads: Step) => Promise<void>;
  onTrouble: (error: unknown) => void;
  onStop?: () => Promise<void>;
}): Loop<Event> => {
  const listeners = new Set<(event: Event) => void>();
  const jobs = new Map<string, Promise<void>>();
  /** At which head a computation failed: it is tried again at the next. */
  const failed = new Map<string, number>();
  let waiters: Waiter[] = [];
  let handled = { best: -1, finalized: -1 };
  let isDirty = false;
  let isReadable = true;
  let stopped: Error | undefined;
  let pumping: Promise<void> | undefined;
  let unsubscribe: (() => void)[] = [];

  const answer = () => {
    if (isDirty || jobs.size > 0) return;
    waiters = waiters.filter((waiter) => {
      const isReady = handled.best >= waiter.best && handled.finalized >= waiter.finalized;
      if (isReady) waiter.resolve();
      return !isReady;
    });
  };

  const halt = (reason: Error) => {
    if (stopped !== undefined) return;
    stopped = reason;
    for (const each of unsubscribe) each();
    for (const { reject } of waiters) reject(reason);
    waiters = [];
  };

  /** A step looks at both heads. What is read in another form than it has may be taken for something else. */
  const mayStep = async ({ head, finalized }: Step): Promise<boolean> => {
    const readable = await Promise.all([head, finalized].map(({ hash }) => chain.isReadable(hash)));
    const before = isReadable;
    isReadable = readable.every((each) => each);
    if (before && !isReadable) {
      logger.warn(
        { head: head.number },
        'the chain has records of another release than this daemon: waiting for its upgrade, and for its migrations to end',
      );
    } else if (!before && isReadable) {
      logger.info({ head: head.number }, 'the chain is upgraded: going on');
    }
    return isReadable;
  };

  const pump = async (): Promise<void> => {
    while (isDirty && stopped === undefined) {
      isDirty = false;
      const heads: Step = { head: chain.head('best'), finalized: chain.head('finalized') };
      try {
        if (await mayStep(heads)) await step(heads);
      } catch (error) {
        if (error instanceof FatalError) {
          logger.error({ error: error.message }, 'stopping');
          halt(error);
          return;
        }
        logger.error({ error: String(error), head: heads.head.number }, 'trouble in a step');
        onTrouble(error);
      }
      handled = { best: heads.head.number, finalized: heads.finalized.number };
    }
  };

  const wake = () => {
    isDirty = true;
    if (stopped !== undefined || pumping !== undefined) return;
    pumping = pump().finally(() => {
      pumping = undefined;
      // A head may have come between the last look and here.
      if (isDirty && stopped === undefined) wake();
      else answer();
    });
  };

  const settled: Daemon<Event>['settled'] = ({ best, finalized = -1 }) => {
    if (stopped !== undefined) return Promise.reject(stopped);
    return new Promise<void>((resolve, reject) => {
      waiters.push({ best, finalized, resolve, reject });
      if (pumping === undefined) answer();
    });
  };

  return {
    start: async () => {
      if (unsubscribe.length > 0) throw new Error('the daemon was started before');
      unsubscribe = [chain.onHead('best', wake), chain.onHead('finalized', wake)];
      await settled({ best: chain.head('best').number });
    },
    stop: async () => {
      halt(new Error('the daemon was stopped'));
      await pumping;
      await Promise.allSettled(jobs.values());
      await onStop();
    },
    settled,
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (event) => {
      for (const listener of [...listeners]) listener(event);
    },
    background: (name, work) => {
      if (jobs.has(name) || failed.get(name) === chain.head('best').number) return;
      failed.delete(name);
      const job = work()
        .catch((error: unknown) => {
          failed.set(name, chain.head('best').number);
          if (error instanceof FatalError) halt(error);
          logger.error({ error: String(error), job: name }, 'trouble beside the steps');
          onTrouble(error);
        })
        .finally(() => {
          jobs.delete(name);
          wake();
        });
      jobs.set(name, job);
    },
    isRunning: (name) => jobs.has(name),
  };
};
