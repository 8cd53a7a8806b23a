import type { VeritraceClient } from '../client.ts';
import { readStorage } from '../storage.ts';
import type { Address, Balance, Hex } from '../types.ts';

export interface AccountBalance {
  /** Spendable but for the minimum balance. */
  free: Balance;
  /** Held: stake, escrow, deposits, bonds. */
  held: Balance;
  /** Next nonce. */
  nonce: number;
}

/** An account's funds and next nonce. */
export const getBalance = async (
  client: VeritraceClient,
  account: Address,
  at: Hex,
): Promise<AccountBalance> => {
  const { nonce, data } = (await readStorage(client.api, at, 'system', 'account', account)) as {
    nonce: number;
    data: { free: bigint; reserved: bigint };
  };
  return { free: data.free, held: data.reserved, nonce };
};

/** What waits for an account that was too small to be opened. */
export const getClaimable = async (
  client: VeritraceClient,
  account: Address,
  at: Hex,
): Promise<Balance> =>
  ((await readStorage(client.api, at, 'payouts', 'claimable', account)) as Balance | undefined) ??
  0n;
