import { fromHex } from '../bytes.ts';
import type { VeritraceClient } from '../client.ts';
import { readStorage } from '../storage.ts';
import type { Hex, RequestId } from '../types.ts';

/** An open request's inputs, row-major little-endian. */
export const getInputs = async (
  client: VeritraceClient,
  id: RequestId,
  at: Hex,
): Promise<Uint8Array[] | undefined> => {
  const inputs = await readStorage(client.api, at, 'inference', 'inputs', id);
  return (inputs as Hex[] | undefined)?.map(fromHex);
};
