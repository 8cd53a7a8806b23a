/** Decoding what a node answered. */
import { ConnectionError } from '../errors.ts';
import { AnswerError, NotKept } from './answers.ts';

/** Errors that say themselves what a node did, or that there is none. */
const isSaid = (error: unknown): boolean =>
  error instanceof AnswerError ||
  error instanceof NotKept ||
  error instanceof ConnectionError ||
  // The node's own refusal, as the coder of JSON-RPC throws it.
  (error instanceof Error && error.name === 'RpcError');

const unreadable = (asked: string, cause: unknown): unknown =>
  isSaid(cause) ? cause : new AnswerError(asked, 'it does not decode', { cause });

/** What `decode` makes of an answer. Throws an `AnswerError` where it throws: of codecs every error is one of the bytes. */
export const decoded = <T>(asked: string, decode: () => T): T => {
  try {
    return decode();
  } catch (cause) {
    throw unreadable(asked, cause);
  }
};

/** The same where a client both asks and decodes. */
export const answered = async <T>(asked: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (cause) {
    throw unreadable(asked, cause);
  }
};
