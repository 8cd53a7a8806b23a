export * from './graph.ts';
export { createReferee, encodeClaimFacts, RefereeError, TILE_BYTES } from './instance.ts';
export * from './referee.ts';
