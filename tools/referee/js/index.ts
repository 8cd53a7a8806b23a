export * from './graph.ts';
export { createReferee, RefereeError, TILE_BYTES } from './instance.ts';
export * from './referee.ts';
