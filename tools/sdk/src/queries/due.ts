import type { VeritraceClient } from '../client.ts';
import { readKeys, readStorage } from '../storage.ts';
import type { HeadRef, RequestId } from '../types.ts';

/** Requests in deadline buckets up to the head that the chain's own sweep has not reached, with their bucket. */
export const getDue = async (
  client: VeritraceClient,
  head: HeadRef,
): Promise<{ request: RequestId; bucket: number }[]> => {
  const cursor = (await readStorage(client.api, head.hash, 'inference', 'cursor')) as number;
  const found: { request: RequestId; bucket: number }[] = [];
  for (let bucket = cursor; bucket <= head.number; bucket += 1) {
    const entries = await readKeys(client.api, head.hash, 'inference', 'due', bucket);
    for (const [, request] of entries) found.push({ request: request as RequestId, bucket });
  }
  return found;
};
