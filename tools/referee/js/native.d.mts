import type { NativeHash } from './roots.d.mts';

/** `undefined` where there is none for this machine. */
export const nativeHash: () => NativeHash | undefined;
