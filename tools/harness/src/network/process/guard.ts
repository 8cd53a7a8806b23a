/** Starts the guardian of a run. Nothing else is started before it watches. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NetworkError, type Provider } from '../types.ts';
import { typescript } from './launches.ts';
import { GUARDS, RUN_ID } from './marked.ts';
import { follow } from './side-process.ts';

const program = fileURLToPath(new URL('./guardian.ts', import.meta.url));

export interface Guardian {
  readonly pid: number;
  /** Resolves when it has ended, asked or not. */
  readonly ended: Promise<string>;
  /** Lets it look for what is left, once more, and end. */
  dismiss(): Promise<void>;
}

/** Resolves when the guardian watches. */
export const startGuardian = async ({
  runId,
  dir,
  provider,
  env,
}: {
  runId: string;
  dir: string;
  provider: Provider;
  env: Readonly<Record<string, string>>;
}): Promise<Guardian> => {
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const log = openSync(join(dir, 'logs', 'guardian.log'), 'a');
  const [command = '', ...args] = typescript(program, [runId, dir, provider]);
  const { [RUN_ID]: _mark, ...unmarked } = env;
  const child = spawn(command, args, {
    env: { ...unmarked, [GUARDS]: runId },
    detached: true,
    stdio: ['pipe', 'pipe', log],
  });
  closeSync(log);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new NetworkError('the guardian has no pipes');
  // A guardian that is gone is told of by its end.
  stdin.on('error', () => undefined);
  const { pid, ended } = await follow(child, 'the guardian');
  const watching = new Promise<true>((resolve) => stdout.once('data', () => resolve(true)));
  const begun = await Promise.race([watching, ended]);
  if (begun !== true) {
    throw new NetworkError(
      `the guardian of the network ${begun} before it watched; see ${join(dir, 'logs', 'guardian.log')}`,
    );
  }
  // It says nothing more. Neither it nor its pipe keeps this process alive by itself.
  stdout.destroy();
  (stdin as Socket).unref();
  child.unref();
  return {
    pid,
    ended,
    dismiss: async () => {
      child.ref();
      stdin.end();
      await ended;
    },
  };
};
