import type { VeritraceClient } from '../client.ts';
import { type Balances, type Holdings, holdName } from '../ledger.ts';
import type { Plain } from '../plain.ts';
import { readEntries } from '../storage.ts';
import type { Address, Balance, Hex } from '../types.ts';

/** What everyone has at a block: where a ledger begins, or what it is compared with. Reads every account. */
export const getBalances = async (client: VeritraceClient, at: Hex): Promise<Balances> => {
  const [accounts, holds] = await Promise.all([
    readEntries(client.api, at, 'system', 'account'),
    readEntries(client.api, at, 'balances', 'holds'),
  ]);
  const heldBy = new Map(
    holds.map(({ keys: [address], value }) => [
      address as Address,
      new Map(
        (value as { id: Plain; amount: bigint }[]).map(({ id, amount }): [string, Balance] => [
          holdName(id),
          BigInt(amount),
        ]),
      ),
    ]),
  );
  return new Map(
    accounts.flatMap(({ keys: [key], value }): [Address, Holdings][] => {
      const address = key as Address;
      const { data } = value as unknown as { data: { free: bigint; reserved: bigint } };
      const held = heldBy.get(address) ?? new Map<string, Balance>();
      const onHold = [...held.values()].reduce((sum, amount) => sum + amount, 0n);
      const [free, reserved] = [BigInt(data.free), BigInt(data.reserved) - onHold];
      // A key pair that only signs what is free of charge has an account, and nothing in it.
      return free === 0n && reserved === 0n && held.size === 0
        ? []
        : [[address, { free, held, reserved }]];
    }),
  );
};
