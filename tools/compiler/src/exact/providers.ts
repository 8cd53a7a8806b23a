/** Execution providers that the exact program has been proved exact on. */
export const EXACT_PROVIDERS = ['cpu', 'cuda'] as const;

export type ExactProvider = (typeof EXACT_PROVIDERS)[number];
