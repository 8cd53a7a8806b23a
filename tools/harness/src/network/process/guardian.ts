/**
 * The guardian of a network: `guardian.ts RUN_ID DIR PROVIDER`, in a session of its own. Its standard input is a pipe to
 * the supervisor. When that closes, the supervisor has ended, in whatever way, and the guardian ends every process of
 * the run. A child that the supervisor was starting just then holds the pipe open until it bears the run's mark.
 */
import { endRun } from './end-run.ts';
import { findMarked, RUN_ID } from './marked.ts';
import { send } from './signals.ts';
import { readState, writeState } from './state.ts';

/** What a container provider may take to remove its containers. */
const REMOVAL_MS = 120_000;

const [runId = '', dir = '', provider = 'native'] = process.argv.slice(2);

const say = (text: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
};

let ending = false;

const finish = async (why: string): Promise<void> => {
  if (ending) return;
  ending = true;
  const left = findMarked(RUN_ID, runId);
  if (left.length > 0) say(`${why}; ending ${left.length} processes`);
  // Containers are no processes of this machine: Zombienet removes them when it is told to end.
  const graceMs = provider === 'native' ? 0 : REMOVAL_MS;
  if (graceMs > 0) for (const pid of left) send(pid, 'SIGTERM');
  await endRun({ runId, graceMs });
  const state = readState(dir);
  if (state?.runId === runId && state.phase !== 'stopped') {
    writeState(dir, { ...state, phase: 'stopped', reason: state.reason ?? why });
  }
  say('nothing is left');
};

const end = (why: string): void => {
  finish(why).then(
    () => process.exit(0),
    (error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
};

// Ctrl-C is the supervisor's to hear.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => end('the guardian was told to end'));
process.stdin.on('end', () => end('the supervisor has ended'));
process.stdin.on('error', () => end('the supervisor has ended'));
process.stdin.resume();
process.stdout.on('error', () => undefined);
process.stdout.write('watching\n');
