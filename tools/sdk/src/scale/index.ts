/** SCALE bytes of strangers, followed through before anything is made of them. Needs no library. */
export { type LengthOptions, lengthOf } from './layout.ts';
export { demandMetadata } from './metadata.ts';
export { createLayouts, type TypeShape } from './types.ts';
