export { type Committer, type CommitterOptions, createCommitter } from './committer.ts';
export * from './graph.ts';
export {
  createReferee,
  encodeClaimFacts,
  PAGE_LEAVES,
  type RefereeOptions,
} from './instance.ts';
export { RefereeError } from './messages.ts';
export * from './referee.ts';
