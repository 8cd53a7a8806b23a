import { fromHex } from '../bytes.ts';
import type { VeritraceClient } from '../client.ts';
import type { Complaint, InputSource } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Hex, RequestId } from '../types.ts';

/** An open request's inputs, in the order of the model's: as bytes where they are on chain, else by their roots. */
export const getInputs = async (
  client: VeritraceClient,
  id: RequestId,
  at: Hex,
): Promise<InputSource[] | undefined> => {
  const inputs = await readStorage(client.api, at, 'inference', 'inputs', id);
  return (inputs as { type: InputSource['type']; value: Hex }[] | undefined)?.map(
    ({ type, value }) => (type === 'Inline' ? { type, value: fromHex(value) } : { type, value }),
  );
};

/** The requests that wait for an input which a worker cannot get. */
export const getComplaints = async (client: VeritraceClient, at: Hex): Promise<Complaint[]> =>
  (await readEntries(client.api, at, 'inference', 'complaints')).map(
    ({ keys: [request], value }) => ({ request, ...(value as object) }) as Complaint,
  );
