/** A metric about which nothing can be said, which is said. It is no failure: whoever wants it to be one is strict. */
export interface Uncompared {
  kind: 'uncompared';
  name: string;
  verdict: 'uncompared';
  /** The side that has none; `undefined` where both have it. */
  missingOn: 'base' | 'head' | undefined;
  reason: string;
}

export const uncompared = (
  name: string,
  missingOn: Uncompared['missingOn'],
  reason: string,
): Uncompared => ({ kind: 'uncompared', name, verdict: 'uncompared', missingOn, reason });
