/**
 * A runtime's memory and the heap in it. Which addresses it gets must not matter; when it gets none does, so limits are a
 * node's: allocations up to 32 MiB, in powers of two, within 128 MiB beside what the module declares.
 */

/** Whole pages of 64 KiB. */
const PAGE = 0x1_0000;
const EXTRA_PAGES = 2048;
const MOST_BYTES = 32 * 1024 * 1024;
const HEADER = 8;
const OCCUPIED = 1;
const NOTHING = 0xffff_ffff;

/** The heap gives no more, or was misused. */
export class HeapFailed extends Error {
  override readonly name = 'HeapFailed';
}

export interface Memory {
  readonly memory: WebAssembly.Memory;
  /** The bytes there; not to be kept, the runtime writes over them. */
  view(pointer: number, length: number): Uint8Array;
  /** A copy of them. */
  read(pointer: number, length: number): Uint8Array;
  allocate(size: number): number;
  free(pointer: number): void;
  /** Puts bytes on the heap. */
  write(bytes: Uint8Array): number;
  /** To be called before the first allocation, with where the heap begins. */
  begin(heapBase: number): void;
}

export const createMemory = (pages: number): Memory => {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages + EXTRA_PAGES });
  const free = new Array<number>(23).fill(NOTHING);
  let bump = 0;
  let bytes = new Uint8Array(memory.buffer);
  let words = new DataView(memory.buffer);

  /** Growing, by the runtime also, detaches what was looked at. */
  const fresh = () => {
    if (bytes.buffer === memory.buffer) return;
    bytes = new Uint8Array(memory.buffer);
    words = new DataView(memory.buffer);
  };

  const view = (pointer: number, length: number): Uint8Array => {
    fresh();
    if (pointer + length > bytes.length)
      throw new HeapFailed('the runtime points out of its memory');
    return bytes.subarray(pointer, pointer + length);
  };

  const orderOf = (size: number): number => {
    if (size > MOST_BYTES)
      throw new HeapFailed(`${size} bytes are more than an allocation may have`);
    return size <= 8 ? 0 : 32 - Math.clz32(size - 1) - 3;
  };

  const bumped = (size: number): number => {
    const end = bump + size;
    if (end > bytes.length) {
      const needed = Math.ceil(end / PAGE);
      const has = bytes.length / PAGE;
      const most = pages + EXTRA_PAGES;
      if (needed > most) throw new HeapFailed('the heap is full');
      memory.grow(Math.max(Math.min(has * 2, most), needed) - has);
      fresh();
    }
    const at = bump;
    bump = end;
    return at;
  };

  const allocate = (size: number): number => {
    fresh();
    const order = orderOf(size);
    const head = free[order] ?? NOTHING;
    const at = head === NOTHING ? bumped((8 << order) + HEADER) : head;
    if (head !== NOTHING) {
      if (words.getUint32(at + 4, true) !== 0) throw new HeapFailed('the free list is broken');
      free[order] = words.getUint32(at, true);
    }
    words.setUint32(at, order, true);
    words.setUint32(at + 4, OCCUPIED, true);
    return at + HEADER;
  };

  return {
    memory,
    view,
    read: (pointer, length) => view(pointer, length).slice(),
    allocate,
    free: (pointer) => {
      fresh();
      const at = pointer - HEADER;
      if (at < 0 || at + HEADER > bytes.length || words.getUint32(at + 4, true) !== OCCUPIED) {
        throw new HeapFailed('what is freed was not allocated');
      }
      const order = words.getUint32(at, true);
      words.setUint32(at, free[order] ?? NOTHING, true);
      words.setUint32(at + 4, 0, true);
      free[order] = at;
    },
    write: (content) => {
      const pointer = allocate(content.length);
      view(pointer, content.length).set(content);
      return pointer;
    },
    begin: (heapBase) => {
      bump = Math.ceil(heapBase / HEADER) * HEADER;
    },
  };
};
