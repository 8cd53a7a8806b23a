/** Stores as flags name them. */
import type { Referee } from '@veritrace/referee';
import { type ContentStore, createContentStore } from '@veritrace/sdk';
import { backendsOf } from '@veritrace/worker';
import type { Output } from '../output.ts';
import { type StoreFlags, storesOf } from './daemon-flags.ts';

/** One store over all places, which tells those who watch why it passed one over. Throws a `StoreError` for an address that may not be used. */
export const contentOf = (
  flags: StoreFlags,
  referee: Pick<Referee, 'tensorRoot'>,
  output: Output,
): ContentStore =>
  createContentStore({
    backends: backendsOf(storesOf(flags)),
    referee,
    onTrouble: ({ message }) => output.note(message),
  });
