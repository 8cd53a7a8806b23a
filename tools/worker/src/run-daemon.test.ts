import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { readWorkerConfig } from './config.ts';
import { runWorker } from './run-daemon.ts';

const MODEL = fileURLToPath(
  new URL('../../../scenarios/models/digits-mlp/compiled', import.meta.url),
);

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What a worker tells and asks until it asks for a node, which there is none of. */
const beginning = async (executionProvider: string): Promise<string[]> => {
  vi.stubEnv('WORKER_KEY', '//Alice');
  const folder = mkdtempSync(join(tmpdir(), 'run-daemon-'));
  const file = join(folder, 'worker.yaml');
  writeFileSync(
    file,
    `endpoint: ws://127.0.0.1:1\noperator: { env: WORKER_KEY }\nmodels: [{ dir: ${MODEL} }]\nengine: { executionProvider: ${executionProvider} }\njournal: worker.journal\n`,
  );
  const told: string[] = [];
  const tell = (_: object, message: string) => told.push(message);
  const logger = { debug: tell, info: tell, warn: tell, error: tell };
  await expect(
    runWorker(await readWorkerConfig(file), {
      logger,
      signal: new AbortController().signal,
      connectTo: () => {
        told.push('asked for a node');
        throw new Error('there is none');
      },
    }),
  ).rejects.toThrow();
  return told;
};

it('compares its models with the referee before it asks for a node, on a card alone', async () => {
  const onCard = await beginning('cuda');
  expect(onCard.slice(0, 2)).toEqual([
    'model loaded',
    'comparing with the referee: about a minute',
  ]);
  const onProcessor = await beginning('cpu');
  expect(onProcessor.slice(0, 2)).toEqual(['model loaded', 'asked for a node']);
});
