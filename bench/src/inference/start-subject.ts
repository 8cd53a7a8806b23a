/** Subjects, from outside. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import type { Ask, Reply, TaskName, Tasks } from './protocol.ts';

export interface Subject {
  /** Rejects when the process fails or ends. */
  ask<T extends TaskName>(task: T, asks: Tasks[T]['asks']): Promise<Tasks[T]['gives']>;
  stop(): Promise<void>;
}

/** A process for one engine and one model. */
export const startSubject = (title: string): Subject => {
  const child: ChildProcess = fork(join(import.meta.dirname, 'subject.ts'), [], {
    cwd: ROOT,
    execArgv: ['--import', 'tsx', '--expose-gc'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve(gives: unknown): void; reject(error: Error): void }>();
  let lost: Error | undefined;
  let asked = 0;
  const lose = (reason: string) => {
    lost ??= new Error(`the process of ${title} ${reason}`);
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  };
  const ended = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      lose(`ended (${signal ?? `exit code ${code}`})`);
      resolve();
    });
    child.on('error', (error) => {
      lose(`could not be run: ${error.message}`);
      resolve();
    });
  });
  child.on('message', (reply: Reply) => {
    const one = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('failed' in reply) one?.reject(new Error(`${title}: ${reply.failed}`));
    else one?.resolve(reply.gives);
  });
  return {
    ask: <T extends TaskName>(task: T, asks: Tasks[T]['asks']) =>
      new Promise<Tasks[T]['gives']>((resolve, reject) => {
        if (lost !== undefined) {
          reject(lost);
          return;
        }
        asked += 1;
        waiting.set(asked, { resolve: resolve as (gives: unknown) => void, reject });
        child.send({ id: asked, task, asks } satisfies Ask<T>);
      }),
    stop: async () => {
      child.kill();
      await ended;
    },
  };
};
