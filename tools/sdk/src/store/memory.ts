/** Content in memory: for tests, and for what lives as long as its process. */
import { type ContentName, nameOf } from './address.ts';
import { type StoreBackend, StoreError } from './backend.ts';

/** A backend in memory. */
export const createMemoryBackend = (name = 'memory'): StoreBackend => {
  const contents = new Map<string, Uint8Array>();
  return {
    name,
    read: async (at: ContentName, maxBytes) => {
      const content = contents.get(nameOf(at));
      if (content !== undefined && content.length > maxBytes) {
        throw new StoreError(`${name} has ${content.length} bytes as ${nameOf(at)}`);
      }
      return content;
    },
    write: async (at, content) => {
      contents.set(nameOf(at), new Uint8Array(content));
    },
  };
};
