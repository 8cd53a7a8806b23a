export type { Action, Chain, ClaimMade, Outcome } from './chain.ts';
export { createChallenger } from './challenger.ts';
export { chainOf } from './client-chain.ts';
export { createMemoryJournal, type Entry, type Journal, openJournal } from './journal.ts';
export { createKeeper } from './keeper.ts';
export type * from './types.ts';
export { verifySample } from './verify-sample.ts';
export { createWorker } from './worker.ts';
