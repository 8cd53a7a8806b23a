/** The stores of a config file, as one. */
import type { Referee } from '@veritrace/referee';
import {
  type ContentStore,
  createContentStore,
  createDirectoryBackend,
  createHttpBackend,
  type StoreBackend,
} from '@veritrace/sdk';
import type { StoreSettings } from './config.ts';
import type { Logger } from './types.ts';

const backendOf = (setting: StoreSettings): StoreBackend =>
  'dir' in setting
    ? createDirectoryBackend(setting.dir)
    : createHttpBackend(setting.url, {
        schemes: setting.plainHttp ? ['http', 'https'] : ['https'],
        privateAddresses: setting.privateAddresses,
      });

/** One store over all places, in their order. Throws a `StoreError` for an address that may not be used. */
export const openStores = (
  settings: readonly StoreSettings[],
  { referee, logger }: { referee: Referee; logger: Logger },
): ContentStore =>
  createContentStore({
    backends: settings.map(backendOf),
    referee,
    onTrouble: ({ message }) => logger.warn({ reason: message }, 'a store was passed over'),
  });
