import type { VeritraceClient } from '../client.ts';
import { readKeys, readStorage } from '../storage.ts';
import type { HeadRef, RequestId } from '../types.ts';

/** Buckets looked at in one call: a sweep is not as far behind, unless a node says so. */
const MOST_BUCKETS = 10_000;

/** Requests in deadline buckets up to the head that the chain's own sweep has not reached, with their bucket. */
export const getDue = async (
  client: VeritraceClient,
  head: HeadRef,
): Promise<{ request: RequestId; bucket: number }[]> => {
  const cursor = (await readStorage(client.api, head.hash, 'inference', 'cursor')) as number;
  const found: { request: RequestId; bucket: number }[] = [];
  const end = Math.min(head.number, cursor + MOST_BUCKETS);
  for (let bucket = cursor; bucket <= end; bucket += 1) {
    const entries = await readKeys(client.api, head.hash, 'inference', 'due', bucket);
    for (const [, request] of entries) found.push({ request: request as RequestId, bucket });
  }
  return found;
};
