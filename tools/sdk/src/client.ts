/** A connection to a Veritrace chain. */
import type { ApiPromise } from '@polkadot/api';
import type { Blocks } from './blocks.ts';
import type { Heads } from './heads.ts';
import type { Address } from './types.ts';

export interface VeritraceClient {
  /** The connection underneath, for what this client does not wrap. */
  readonly api: ApiPromise;
  readonly heads: Heads;
  readonly blocks: Blocks;
  /** The address of an account id, key pair or address under the chain's own prefix. */
  address(account: { address: string } | Uint8Array | string): Address;
  /** Runs `task` when no other task of that key runs: what is signed in it has the key's nonces to itself. */
  exclusively<T>(key: Address, task: () => Promise<T>): Promise<T>;
  /** Ends subscriptions and the connection. */
  disconnect(): Promise<void>;
}
