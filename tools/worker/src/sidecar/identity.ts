import { createHash } from 'node:crypto';
import type { Hex } from '@veritrace/sdk';
import { toHex } from '../digest.ts';
import type { Job } from './protocol.ts';

/**
 * What tells the work of a job apart from any other's: two chains, two forks of one, and two workers of one node may all
 * mean different things by one request id. Blocks and actions of one piece of work have the same.
 */
export const identityOfWork = ({
  genesis,
  request,
  model,
  graphRoot,
  worker,
  inputRoots,
}: Job): Hex =>
  toHex(
    createHash('sha256')
      .update(JSON.stringify([genesis, String(request), model, graphRoot, worker, inputRoots]))
      .digest(),
  );
