/** Where the metadata of the checkout's runtime is kept for the processes that encode calls: asking for it takes seconds. */
import { resolve } from 'node:path';

export const METADATA_FILE = resolve(import.meta.dirname, '../metadata.scale');
