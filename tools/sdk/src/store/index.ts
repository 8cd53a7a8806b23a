/** A content-addressed store: inputs and outputs that are not on chain, and files, by their hash. */
export {
  blobAddress,
  type ContentAddress,
  type ContentName,
  contentKinds,
  isContent,
  isDigest,
  tensorAddress,
} from './address.ts';
export { type StoreBackend, StoreError } from './backend.ts';
export {
  type ContentStore,
  type ContentStoreOptions,
  createContentStore,
} from './content-store.ts';
export { createDirectoryBackend } from './directory.ts';
export { createHttpBackend, createHttpFileBackend, type HttpBackendOptions } from './http.ts';
export { createMemoryBackend } from './memory.ts';
export { isPublicAddress } from './public-address.ts';
export { type StoreServer, type StoreServerOptions, startStoreServer } from './server.ts';
