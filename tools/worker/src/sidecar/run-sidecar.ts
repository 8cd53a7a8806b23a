/** A sidecar as a process of its own. */
import { readFile } from 'node:fs/promises';
import { createReferee } from '@veritrace/referee';
import type { Hex } from '@veritrace/sdk';
import { createChildEngines } from '../child-engine/child-engine.ts';
import type { SidecarSettings } from '../config.ts';
import { createEngines } from '../engines.ts';
import { type Journal, openJournal } from '../journal.ts';
import { freeModels, openModels } from '../open-models.ts';
import { proveModels } from '../prove-models.ts';
import { openStores } from '../stores.ts';
import { createTracer } from '../tracer.ts';
import type { Logger } from '../types.ts';
import { limitsFor, serveSidecar } from './server.ts';
import { createSidecar } from './sidecar.ts';
import { openToken } from './token.ts';

/** What a sidecar says once it can be asked. */
export interface SidecarReady {
  url: string;
  models: { name: string; graphRoot: Hex }[];
}

/**
 * Serves until the signal; `onReady` is called once it can be asked. Resolves when what was asked is answered and
 * everything is closed. Rejects with a `ListenError` when the port cannot be had, with a `FatalError` when the journal
 * cannot be written.
 */
export const runSidecar = async (
  settings: SidecarSettings,
  {
    logger,
    signal,
    onReady = () => undefined,
  }: { logger: Logger; signal: AbortSignal; onReady?: (ready: SidecarReady) => void },
): Promise<void> => {
  const referee = createReferee();
  const models = await openModels(settings, { referee, logger, signal });
  const { version } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  let journal: Journal | undefined;
  const tracer = createTracer({ logger });
  try {
    await proveModels(models, settings.engine, { referee, logger, signal });
    const server = await serveSidecar({
      listen: settings.listen,
      limits: limitsFor(models),
      token: settings.requireToken ? openToken(settings.tokenFile) : undefined,
      version,
      logger,
      open: () => {
        journal = openJournal(settings.journal);
        return createSidecar({
          models,
          engines: createEngines(createChildEngines(settings.engine), settings.engine),
          referee,
          tracer,
          journal,
          logger,
          verifySampleTiles: settings.verifySampleTiles,
          ...(settings.stores.length === 0
            ? {}
            : { store: openStores(settings.stores, { referee, logger }) }),
        });
      },
    });
    const { sidecar, url } = server;
    try {
      logger.info({ url }, 'sidecar started');
      if (!settings.requireToken) {
        logger.warn({}, 'no token is required: everybody with an account on this machine may ask');
      }
      onReady({ url, models: sidecar.status().models });
      await aborted(AbortSignal.any([signal, sidecar.failed]));
    } finally {
      await server.close();
      await sidecar.stop();
    }
    if (sidecar.failed.aborted) throw sidecar.failed.reason;
  } finally {
    await tracer.dispose();
    journal?.close();
    freeModels(models);
    logger.info({}, 'sidecar stopped');
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
