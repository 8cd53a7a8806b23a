/** Errors a caller can tell apart. Messages say what failed, where, and what to do. */
import type { Balance } from './types.ts';

/** The chain included a call and refused it, or would not take it. */
export class VeritraceError extends Error {
  override readonly name = 'VeritraceError';
  /** Pallet that refused, in camel case; `system`, `token`, `arithmetic` or `pool` for the rest. */
  readonly pallet: string;
  /** Name of the error as the pallet declares it. */
  readonly error: string;
  /** Both, as `pallet.Name`: what to tell errors apart by. */
  readonly code: string;
  /** The pallet's own documentation of the error. */
  readonly docs: string;
  /** What the caller can do about it. */
  readonly remedy: string;
  /** The call that failed, `pallet.method`. */
  readonly call: string;

  constructor(fields: {
    pallet: string;
    error: string;
    docs: string;
    remedy: string;
    call: string;
  }) {
    super(
      `${fields.call} failed: ${fields.pallet}.${fields.error}. ${fields.docs} ${fields.remedy}`.trim(),
    );
    this.pallet = fields.pallet;
    this.error = fields.error;
    this.code = `${fields.pallet}.${fields.error}`;
    this.docs = fields.docs;
    this.remedy = fields.remedy;
    this.call = fields.call;
  }
}

/** Something awaited did not happen within its number of blocks. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  /** What was awaited. */
  readonly awaited: string;
  /** Blocks given. */
  readonly blocks: number;
  /** The last state seen. */
  readonly lastSeen: string;

  constructor(fields: { awaited: string; blocks: number; lastSeen: string }) {
    super(
      `waited ${fields.blocks} blocks for ${fields.awaited}, in vain; last seen: ${fields.lastSeen}`,
    );
    this.awaited = fields.awaited;
    this.blocks = fields.blocks;
    this.lastSeen = fields.lastSeen;
  }
}

const grouped = new Intl.NumberFormat('en-GB');

/** Something is larger than the chain's runtime takes: it was not sent. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  /** What it is, in words. */
  readonly what: string;
  /** How large it is. */
  readonly bytes: number;
  /** The most that the chain takes. */
  readonly limit: number;
  /** The runtime's constant that says so, `pallet.Name`. */
  readonly constant: string;
  /** What the caller can do about it. */
  readonly remedy: string;

  constructor(fields: {
    what: string;
    bytes: number;
    limit: number;
    constant: string;
    remedy: string;
  }) {
    const { what, bytes, limit, constant, remedy } = fields;
    super(
      `${what} has ${grouped.format(bytes)} bytes, and this chain takes at most ${grouped.format(limit)} (${constant}); nothing was sent. ${remedy}`,
    );
    this.what = what;
    this.bytes = bytes;
    this.limit = limit;
    this.constant = constant;
    this.remedy = remedy;
  }
}

/** The endpoint could not be reached, or is not a Veritrace chain. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** A request ended without the answer that was asked for; its escrow went back as far as it was not earned. */
export class InferenceFailed extends Error {
  override readonly name = 'InferenceFailed';
  readonly requestId: bigint;
  /** How it ended: name of the closing event, for instance `inference.Refunded`. */
  readonly outcome: string;
  /** What came back to the user, when the chain said so. */
  readonly refunded: Balance | undefined;

  constructor(fields: { requestId: bigint; outcome: string; refunded?: Balance; message: string }) {
    super(fields.message);
    this.requestId = fields.requestId;
    this.outcome = fields.outcome;
    this.refunded = fields.refunded;
  }
}
