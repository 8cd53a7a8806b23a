export * from './graph.ts';
export * from './referee.ts';
export { createReferee, RefereeError } from './instance.ts';
