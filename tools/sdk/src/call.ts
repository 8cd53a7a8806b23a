/** A call, ready to be signed; what all of `calls/` return. */
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import type { BlockContent, PlacedEvent } from './blocks.ts';
import type { VeritraceClient } from './client.ts';
import { fromDispatchError, fromPoolError } from './dispatch-error.ts';
import { DeadlineError, type VeritraceError } from './errors.ts';
import type { ChainEvent } from './events.ts';
import { getNextNonce } from './nonce.ts';
import type { Account, Address, Balance, BlockRef, HeadRef, Hex } from './types.ts';

/** Blocks a transaction is valid for unless said otherwise; a power of two. */
export const LIFETIME = 64;

/** A transaction as it is sent: sending it twice is harmless, it carries its nonce. */
export interface SignedCall {
  /** `pallet.method`. */
  call: string;
  signer: Address;
  hex: Hex;
  hash: Hex;
  nonce: number;
  /** The head it was signed on: it is in no earlier block. */
  signedAt: BlockRef;
  /** The last block that may include it. */
  diesAt: number;
}

export interface SignOptions {
  /** By default the account's next, those in the pool counted. */
  nonce?: number;
  /** Blocks it may wait for inclusion; rounded up to a power of two between 4 and 4096. */
  lifetime?: number;
  /**
   * The block it is born in: it is valid only on branches that have it. By default the newest final block, so that no
   * fork voids it.
   */
  birth?: BlockRef;
}

export interface SubmitOptions extends SignOptions {
  /** Awaits inclusion in the best chain (default) or in a finalized block. */
  until?: 'best' | 'finalized';
  signal?: AbortSignal;
}

/** Where a transaction landed, and what it did. */
export interface Inclusion {
  call: string;
  hash: Hex;
  nonce: number;
  block: BlockRef;
  extrinsicIndex: number;
  /** All events of the extrinsic, in order. */
  events: PlacedEvent[];
  /** Why it failed; `undefined` when it did what it says. */
  error: VeritraceError | undefined;
  /** Fee paid. */
  fee: Balance;
}

export interface Call {
  readonly pallet: string;
  readonly method: string;
  readonly extrinsic: SubmittableExtrinsic<'promise'>;
  /** Signs without sending. Use within `client.exclusively` when others sign with the same key. */
  sign(account: Account, options?: SignOptions): Promise<SignedCall>;
  /**
   * Signs, sends and waits for inclusion. Throws a `VeritraceError` when the pool refuses it or the call fails, a
   * `DeadlineError` when it is included in none of the blocks it is valid for.
   */
  submit(account: Account, options?: SubmitOptions): Promise<Inclusion>;
}

/** Makes a call. Throws a `TypeError` when the runtime has none of that name. */
export const createCall = (
  client: VeritraceClient,
  pallet: string,
  method: string,
  args: readonly unknown[],
): Call => {
  const make = client.api.tx[pallet]?.[method];
  if (make === undefined) {
    throw new TypeError(`the chain’s runtime has no call ${pallet}.${method}; is it an older one?`);
  }
  const extrinsic = make(...args);
  const sign: Call['sign'] = (account, options) => signCall(client, extrinsic, account, options);
  return {
    pallet,
    method,
    extrinsic,
    sign,
    submit: async (account, options = {}) => {
      const signed = await client.exclusively(client.address(account), async () => {
        const ready = await sign(account, options);
        await broadcast(client, ready);
        return ready;
      });
      const inclusion = await awaitInclusion(client, signed, options);
      if (inclusion.error !== undefined) throw inclusion.error;
      return inclusion;
    },
  };
};

/** Several calls in one transaction, all or nothing. */
export const batchAll = (client: VeritraceClient, calls: readonly Call[]): Call =>
  createCall(client, 'utility', 'batchAll', [calls.map((call) => call.extrinsic)]);

/** A call by root, through sudo. */
export const asRoot = (client: VeritraceClient, call: Call): Call =>
  createCall(client, 'sudo', 'sudo', [call.extrinsic]);

