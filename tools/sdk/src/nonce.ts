import type { VeritraceClient } from './client.ts';
import { answered } from './node/decoded.ts';
import type { Address } from './types.ts';

/** The account's next nonce after all that waits in the node's pool without a gap. */
export const getNextNonce = ({ api }: VeritraceClient, account: Address): Promise<number> =>
  answered('system_accountNextIndex', async () =>
    (await api.rpc.system.accountNextIndex(account)).toNumber(),
  );
