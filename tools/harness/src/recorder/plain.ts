/** JSON of what runs are made of: bigints as decimal strings, bytes as hex, decoded chain values in their own form. */

const hasOwnForm = (value: object): value is { toHuman(): unknown } =>
  'toHuman' in value && typeof value.toHuman === 'function';

/** Replaces what JSON does not know, at any depth. */
export const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (hasOwnForm(value)) return value.toHuman();
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [key, plain(field)]),
  );
};

/** JSON text of any of it. */
export const plainJson = (value: unknown, indent?: number): string =>
  JSON.stringify(plain(value), undefined, indent);
