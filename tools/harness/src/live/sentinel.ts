/** Checks the invariants at every finalized block in order, once for everyone who runs on the chain. */
import { type HeadRef, routeBetween } from '@veritrace/sdk';
import { createMonitor, type InvariantReport, type Monitor } from '../invariants/monitor.ts';
import type { NodeReader } from './reader.ts';
import type { View } from './view.ts';

export interface Sentinel {
  /** What became of the invariants between two blocks, once the second was looked at; up to now without one. */
  report(from: number, to: number | undefined, signal?: AbortSignal): Promise<InvariantReport>;
  stop(): Promise<void>;
}

/** Failures in a row after which looking is given up. */
const ATTEMPTS = 20;

/** Begins at once, with the block that is final then. */
export const createSentinel = (
  { view, reader }: { view: View; reader: NodeReader },
  monitor: Monitor = createMonitor(),
): Sentinel => {
  let last: HeadRef | undefined;
  let failure: Error | undefined;
  let failures = 0;
  let looking: Promise<void> | undefined;
  let isStopped = false;

  const look = async (head: HeadRef): Promise<void> => {
    const { state } = await reader.read(head);
    monitor.look(state);
    last = head;
    failures = 0;
    view.poke();
  };

  const catchUp = async (): Promise<void> => {
    const final = view.current('finalized');
    if (last === undefined) return look(final);
    const { added, retracted } = await routeBetween(reader.header, last, final);
    const [gone] = retracted;
    if (gone !== undefined) {
      failures = ATTEMPTS;
      throw new Error(
        `block #${gone.number} ${gone.hash} was final and is not on the chain of #${final.number} ${final.hash}`,
      );
    }
    for (const head of added) {
      if (isStopped) return;
      await look(head);
    }
  };

  const wake = (): void => {
    const isBehind = view.current('finalized').hash !== last?.hash;
    if (looking !== undefined || isStopped || failure !== undefined || !isBehind) return;
    looking = catchUp()
      .catch((error: unknown) => {
        failures += 1;
        if (failures < ATTEMPTS) return;
        failure = error instanceof Error ? error : new Error(String(error));
        view.poke();
      })
      .finally(() => {
        looking = undefined;
        if (failures === 0) wake();
      });
  };

  const stop = view.onChange(wake);
  wake();

  return {
    report: async (from, to, signal) => {
      if (to === undefined) return monitor.report(from);
      await view.until(
        () => {
          if (failure !== undefined) throw failure;
          return (last?.number ?? -1) >= to ? true : undefined;
        },
        `block #${to} to be final and its invariants checked`,
        signal,
      );
      return monitor.report(from, to);
    },
    stop: async () => {
      isStopped = true;
      stop();
      await looking;
    },
  };
};