const signCall = async (
  client: VeritraceClient,
  extrinsic: SubmittableExtrinsic<'promise'>,
  account: Account,
  { nonce, lifetime = LIFETIME, birth: wanted }: SignOptions = {},
): Promise<SignedCall> => {
  const { api, heads } = client;
  const signer = client.address(account);
  const chosen = nonce ?? (await getNextNonce(client, signer));
  // The newest block that every fork shares: a birth block that is retracted would void the signature.
  const final = heads.current('finalized');
  const birth = wanted !== undefined && wanted.number > final.number ? wanted : final;
  const period = Math.min(4096, Math.max(4, 2 ** Math.ceil(Math.log2(lifetime))));
  const era = api.registry.createType('ExtrinsicEra', { current: birth.number, period });
  const signed = await extrinsic.signAsync(account, { nonce: chosen, era, blockHash: birth.hash });
  return {
    call: `${extrinsic.method.section}.${extrinsic.method.method}`,
    signer,
    hex: signed.toHex(),
    hash: signed.hash.toHex(),
    nonce: chosen,
    signedAt: { number: birth.number, hash: birth.hash },
    diesAt: era.asMortalEra.death(birth.number) - 1,
  };
};

/** Sends a signed transaction; a second time is harmless. Throws a `VeritraceError` of `pool`. */
export const broadcast = async (client: VeritraceClient, signed: SignedCall): Promise<void> => {
  try {
    await client.api.rpc.author.submitExtrinsic(signed.hex);
  } catch (cause) {
    const error = fromPoolError(cause, signed.call);
    if (error.error !== 'AlreadyKnown') throw error;
  }
};

/** Looks for a transaction in one block. */
export const findInBlock = async (
  client: VeritraceClient,
  signed: Pick<SignedCall, 'hex' | 'hash' | 'call' | 'nonce'>,
  block: HeadRef,
): Promise<Inclusion | undefined> =>
  findInContent(client, signed, await client.blocks.get(block.hash));

/** Looks for a transaction in a block that was read already. */
export const findInContent = (
  client: Pick<VeritraceClient, 'api'>,
  signed: Pick<SignedCall, 'hex' | 'hash' | 'call' | 'nonce'>,
  content: BlockContent,
): Inclusion | undefined => {
  const extrinsicIndex = content.extrinsics.indexOf(signed.hex);
  if (extrinsicIndex < 0) return undefined;
  const events = content.events.filter((event) => event.extrinsicIndex === extrinsicIndex);
  let error: VeritraceError | undefined;
  let fee = 0n;
  for (const { event } of events) {
    const failure = failureOf(client, event, signed.call);
    if (failure !== undefined) error = failure;
    if (event.type === 'transactionPayment.TransactionFeePaid') fee = event.actualFee;
  }
  return {
    call: signed.call,
    hash: signed.hash,
    nonce: signed.nonce,
    block: { number: content.number, hash: content.hash },
    extrinsicIndex,
    events,
    error,
    fee,
  };
};

const failureOf = (
  client: Pick<VeritraceClient, 'api'>,
  event: ChainEvent,
  call: string,
): VeritraceError | undefined => {
  switch (event.type) {
    case 'system.ExtrinsicFailed':
      return fromDispatchError(client.api, event.dispatchError, call);
    case 'sudo.Sudid':
      return event.dispatchError === undefined
        ? undefined
        : fromDispatchError(client.api, event.dispatchError, call);
    default:
      return undefined;
  }
};

/** Waits until a sent transaction is in a block. Throws a `DeadlineError` once none can include it any more. */
export const awaitInclusion = async (
  client: VeritraceClient,
  signed: SignedCall,
  { until = 'best', signal }: Pick<SubmitOptions, 'until' | 'signal'> = {},
): Promise<Inclusion> => {
  let searched: BlockRef = signed.signedAt;
  for await (const head of client.heads.follow(until, signal)) {
    const { added } = await client.blocks.route(searched, head);
    for (const block of added) {
      const found = await findInBlock(client, signed, block);
      if (found !== undefined) return found;
    }
    searched = head;
    if (head.number >= signed.diesAt) {
      throw new DeadlineError({
        awaited: `${signed.call} by ${signed.signer} to be included`,
        blocks: signed.diesAt - signed.signedAt.number,
        lastSeen: `block ${head.number} without it, its validity ended with block ${signed.diesAt}`,
      });
    }
  }
  throw signal?.reason instanceof Error
    ? signal.reason
    : new Error(`stopped waiting for ${signed.call}`);
};
