export * from './blocks.ts';
export * from './bytes.ts';
export {
  asRoot,
  awaitInclusion,
  batchAll,
  broadcast,
  type Call,
  createCall,
  findInBlock,
  type Inclusion,
  LIFETIME,
  type SignedCall,
  type SignOptions,
  type SubmitOptions,
} from './call.ts';
export * from './calls/index.ts';
export type { VeritraceClient } from './client.ts';
export { connect } from './connect.ts';
export * from './errors.ts';
export * from './events.ts';
export { createHeadBook, type Heads, type Look, type WaitOptions } from './heads.ts';
export type * from './parameters.ts';
export { type Plain, toPlain } from './plain.ts';
export type * from './state.ts';
export type * from './types.ts';
export * from './watch-events.ts';
