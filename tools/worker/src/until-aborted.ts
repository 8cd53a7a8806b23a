/** What keeps a daemon's process going. */
import type { Daemon } from './types.ts';

/** A daemon, whatever it tells. */
export type AnyDaemon = Pick<Daemon<never>, 'start' | 'stop' | 'settled'>;

/** Ends when the signal says so; rejects when the daemon ended by itself, which it does on an error alone. */
export const untilAborted = async (
  daemon: Pick<AnyDaemon, 'settled'>,
  signal: AbortSignal,
): Promise<void> => {
  let wake: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    wake = resolve;
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    // No block has so high a number.
    await Promise.race([aborted, daemon.settled({ best: Number.POSITIVE_INFINITY })]);
  } finally {
    signal.removeEventListener('abort', wake);
  }
};
