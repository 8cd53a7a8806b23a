/**
 * The process that computes: it has a graph and inputs, and neither key nor connection. It ends when the daemon ends, or
 * closes the channel; signals from a terminal are the daemon's to act upon.
 */
import { createExactSession } from '@veritrace/compiler';
import type { Engine } from '../types.ts';
import type { FromEngine, ToEngine } from './messages.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.once('disconnect', () => process.exit());

const say = (message: FromEngine): void => {
  process.send?.(message);
};

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

let engine: Promise<Engine> | undefined;

process.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'load':
      engine = createExactSession(message.graph, message.options);
      engine.then(
        () => say({ type: 'loaded' }),
        (error: unknown) => say({ type: 'failed', run: undefined, reason: reasonOf(error) }),
      );
      return;
    case 'run': {
      const { run, inputs } = message;
      Promise.resolve(engine)
        .then(async (made) => {
          if (made === undefined) throw new Error('nothing is loaded');
          say({ type: 'result', run, outputs: await made.run(inputs) });
        })
        .catch((error: unknown) => say({ type: 'failed', run, reason: reasonOf(error) }));
    }
  }
});
