/** Decoding what a node answered. */
import { AnswerError } from './answers.ts';

/** What `decode` makes of an answer. Throws an `AnswerError` where it throws: of codecs every error is one of the bytes. */
export const decoded = <T>(asked: string, decode: () => T): T => {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof AnswerError) throw cause;
    throw new AnswerError(asked, 'it does not decode', { cause });
  }
};
