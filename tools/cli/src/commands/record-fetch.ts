/** `veritrace record fetch ws://…` */
import { join, resolve } from 'node:path';
import { fetchRecord } from '@veritrace/harness';
import { shownEndpoint } from '@veritrace/sdk';
import colors from 'picocolors';
import { CommandError } from '../errors.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';

export interface FetchFlags {
  out?: string;
  from: number;
  to?: number;
  models?: string[];
  quiet: boolean;
}

/** How often progress is told, in milliseconds. */
const TELL_MS = 2_000;

/** Makes a record of a running chain. */
export const recordFetch = async (
  endpoint: string,
  { out, from, to, models = [], quiet }: FetchFlags,
  output: Output,
): Promise<boolean> => {
  if (!/^wss?:\/\//.test(endpoint)) {
    throw new CommandError(`${endpoint} is no address of a node: ws://HOST:PORT`);
  }
  const { signal, release } = onInterrupt();
  const now = new Date().toISOString().replace(/[:.]/g, '-');
  const folder = resolve(out ?? join('records', `fetched-${now}`));
  let told = performance.now();
  try {
    const record = await fetchRecord(endpoint, folder, {
      from,
      to,
      models,
      signal,
      onProgress: (block, of) => {
        if (quiet || (performance.now() - told < TELL_MS && block !== of)) return;
        told = performance.now();
        output.note(colors.dim(`· block ${block} of ${of}`));
      },
    });
    output.result({ endpoint: shownEndpoint(endpoint), ...record }, () =>
      [
        `${record.blocks} blocks of ${record.chain}, from ${record.first} to ${record.last}`,
        `Record: ${folder}`,
        `        root ${record.root}`,
        `npx veritrace replay ${folder} says whether they are right`,
      ].join('\n'),
    );
    return true;
  } finally {
    release();
  }
};
