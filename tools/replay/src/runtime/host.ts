/** What a runtime may call while it executes a block. */
import { compact, concat, NONE, readCompact, some, toDigits, u32, withLength } from '../bytes.ts';
import { blake2, keccak256, sha256, twox } from '../hash.ts';
import type { Overlay } from '../trie/overlay.ts';
import { orderedRoot } from '../trie/state.ts';
import type { Memory } from './memory.ts';
import { recoverEcdsa, verifyEd25519, verifySr25519 } from './signatures.ts';

/** A runtime called something that there is not while blocks are executed. */
export class NotInBlocks extends Error {
  override readonly name = 'NotInBlocks';
}

export interface HostParts {
  memory: Memory;
  overlay: Overlay;
  /** Lines that the runtime logs. */
  log(line: string): void;
  /** Takes every signature as good: for rehearsals, whose runtime is another than the one they were made for. */
  isTrusting: boolean;
  /** SCALE bytes of the version of other code; `undefined` when it is no runtime. */
  versionOf(code: Uint8Array): Uint8Array | undefined;
}

/** A pointer and a length in one number. */
type Slice = bigint;

const ERROR_LEVEL = 1;
const text = new TextDecoder();

/** The functions a module imports. Throws a `NotInBlocks` for one that is unknown. */
export const createHost = (
  module: WebAssembly.Module,
  { memory, overlay, log, isTrusting, versionOf }: HostParts,
): WebAssembly.ModuleImports => {
  const slice = (at: Slice) => memory.view(Number(at & 0xffff_ffffn), Number(at >> 32n));
  const bytes = (at: Slice) => slice(at).slice();
  const key = (at: Slice) => toDigits(slice(at));
  const give = (content: Uint8Array): Slice =>
    BigInt(memory.write(content)) | (BigInt(content.length) << 32n);
  const giveFixed = (content: Uint8Array): number => memory.write(content);
  const optional = (value: Uint8Array | undefined): Slice =>
    give(value === undefined ? NONE : some(value));
  const optionalBytes = (value: Uint8Array | undefined): Slice =>
    optional(value && withLength(value));

  const functions: Record<string, (...args: never[]) => number | bigint | undefined> = {
    ext_allocator_malloc_version_1: (size: number) => memory.allocate(size >>> 0),
    ext_allocator_free_version_1: (pointer: number) => {
      memory.free(pointer >>> 0);
      return undefined;
    },

    ext_hashing_blake2_128_version_1: (data: Slice) => giveFixed(blake2(slice(data), 128)),
    ext_hashing_blake2_256_version_1: (data: Slice) => giveFixed(blake2(slice(data))),
    ext_hashing_keccak_256_version_1: (data: Slice) => giveFixed(keccak256(slice(data))),
    ext_hashing_sha2_256_version_1: (data: Slice) => giveFixed(sha256(slice(data))),
    ext_hashing_twox_64_version_1: (data: Slice) => giveFixed(twox(slice(data), 64)),
    ext_hashing_twox_128_version_1: (data: Slice) => giveFixed(twox(slice(data), 128)),
    ext_trie_blake2_256_ordered_root_version_2: (list: Slice, version: number) =>
      giveFixed(orderedRoot(listOf(slice(list)), version === 0 ? 0 : 1)),

    ext_storage_get_version_1: (at: Slice) => optionalBytes(overlay.get(key(at))),
    ext_storage_exists_version_1: (at: Slice) => (overlay.get(key(at)) === undefined ? 0 : 1),
    ext_storage_set_version_1: (at: Slice, value: Slice) => {
      overlay.set(key(at), bytes(value));
      return undefined;
    },
    ext_storage_clear_version_1: (at: Slice) => {
      overlay.set(key(at), undefined);
      return undefined;
    },
    ext_storage_append_version_1: (at: Slice, value: Slice) => {
      overlay.append(key(at), bytes(value));
      return undefined;
    },
    ext_storage_read_version_1: (at: Slice, out: Slice, offset: number) => {
      const value = overlay.get(key(at));
      if (value === undefined) return optional(undefined);
      const rest = value.subarray(Math.min(offset >>> 0, value.length));
      const room = slice(out);
      room.set(rest.subarray(0, room.length));
      return optional(u32(rest.length));
    },
    ext_storage_next_key_version_1: (at: Slice) => {
      const next = overlay.after(key(at));
      return optionalBytes(
        next === undefined ? undefined : new Uint8Array(Buffer.from(next, 'hex')),
      );
    },
    ext_storage_clear_prefix_version_2: (prefix: Slice, limit: Slice) => {
      const most = slice(limit);
      const words = new DataView(most.buffer, most.byteOffset, most.length);
      const { looked, isAll } = overlay.clearPrefix(
        key(prefix),
        most[0] === 1 ? words.getUint32(1, true) : undefined,
      );
      return give(concat([Uint8Array.of(isAll ? 0 : 1), u32(looked)]));
    },
    ext_storage_root_version_2: (version: number) => {
      if (version !== 1) throw new NotInBlocks('states of version 0 cannot be hashed here');
      return give(overlay.state().root());
    },
    ext_storage_start_transaction_version_1: () => {
      overlay.start();
      return undefined;
    },
    ext_storage_commit_transaction_version_1: () => {
      overlay.commit();
      return undefined;
    },
    ext_storage_rollback_transaction_version_1: () => {
      overlay.rollback();
      return undefined;
    },

    ext_crypto_ed25519_verify_version_1: (signature: number, message: Slice, public_: number) =>
      Number(
        isTrusting ||
          verifyEd25519(
            memory.read(signature >>> 0, 64),
            bytes(message),
            memory.read(public_ >>> 0, 32),
          ),
      ),
    ext_crypto_sr25519_verify_version_2: (signature: number, message: Slice, public_: number) =>
      Number(
        isTrusting ||
          verifySr25519(
            memory.read(signature >>> 0, 64),
            bytes(message),
            memory.read(public_ >>> 0, 32),
          ),
      ),
    ext_crypto_secp256k1_ecdsa_recover_compressed_version_2: (signature: number, hash: number) =>
      give(recoverEcdsa(memory.read(signature >>> 0, 65), memory.read(hash >>> 0, 32))),

    ext_misc_runtime_version_version_1: (code: Slice) => optionalBytes(versionOf(bytes(code))),
    ext_misc_print_utf8_version_1: (at: Slice) => {
      log(text.decode(bytes(at)));
      return undefined;
    },
    ext_misc_print_hex_version_1: (at: Slice) => {
      log(`0x${key(at)}`);
      return undefined;
    },
    ext_logging_max_level_version_1: () => ERROR_LEVEL,
    ext_logging_log_version_1: (_level: number, target: Slice, message: Slice) => {
      log(`${text.decode(bytes(target))}: ${text.decode(bytes(message))}`);
      return undefined;
    },
  };

  const imports: WebAssembly.ModuleImports = { memory: memory.memory };
  for (const { name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    imports[name] =
      (functions[name] as ((...args: unknown[]) => unknown) | undefined) ??
      (() => {
        throw new NotInBlocks(`the runtime called ${name}, which there is not in blocks`);
      });
  }
  return imports;
};

/** The items of SCALE `Vec<Vec<u8>>`. */
const listOf = (encoded: Uint8Array): Uint8Array[] => {
  const items: Uint8Array[] = [];
  let { size: at, value: count } = readCompact(encoded);
  for (; count > 0; count -= 1) {
    const { size, value: length } = readCompact(encoded.subarray(at));
    items.push(encoded.slice(at + size, at + size + length));
    at += size + length;
  }
  return items;
};

/** SCALE `Vec<Vec<u8>>` of items that have their own length already. */
export const joined = (items: readonly Uint8Array[]): Uint8Array =>
  concat([compact(items.length), ...items]);
