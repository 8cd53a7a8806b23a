/** Amounts in scenario files are tokens; on chain they are integers of the smallest unit. */
import { z } from 'zod';

/** Decimal places a scenario's amount may have. */
const FRACTION = 6;

/** Tokens, at most six decimal places. */
export const amountSchema = z
  .number()
  .min(0)
  .max(1_000_000_000)
  .refine((value) => Number(value.toFixed(FRACTION)) === value, {
    message: `an amount has at most ${FRACTION} decimal places`,
  })
  .describe('An amount in tokens, at most six decimal places');

/** Tokens to smallest units. `decimals` is the chain's token decimals, at least six. */
export const toUnits = (tokens: number, decimals: number): bigint => {
  const [whole = '0', fraction = ''] = tokens.toFixed(FRACTION).split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(decimals - FRACTION);
};

/** Smallest units to a short decimal string without trailing zeros, `12.5`. */
export const formatUnits = (units: bigint, decimals: number): string => {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
};
