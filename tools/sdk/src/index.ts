export * from './account.ts';
export * from './block-share.ts';
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
  findInContent,
  type Inclusion,
  LIFETIME,
  type SignedCall,
  type SignOptions,
  type SubmitOptions,
} from './call.ts';
export * from './calls/index.ts';
export type { CardText } from './card.ts';
export type { VeritraceClient } from './client.ts';
export { type ConnectOptions, connect } from './connect.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './fetch-model.ts';
export { createHeadBook, type Heads, type Look, type WaitOptions } from './heads.ts';
export * from './infer.ts';
export * from './large-outputs.ts';
export * from './ledger.ts';
export { demandAskable, demandWithin, type Limited, limitOf } from './limits.ts';
export { callsOf, type NestedCall } from './nested-calls.ts';
export { AnswerError, headerAnswer, NotKept } from './node/answers.ts';
export { answered } from './node/decoded.ts';
export { demandWhole, storedType } from './node/encoded-length.ts';
export { NEEDED_METHODS } from './node/interview.ts';
export { createNodeProvider, type NodeProviderOptions } from './node/provider.ts';
export { demandExtrinsic } from './node/whole-extrinsic.ts';
export * from './nonce.ts';
export * from './outcome.ts';
export * from './pallet-errors.ts';
export type * from './pallet-events.ts';
export type * from './parameters.ts';
export { type Plain, toPlain } from './plain.ts';
export { openedPagesIn, openingsIn, tracesIn } from './published.ts';
export * from './queries/index.ts';
export * from './quote.ts';
export * from './register-model.ts';
export * from './request-input.ts';
export * from './request-life.ts';
export { shownEndpoint } from './shown-endpoint.ts';
export type * from './state.ts';
export {
  readCodec,
  readEntries,
  readKeys,
  readStorage,
  type StorageRow,
  type StorageSource,
} from './storage.ts';
export * from './store/index.ts';
export * from './subject.ts';
export * from './tensor.ts';
export type { Trace } from './trace.ts';
export type * from './types.ts';
export * from './watch-events.ts';
