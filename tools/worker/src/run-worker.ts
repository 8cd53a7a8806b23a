/** A worker as a process of its own. */
import { Keyring } from '@polkadot/keyring';
import { createExactSession } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';
import { connect, shownEndpoint } from '@veritrace/sdk';
import { chainOf } from './client-chain.ts';
import { readSecret, type WorkerSettings } from './config.ts';
import { openJournal } from './journal.ts';
import { loadModel } from './load-model.ts';
import { openStores } from './stores.ts';
import type { Logger } from './types.ts';
import { createWorker } from './worker.ts';

/** Runs until the signal. Resolves after the step it was in and when everything is closed. */
export const runWorker = async (
  settings: WorkerSettings,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<void> => {
  const operator = new Keyring({ type: 'sr25519' }).addFromUri(readSecret(settings.operator));
  const referee = createReferee();
  const models = await Promise.all(settings.models.map(({ dir }) => loadModel(dir, referee)));
  for (const { name, graphRoot } of models) logger.info({ model: name, graphRoot }, 'model loaded');
  const client = await connect(settings.endpoint);
  const journal = openJournal(settings.journal);
  const worker = createWorker(
    {
      operator,
      models,
      engine: settings.engine,
      verifySampleTiles: settings.verifySampleTiles,
      waitingTransactions: settings.limits.waitingTransactions,
      ...(settings.minPrice === undefined ? {} : { minPrice: settings.minPrice }),
    },
    {
      chain: chainOf(client),
      referee,
      journal,
      logger,
      createEngine: createExactSession,
      ...(settings.stores.length === 0
        ? {}
        : { store: openStores(settings.stores, { referee, logger }) }),
    },
  );
  try {
    logger.info(
      { endpoint: shownEndpoint(settings.endpoint), operator: client.address(operator) },
      'worker started',
    );
    await worker.start();
    if (!signal.aborted) {
      await new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(), { once: true }),
      );
    }
  } finally {
    await worker.stop();
    journal.close();
    await client.disconnect();
    for (const { loaded } of models) loaded.free();
    logger.info({}, 'worker stopped');
  }
};
