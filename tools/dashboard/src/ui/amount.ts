/** Amounts of the token, which has twelve decimal places. */
const DECIMALS = 12;
export const TOKEN = 'VTR';

/** An amount as a record writes it; nothing where it writes none. */
export const unitsOf = (value: unknown): bigint =>
  typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : 0n;

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ' ');

/** All decimals, without trailing zeros. */
export const exactAmount = (units: bigint): string => {
  const sign = units < 0n ? '−' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(DECIMALS + 1, '0');
  const whole = group(digits.slice(0, -DECIMALS));
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
};

/** At most four decimals; what is below that is said to be. Never in sums: those are made of the units. */
export const shortAmount = (units: bigint): string => {
  const [whole = '0', fraction = ''] = exactAmount(units).split('.');
  if (fraction.length <= 4) return fraction === '' ? whole : `${whole}.${fraction}`;
  const kept = fraction.slice(0, 4).replace(/0+$/, '');
  if (kept === '' && /^−?0$/.test(whole)) return units < 0n ? '−<0.0001' : '<0.0001';
  return kept === '' ? whole : `${whole}.${kept}`;
};

/** `12.5 VTR` */
export const withToken = (units: bigint): string => `${shortAmount(units)} ${TOKEN}`;
