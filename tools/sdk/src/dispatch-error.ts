/** From the chain's refusals to errors a person can act on. */
import type { ApiPromise } from '@polkadot/api';
import type { DispatchError } from '@polkadot/types/interfaces';
import { VeritraceError } from './errors.ts';

/** What to do about refusals that are not a pallet's own. */
const REMEDIES: Record<string, string> = {
  BadOrigin: 'Sign with the account this call is for: root, the user, or the worker’s operator.',
  FundsUnavailable: 'Deposit more: the account must keep its minimum besides what is held or paid.',
  OnlyProvider: 'Leave at least the minimum balance in the account.',
  BelowMinimum: 'Move at least the minimum balance.',
  Exhausted: 'The block was full; try again in the next.',
};

/** The pallet's documentation says why an error happens and what to do; its last sentence is the remedy. */
export const splitDocs = (text: string): { docs: string; remedy: string } => {
  const sentences = text
    .replace(/\[(`[^`]+`)\](\([^)]*\))?/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.;:])\s+(?=[A-Z`])/);
  const remedy = sentences.length > 1 ? (sentences.pop() ?? '') : '';
  return { docs: sentences.join(' '), remedy };
};

/** Decodes why an included call failed. `call` is `pallet.method`. */
export const fromDispatchError = (
  api: Pick<ApiPromise, 'registry'>,
  error: DispatchError,
  call: string,
): VeritraceError => {
  if (error.isModule) {
    const meta = api.registry.findMetaError(error.asModule);
    return new VeritraceError({
      pallet: meta.section,
      error: meta.name,
      ...splitDocs(meta.docs.join(' ')),
      call,
    });
  }
  const inner = error.isToken
    ? error.asToken.type
    : error.isArithmetic
      ? error.asArithmetic.type
      : error.type;
  const pallet = error.isToken ? 'token' : error.isArithmetic ? 'arithmetic' : 'system';
  return new VeritraceError({
    pallet,
    error: inner,
    docs: '',
    remedy: REMEDIES[inner] ?? '',
    call,
  });
};

const POOL: readonly [pattern: RegExp, error: string, docs: string, remedy: string][] = [
  [
    /exhaust/i,
    'Invalid',
    'The transaction does not fit a block.',
    'Send less in it; if it is a proof or a single call, the runtime declares too much weight for it.',
  ],
  [
    /1014|priority is too low/i,
    'PriorityTooLow',
    'Another transaction of this account with the same nonce waits already.',
    'Wait for it, or let one program sign with this key.',
  ],
  [
    /1013|already imported/i,
    'AlreadyKnown',
    'The pool has this very transaction.',
    'Wait for its inclusion.',
  ],
  [/1016|pool is full/i, 'PoolFull', 'The node’s transaction pool is full.', 'Try again later.'],
  [
    /1010|"invalid"|payment/i,
    'Invalid',
    'The transaction pool refused it: the account cannot pay the fee, or its nonce was already used.',
    'Check the balance, and that no other program signs with this key.',
  ],
];

/** Makes sense of a node's refusal to take a transaction at all. */
export const fromPoolError = (cause: unknown, call: string): VeritraceError => {
  const text = cause instanceof Error ? cause.message : String(cause);
  const known = POOL.find(([pattern]) => pattern.test(text));
  return new VeritraceError({
    pallet: 'pool',
    error: known?.[1] ?? 'Refused',
    docs: `${known?.[2] ?? 'The node refused the transaction.'} It said: ${text}.`,
    remedy: known?.[3] ?? '',
    call,
  });
};
