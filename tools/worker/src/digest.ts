import { createHash } from 'node:crypto';
import type { Hex, Request } from '@veritrace/sdk';

export const toHex = (value: Uint8Array): Hex => `0x${Buffer.from(value).toString('hex')}`;

export const fromHex = (value: string): Uint8Array =>
  new Uint8Array(Buffer.from(value.replace(/^0x/, ''), 'hex'));

/** Tells a request apart from another of the same number on a fork. */
export const identityOf = ({ id, user, model, terms, inputRoots }: Request): Hex =>
  toHex(
    createHash('sha256')
      .update(JSON.stringify([String(id), user, model, terms.graphRoot, inputRoots]))
      .digest(),
  );
