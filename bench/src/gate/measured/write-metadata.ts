/** Asks the runtime of the checkout that this lies in for its metadata, and writes it where benchmarks look for it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { compactStripLength, hexToU8a, u8aToHex } from '@polkadot/util';
import { METADATA_FILE } from './metadata-file.ts';

process.env.LOG_LEVEL ??= 'fatal';
const { destroyWorker, runTask } = await import('@acala-network/chopsticks-core');
const code = resolve(
  import.meta.dirname,
  '../../../../runtime/release/veritrace_runtime.compact.compressed.wasm',
);
const nothing = () => Promise.resolve(undefined as never);
const response = await runTask(
  {
    wasm: u8aToHex(readFileSync(code)),
    calls: [['Metadata_metadata', []]],
    mockSignatureHost: false,
    allowUnresolvedImports: false,
    runtimeLogLevel: 0,
  },
  {
    getStorage: nothing,
    getNextKey: nothing,
    offchainGetStorage: nothing,
    offchainTimestamp: nothing,
    offchainRandomSeed: nothing,
    offchainSubmitTransaction: nothing,
  },
);
await destroyWorker();
if ('Error' in response) throw new Error(`the runtime gives no metadata: ${response.Error}`);
const [, metadata] = compactStripLength(hexToU8a(response.Call.result));
writeFileSync(METADATA_FILE, metadata);
