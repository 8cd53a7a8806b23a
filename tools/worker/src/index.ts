export type { Action, Chain } from './chain.ts';
export { createMemoryJournal, type Entry, type Journal, openJournal } from './journal.ts';
export type * from './types.ts';
