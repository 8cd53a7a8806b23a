/** Ends every process of a run, for good. */
import { findMarked, RUN_ID } from './marked.ts';
import { isAlive, send } from './signals.ts';
import { until } from './until.ts';

/** Looks in a row that must find nothing: a process that is being started shows a moment later. */
const QUIET_LOOKS = 3;
const LOOK_MS = 50;
/** What the kernel may take to end a killed process. */
const KILL_MS = 30_000;

export interface EndRunOptions {
  runId: string;
  /** Milliseconds that processes have to end by themselves; they are killed at once when zero. */
  graceMs: number;
}

/** Resolves when no process of the run is left. Throws a `NetworkTimeout` that names those which would not go. */
export const endRun = async ({ runId, graceMs }: EndRunOptions): Promise<void> => {
  const find = () => findMarked(RUN_ID, runId);
  const seen = new Set<number>();
  if (graceMs > 0) {
    for (const pid of find()) {
      seen.add(pid);
      send(pid, 'SIGTERM');
      // One that is held hears nothing until it is let go.
      send(pid, 'SIGCONT');
    }
  }
  const killFrom = performance.now() + graceMs;
  let quiet = 0;
  await until(
    () => {
      const marked = find();
      for (const pid of marked) seen.add(pid);
      // One that is ending loses its environment first, and its ports after that.
      const left = [...seen].filter(isAlive);
      quiet = left.length === 0 ? quiet + 1 : 0;
      if (quiet === QUIET_LOOKS) return { done: undefined };
      if (performance.now() >= killFrom) {
        for (const pid of marked) send(pid, 'SIGKILL');
      }
      return { seen: left.length === 0 ? 'none' : `processes ${left.join(', ')}` };
    },
    {
      what: 'every process of the network to end',
      deadlineMs: graceMs + KILL_MS,
      everyMs: LOOK_MS,
    },
  );
};
