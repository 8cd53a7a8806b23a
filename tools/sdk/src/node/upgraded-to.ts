/** What is under `System.LastRuntimeUpgrade`: a compact number, then the name of the specification. */
import { compactFromU8aLim, hexToU8a } from '@polkadot/util';
import { AnswerError } from './answers.ts';
import { decoded } from './decoded.ts';

/** The version of the runtime that executed a block. */
export const upgradedTo = (asked: string, value: `0x${string}`): number =>
  decoded(asked, () => {
    const bytes = hexToU8a(value);
    const [length, version] = compactFromU8aLim(bytes);
    if (bytes.length < length) {
      throw new AnswerError(asked, 'the version of its runtime is cut off');
    }
    return version;
  });
