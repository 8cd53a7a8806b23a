/** What the client does to a call before it is signed. */
import { readFileSync } from 'node:fs';
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import {
  submitInferenceRequest,
  submitInferenceResult,
  type VeritraceClient,
} from '@veritrace/sdk';
import { METADATA_FILE } from '../measured/metadata-file.ts';
import type { TimedBenchmark } from './benchmark.ts';
import { patternBytes } from './graphs.ts';

/** A client without a chain, which makes calls and can send none. */
const offline = (): VeritraceClient => {
  const registry = new TypeRegistry();
  const metadata = new Metadata(registry, readFileSync(METADATA_FILE));
  registry.setMetadata(metadata);
  const { tx } = expandMetadata(registry, metadata);
  return { api: { tx, registry } } as unknown as VeritraceClient;
};

const hex = (bytes: Uint8Array): `0x${string}` => `0x${Buffer.from(bytes).toString('hex')}`;

/** A request with a kilobyte of input. */
export const request: TimedBenchmark = () => {
  const client = offline();
  const parameters = {
    model: hex(patternBytes(32, 11)),
    inputs: [patternBytes(1024, 12)],
    maxPrice: 1_000_000_000_000n,
    deadline: 20,
    redundancy: 1,
  };
  return {
    run: () => void submitInferenceRequest(client, parameters).extrinsic.toU8a(),
  };
};

/** A claim of 16 nodes. */
export const result: TimedBenchmark = () => {
  const client = offline();
  const parameters = {
    request: 7n,
    trace: {
      type: 'Leaves' as const,
      leaves: Array.from({ length: 16 }, (_, node) => patternBytes(32, 20 + node)),
    },
    outputs: [patternBytes(64, 13)],
  };
  return {
    run: () => void submitInferenceResult(client, parameters).extrinsic.toU8a(),
  };
};
