/** What steps of all kinds need. */
import { LIFETIME, type RequestId, TooLarge } from '@veritrace/sdk';
import { toUnits } from '../scenario/amount.ts';
import { TOKEN } from '../token.ts';
import type { Asked, Happened } from './happened.ts';
import { type Sent, type Stage, StoryStopped } from './stage.ts';

/** Tokens of a scenario file as smallest units. */
export const units = (amount: number): bigint => toUnits(amount, TOKEN.decimals);

/** What a scenario declares by a name. Throws a `StoryStopped` when it does not. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T => {
  const found = record[name];
  if (found === undefined) throw new StoryStopped(`"${name}" is not declared`);
  return found;
};

/** What `make` makes. Something larger than the chain takes stops the story, which says what it was for. */
export const withinLimits = <T>(what: string, make: () => T): T => {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    throw new StoryStopped(`${what}: ${error.message}`, { cause: error });
  }
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

/** A request's number, once the chain has it again if a fork has taken it back. */
export const standing = async (
  stage: Pick<Stage, 'tick'>,
  name: string,
  asked: Asked,
): Promise<RequestId> => {
  for (let waited = 0; waited <= LIFETIME; waited += 1) {
    if (asked.id !== undefined) return asked.id;
    if (asked.error !== undefined) throw new StoryStopped(`"${name}" was refused: ${asked.error}`);
    await stage.tick();
  }
  throw new StoryStopped(`a fork has taken "${name}" back, and it was not included again`);
};

/** Blocks of a scenario file as blocks of this chain, whose windows may be longer. */
export const stretched = ({ stretch }: Pick<Stage, 'stretch'>, blocks: number): number =>
  Math.ceil(blocks * stretch);
