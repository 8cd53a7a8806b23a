/** The stores of a config file: as one, or as the places that they are. */
import type { Referee } from '@veritrace/referee';
import {
  type ContentStore,
  createContentStore,
  createDirectoryBackend,
  createHttpBackend,
  type HttpBackendOptions,
  type StoreBackend,
} from '@veritrace/sdk';
import type { StoreSettings } from './config-file.ts';
import type { Logger } from './types.ts';

/** The places, in their order. Throws a `StoreError` for an address that may not be used. */
export const backendsOf = (
  settings: readonly StoreSettings[],
  options: Pick<HttpBackendOptions, 'timeoutMs'> = {},
): StoreBackend[] =>
  settings.map((setting) =>
    'dir' in setting
      ? createDirectoryBackend(setting.dir)
      : createHttpBackend(setting.url, {
          ...options,
          schemes: setting.plainHttp ? ['http', 'https'] : ['https'],
          privateAddresses: setting.privateAddresses,
        }),
  );

/** One store over all places, in their order. Throws a `StoreError` for an address that may not be used. */
export const openStores = (
  settings: readonly StoreSettings[],
  { referee, logger }: { referee: Referee; logger: Pick<Logger, 'warn'> },
): ContentStore =>
  createContentStore({
    backends: backendsOf(settings),
    referee,
    onTrouble: ({ message }) => logger.warn({ reason: message }, 'a store was passed over'),
  });
