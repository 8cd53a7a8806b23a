export * from './graph.ts';
export {
  createReferee,
  encodeClaimFacts,
  PAGE_LEAVES,
  RefereeError,
  TILE_BYTES,
} from './instance.ts';
export * from './referee.ts';
