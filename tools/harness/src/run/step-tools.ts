/** What steps of all kinds need. */
import { toUnits } from '../scenario/amount.ts';
import { TOKEN } from '../token.ts';
import type { Happened } from './happened.ts';
import { type Sent, StoryStopped } from './stage.ts';

/** Tokens of a scenario file as smallest units. */
export const units = (amount: number): bigint => toUnits(amount, TOKEN.decimals);

/** What a scenario declares by a name. Throws a `StoryStopped` when it does not. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T => {
  const found = record[name];
  if (found === undefined) throw new StoryStopped(`"${name}" is not declared`);
  return found;
};

/** A share like 10% in parts per million. */
export const permill = (share: string): number => Math.round(Number.parseFloat(share) * 10_000);

/** Why a transaction was refused, as pallet.Name. */
export const errorOf = (sent: Sent | undefined): string | undefined =>
  sent !== undefined && 'refused' in sent
    ? `${sent.refused.pallet}.${sent.refused.error}`
    : undefined;

/** Notes how a call failed that was to; a failure that was not stops the story. */
export const noteFailure = (
  happened: Happened,
  what: string,
  expected: string | undefined,
  got: string | undefined,
): void => {
  if (expected !== undefined) happened.failures.push({ what, expected, got });
  else if (got !== undefined) throw new StoryStopped(`${what} failed: ${got}`);
};
