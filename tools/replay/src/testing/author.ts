/** A chain of the released runtime that is made here, as a node would: with roots in its headers, and sealed. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compactToU8a } from '@polkadot/util';
import { sr25519PairFromSeed, sr25519Sign } from '@polkadot/util-crypto';
import { compact, concat, fromHex, type Hex, toHex, withLength } from '../bytes.ts';
import {
  encodeHeader,
  hashOfHeader,
  type RecordedBlock,
  type RecordedHeader,
} from '../chain/block.ts';
import { type Before, encodeText } from '../chain/execute.ts';
import { blake2, ready } from '../hash.ts';
import { createRuntime, runtimeOf } from '../runtime/runtime.ts';
import { orderedRoot, type State, stateOf } from '../trie/state.ts';

const RELEASED = fileURLToPath(
  new URL('../../../../runtime/release/veritrace_runtime.compact.compressed.wasm', import.meta.url),
);

const ZERO: Hex = `0x${'0'.repeat(64)}`;
const CODE = '3a636f6465';

/** The well-known development account Alice, the only authority of the preset `development`. */
const ALICE = fromHex('0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a');

const SLOT_MS = 3_000n;
const START_MS = 1_767_225_600_000n;

const unpacked = (result: Uint8Array): string => {
  const skip = result[1] === undefined ? 0 : [1, 2, 4, 5][(result[1] ?? 0) & 3];
  return new TextDecoder().decode(result.subarray(1 + (skip ?? 1)));
};

type Json = Record<string, Record<string, unknown>>;

/** Integers that a double does not hold are kept as they are written. */
const parse = (text: string): Json =>
  JSON.parse(text.replace(/(?<=[:[,])\d{16,}(?=[,\]}])/g, '"#$&"')) as Json;
const format = (json: Json): string => JSON.stringify(json).replace(/"#(\d+)"/g, '$1');

/** The released runtime as it is under `:code`. */
export const releasedRuntime = async (): Promise<Uint8Array> =>
  new Uint8Array(await readFile(RELEASED));

/** A block with the state after it. */
export type MadeBlock = Omit<RecordedBlock, 'state'> & { state: State };

/** The genesis of preset `development`. */
export const genesisBlock = async (): Promise<MadeBlock> => {
  await ready();
  const code = await releasedRuntime();
  const runtime = createRuntime(code);
  const empty = stateOf([]);
  const preset = (name: Uint8Array): Json =>
    parse(unpacked(runtime.call(empty, 'GenesisBuilder_get_preset', name).result));
  const own = preset(concat([Uint8Array.of(1), encodeText('development')]));
  const config = preset(Uint8Array.of(0));
  for (const [pallet, part] of Object.entries(own)) config[pallet] = { ...config[pallet], ...part };
  const built = runtime.call(empty, 'GenesisBuilder_build_state', encodeText(format(config)));
  if (built.result[0] !== 0) throw new Error('the runtime refused its own preset');
  const state = built.state.with(new Map([[CODE, code]]));
  const header: RecordedHeader = {
    parentHash: ZERO,
    stateRoot: toHex(state.root()),
    extrinsicsRoot: toHex(orderedRoot([], 1)),
    digest: [],
  };
  return { number: 0, hash: hashOfHeader(0, header), header, state, extrinsics: [] };
};

const item = (kind: number, content: Uint8Array): Hex =>
  toHex(concat([Uint8Array.of(kind), new TextEncoder().encode('BABE'), withLength(content)]));

const slotClaim = (slot: bigint): Uint8Array => {
  const claim = new Uint8Array(13);
  const look = new DataView(claim.buffer);
  look.setUint8(0, 2); // Secondary, plain.
  look.setBigUint64(5, slot, true);
  return claim;
};

/** Puts the author's seal under a header, and gives the block the hash that it has then. */
export const seal = (block: RecordedBlock, seed: Uint8Array = ALICE): RecordedBlock => {
  const digest = block.header.digest.filter((one) => !one.startsWith('0x05'));
  const header = { ...block.header, digest };
  const pair = sr25519PairFromSeed(seed);
  const signature = sr25519Sign(blake2(encodeHeader(block.number, header)), pair);
  const sealed = { ...header, digest: [...digest, item(5, signature)] };
  return { ...block, header: sealed, hash: hashOfHeader(block.number, sealed) };
};

/** The next block, with nothing in it but its time. */
export const nextBlock = (before: Before): { block: RecordedBlock; state: State } => {
  const number = before.number + 1;
  const slot = START_MS / SLOT_MS + BigInt(number);
  const begun: RecordedHeader = {
    parentHash: before.hash,
    stateRoot: ZERO,
    extrinsicsRoot: ZERO,
    digest: [item(6, slotClaim(slot))],
  };
  const runtime = runtimeOf(before.state);
  let { state } = runtime.call(before.state, 'Core_initialize_block', encodeHeader(number, begun));
  const time = withLength(concat([Uint8Array.of(4, 2, 0), compactToU8a(slot * SLOT_MS)]));
  ({ state } = runtime.call(state, 'BlockBuilder_apply_extrinsic', time));
  const { result, state: after } = runtime.call(
    state,
    'BlockBuilder_finalize_block',
    new Uint8Array(),
  );
  // Parent hash, compact number, two roots, then the digest, the runtime's own items after the claim.
  const at = 32 + compact(number).length;
  const digest = digestOf(result.subarray(at + 64));
  const header = {
    ...begun,
    stateRoot: toHex(result.subarray(at, at + 32)),
    extrinsicsRoot: toHex(result.subarray(at + 32, at + 64)),
    digest,
  };
  const block = { number, hash: ZERO, header, extrinsics: [toHex(time)] };
  return { block: seal(block), state: after };
};

/** Items of a digest, each with an engine and bytes. */
const digestOf = (encoded: Uint8Array): Hex[] => {
  const items: Hex[] = [];
  const count = (encoded[0] ?? 0) >> 2;
  let at = 1;
  for (let index = 0; index < count; index += 1) {
    const mode = (encoded[at + 5] ?? 0) & 3;
    const length =
      mode === 0
        ? (encoded[at + 5] ?? 0) >> 2
        : ((encoded[at + 5] ?? 0) | ((encoded[at + 6] ?? 0) << 8)) >> 2;
    const end = at + 5 + (mode === 0 ? 1 : 2) + length;
    items.push(toHex(encoded.subarray(at, end)));
    at = end;
  }
  return items;
};
