/** The chain's token, as its runtime defines it. */
export const TOKEN = { symbol: 'VTR', decimals: 12, prefix: 42 } as const;
