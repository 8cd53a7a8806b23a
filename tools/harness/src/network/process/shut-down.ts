/** Stops a network from outside of its supervisor, also when that has crashed. */
import { endRun } from './end-run.ts';
import { findMarked, GUARDS, RUN_ID } from './marked.ts';
import { send } from './signals.ts';
import { writeState } from './state.ts';
import { stateIn } from './status.ts';
import { until } from './until.ts';

/** What a supervisor may take to end everything in good order. */
const ORDERLY_MS = { native: 30_000, podman: 180_000, kubernetes: 180_000 } as const;

/**
 * Asks the supervisor to end, and ends what is left by itself. Returns whether anything ran. Throws a `NetworkGone` when
 * there was never a network in that folder.
 */
export const shutDown = async (dir: string): Promise<boolean> => {
  const state = stateIn(dir);
  const { runId, supervisor, provider } = state;
  const guardians = () => findMarked(GUARDS, runId);
  const left = () => [...findMarked(RUN_ID, runId), ...guardians()];
  if (left().length === 0) {
    if (state.phase !== 'stopped') writeState(dir, { ...state, phase: 'stopped' });
    return false;
  }
  // While the guardian watches, its supervisor lives, and no one else can have that process id.
  const asked = supervisor !== null && guardians().length > 0 && send(supervisor, 'SIGTERM');
  if (asked) {
    await until(
      () => {
        const pids = left();
        return pids.length === 0 ? { done: undefined } : { seen: `processes ${pids.join(', ')}` };
      },
      { what: `the supervisor to end the network`, deadlineMs: ORDERLY_MS[provider] },
    ).catch(() => undefined);
  }
  await endRun({ runId, graceMs: 0 });
  for (const pid of guardians()) send(pid, 'SIGTERM');
  await until(
    () => {
      const pids = guardians();
      return pids.length === 0 ? { done: undefined } : { seen: `processes ${pids.join(', ')}` };
    },
    { what: 'the guardian to end', deadlineMs: ORDERLY_MS.native },
  );
  const last = stateIn(dir);
  if (last.phase !== 'stopped') writeState(dir, { ...last, phase: 'stopped' });
  return true;
};
