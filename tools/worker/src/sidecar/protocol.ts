/**
 * What a node's off-chain worker asks of the sidecar, and what it is told: version 1. SCALE, as in
 * `pallets/inference/src/offchain`; the order of fields and variants is the encoding, and
 * `pallets/inference/testdata/sidecar.json` has bytes that both sides are tested against.
 */
import type { Hex } from '@veritrace/sdk';
import {
  _void,
  Bytes,
  type Codec,
  compact,
  createCodec,
  createDecoder,
  Enum,
  enhanceCodec,
  Struct,
  u8,
  u32,
  u64,
  Vector,
} from 'scale-ts';
import { bytesEqual } from '../bytes-equal.ts';
import { fromHex, toHex } from '../digest.ts';

export const PROTOCOL_VERSION = 1;

/** Most bytes of a reason. */
export const MAX_REASON = 256;

/** Most items of a list: no trace, and no other list, is longer. */
const MAX_ITEMS = 0xffff;

/** What is to be done for a request. */
export type JobAction =
  /** Give the result; redundancy 1. */
  | { tag: 'Submit'; value: undefined }
  /** Give the commitment to it; redundancy 2 or more. */
  | { tag: 'Commit'; value: undefined }
  /** Give what this commitment, the one on chain, is to. */
  | { tag: 'Reveal'; value: { commitment: Hex } }
  /** Answer the challenge of a node; `openingBytes` is the challenge's. */
  | { tag: 'Open'; value: { node: number; openingBytes: number } }
  /** Answer the challenge of a page with its leaves. */
  | { tag: 'OpenPage'; value: { page: number } }
  /** Show the tile of another worker's claim that the lot falls on, if the claim is true. */
  | { tag: 'Attest'; value: { node: number; lot: bigint; traceRoot: Hex } };

/** A request a worker was drawn for, as it stands in a block. Digests and accounts are 32 bytes. */
export interface Job {
  version: number;
  /** Hash of the chain's first block. */
  genesis: Hex;
  /** Number of the block. */
  block: number;
  request: bigint;
  model: Hex;
  graphRoot: Hex;
  /** The worker's own account. */
  worker: Hex;
  /** Every request the worker has open in that block. */
  work: bigint[];
  inputRoots: Hex[];
  /** Row-major little-endian; empty for one that is not on chain, which a store may have by its root. */
  inputs: Uint8Array[];
  action: JobAction;
}

export type Answer =
  /** It is being computed: ask again at the next block. */
  | { tag: 'Pending'; value: undefined }
  | { tag: 'Submit'; value: { trace: Uint8Array[]; outputs: Uint8Array[] } }
  | { tag: 'Commit'; value: { commitment: Uint8Array } }
  | { tag: 'Reveal'; value: { trace: Uint8Array[]; outputs: Uint8Array[]; salt: Uint8Array } }
  | { tag: 'Open'; value: { opening: Uint8Array } }
  /** Nothing is to be published (now); UTF-8. */
  | { tag: 'Withheld'; value: { reason: Uint8Array } }
  /** To `Submit` and `Commit`: an input that is not on chain could not be had elsewhere. */
  | { tag: 'Unavailable'; value: undefined }
  | { tag: 'Attest'; value: { proof: Uint8Array } };

export type Withheld = Extract<Answer, { tag: 'Withheld' }>;

/** A body that is no job, or none of this version. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** The library reads on where bytes are missing; these do not. */
const fixed: Codec<Uint8Array> = enhanceCodec(
  Bytes(32),
  (value: Uint8Array) => {
    if (value.length !== 32) throw new RangeError(`32 bytes are wanted, there are ${value.length}`);
    return value;
  },
  (value) => {
    if (value.length !== 32) throw new RangeError('a digest is cut off');
    return value;
  },
);
const digest: Codec<Hex> = enhanceCodec(fixed, fromHex, toHex);

/** A list whose length is looked at before room is made for it. */
const list = <T>(item: Codec<T>): Codec<T[]> =>
  createCodec(
    Vector(item).enc,
    createDecoder((bytes) => {
      const length = compact.dec(bytes);
      if (length > MAX_ITEMS) throw new RangeError(`a list of ${length} items`);
      return Vector(item, Number(length)).dec(bytes);
    }),
  );

const bytes = Bytes();

const jobCodec: Codec<Job> = Struct({
  version: u8,
  genesis: digest,
  block: u32,
  request: u64,
  model: digest,
  graphRoot: digest,
  worker: digest,
  work: list(u64),
  inputRoots: list(digest),
  inputs: list(bytes),
  action: Enum({
    Submit: _void,
    Commit: _void,
    Reveal: Struct({ commitment: digest }),
    Open: Struct({ node: u32, openingBytes: u32 }),
    OpenPage: Struct({ page: u32 }),
    Attest: Struct({ node: u32, lot: u64, traceRoot: digest }),
  }) as unknown as Codec<JobAction>,
});

const answerCodec = Enum({
  Pending: _void,
  Submit: Struct({ trace: list(fixed), outputs: list(bytes) }),
  Commit: Struct({ commitment: fixed }),
  Reveal: Struct({ trace: list(fixed), outputs: list(bytes), salt: fixed }),
  Open: Struct({ opening: bytes }),
  Withheld: Struct({ reason: bytes }),
  Unavailable: _void,
  Attest: Struct({ proof: bytes }),
}) as unknown as Codec<Answer>;

/** Decodes what has exactly one encoding; anything left over, cut off or spelt otherwise is refused. */
const decodeWith = <T>(codec: Codec<T>, encoded: Uint8Array, what: string): T => {
  let value: T;
  try {
    // The codec reads from the start of the buffer under a view, and small bodies are views into Node's pool.
    value = codec.dec(new Uint8Array(encoded));
  } catch (cause) {
    throw new ProtocolError(`this is no ${what}: ${(cause as Error).message}`, { cause });
  }
  if (!bytesEqual(codec.enc(value), encoded)) {
    throw new ProtocolError(`this is no ${what}: bytes are missing, left over or not canonical`);
  }
  return value;
};

/** Leaves as the chain decodes them. */
export const encodeLeaves = (leaves: Uint8Array[]): Uint8Array => list(fixed).enc(leaves);

export const encodeJob = (job: Job): Uint8Array => jobCodec.enc(job);

/** Throws a `ProtocolError` on anything but one job of this version. */
export const decodeJob = (encoded: Uint8Array): Job => {
  const version = encoded[0];
  if (version !== PROTOCOL_VERSION) {
    throw new ProtocolError(
      `this is no job of version ${PROTOCOL_VERSION}${version === undefined ? ': there are no bytes' : `: it begins with ${version}`}`,
    );
  }
  return decodeWith(jobCodec, encoded, 'job');
};

export const encodeAnswer = (answer: Answer): Uint8Array => answerCodec.enc(answer);

/** Throws a `ProtocolError` on anything but one answer. */
export const decodeAnswer = (encoded: Uint8Array): Answer =>
  decodeWith(answerCodec, encoded, 'answer');

/** An answer that nothing is published, its reason cut to what fits. */
export const withheld = (reason: string): Withheld => {
  const text = new TextEncoder().encode(reason);
  let end = Math.min(text.length, MAX_REASON);
  // Not in the middle of a character.
  while (end < text.length && ((text[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { tag: 'Withheld', value: { reason: text.slice(0, end) } };
};

/** The reason of an answer that withholds. */
export const reasonOf = ({ value }: Withheld): string => new TextDecoder().decode(value.reason);
