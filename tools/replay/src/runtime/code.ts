/** A runtime as it is under `:code`, made into a module that this JavaScript engine has compiled. */
import { decompress } from '@bokuweb/zstd-wasm';
import { equalBytes } from '../bytes.ts';

/** A compiled runtime. */
export interface RuntimeCode {
  readonly module: WebAssembly.Module;
  /** Pages of 64 KiB that it begins with. */
  readonly pages: number;
}

/** What is under `:code` is no runtime that could be executed. */
export class BadRuntime extends Error {
  override readonly name = 'BadRuntime';
}

/** What stands before compressed code. */
const COMPRESSED = Uint8Array.of(0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05);

/** More is no runtime but an attack, as nodes see it, too. */
const MOST_BYTES = 50 * 1024 * 1024;

const FRAME_MAGIC = 0xfd2fb528;

/** The content size that a Zstandard frame declares; `undefined` when it declares none. */
const declaredSize = (frame: Uint8Array): number | undefined => {
  const look = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 18 || look.getUint32(0, true) !== FRAME_MAGIC) return undefined;
  const descriptor = look.getUint8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (isSingle ? 0 : 1) + dictionary;
  switch (descriptor >> 6) {
    case 0:
      return isSingle ? look.getUint8(at) : undefined;
    case 1:
      return look.getUint16(at, true) + 256;
    case 2:
      return look.getUint32(at, true);
    default:
      return Number(look.getBigUint64(at, true));
  }
};

const plain = (code: Uint8Array): Uint8Array => {
  if (!equalBytes(code.subarray(0, COMPRESSED.length), COMPRESSED)) return code;
  const frame = code.subarray(COMPRESSED.length);
  const size = declaredSize(frame);
  if (size !== undefined && size > MOST_BYTES) {
    throw new BadRuntime(`the runtime says that it has ${size} bytes, more than ${MOST_BYTES}`);
  }
  try {
    return decompress(frame, { defaultHeapSize: MOST_BYTES });
  } catch (cause) {
    throw new BadRuntime('the runtime cannot be decompressed', { cause });
  }
};

/** LEB128: the value, and where it ends. */
const number = (bytes: Uint8Array, from: number): [value: number, end: number] => {
  let value = 0;
  for (let at = from, shift = 0; shift < 35; at += 1, shift += 7) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at + 1];
  }
  throw new BadRuntime('the runtime has a number that does not end');
};

const IMPORTS = 2;

/** How many pages the imported memory has at least: what the module demands. */
const importedPages = (wasm: Uint8Array): number => {
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at];
    const [size, start] = number(wasm, at + 1);
    if (id === IMPORTS) return memoryAmong(wasm, start);
    at = start + size;
  }
  throw new BadRuntime('the runtime imports nothing');
};

const memoryAmong = (wasm: Uint8Array, section: number): number => {
  let [count, at] = number(wasm, section);
  for (; count > 0; count -= 1) {
    for (let name = 0; name < 2; name += 1) {
      const [length, start] = number(wasm, at);
      at = start + length;
    }
    const kind = wasm[at];
    at += 1;
    if (kind === 0) [, at] = number(wasm, at);
    else if (kind === 2) return number(wasm, at + 1)[0];
    else throw new BadRuntime('the runtime imports what no runtime does');
  }
  throw new BadRuntime('the runtime imports no memory');
};

/** Compiles what is under `:code`, once `ready` has resolved. Throws a `BadRuntime`. */
export const compile = (code: Uint8Array): RuntimeCode => {
  const wasm = plain(code);
  try {
    const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
    return { module, pages: importedPages(wasm) };
  } catch (cause) {
    if (cause instanceof BadRuntime) throw cause;
    throw new BadRuntime('the runtime is no module that can be compiled', { cause });
  }
};
