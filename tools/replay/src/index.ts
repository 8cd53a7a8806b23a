export { type Digits, fromHex, type Hex, readCompact, toHex } from './bytes.ts';
export {
  type BlockKind,
  hashOfHeader,
  type RecordedBlock,
  type RecordedHeader,
} from './chain/block.ts';
export {
  type Before,
  type Difference,
  describeDifference,
  type Executed,
  encodeText,
  executeBlock,
  executeUnder,
  RecordDiffers,
  type ResultUnder,
} from './chain/execute.ts';
export {
  type Ask,
  CannotFetch,
  type FetchOptions,
  fetchLedger,
  type Ledger,
} from './chain/fetch.ts';
export { createShownChain, NotShown, type ShownBlock, type ShownChain } from './chain/provider.ts';
export { type RuntimeVersion, versionOf } from './chain/version.ts';
export { ready } from './hash.ts';
export {
  type Checked,
  checkManifest,
  type Manifest,
  NoRecord,
  writeManifest,
} from './record/manifest.ts';
export { BadRuntime } from './runtime/code.ts';
export { createRuntime, type Runtime, RuntimeTrapped, runtimeOf } from './runtime/runtime.ts';
export { type Changes, type State, stateOf } from './trie/state.ts';
