/** Errors as a person meets them: what, where, what to do; never a stack trace. */

/** Something the caller asked for cannot be done; the message says why and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'may not be read or written',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'is a file, not a folder',
};

const own = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' && 'port' in error) {
    return `port ${error.port} is taken by another program; --port 0 takes one that is free`;
  }
  const known = code === undefined ? undefined : systemErrors[code];
  if (known !== undefined && path !== undefined) return `${path}: ${known}`;
  return error.message === '' ? error.name : error.message;
};

/** Causes within each other that are told. */
const MOST_CAUSES = 10;

/** The message of an error, with those of its causes that add something. */
export const messageOf = (error: unknown): string => {
  const told: string[] = [];
  let one: unknown = error;
  for (let depth = 0; depth < MOST_CAUSES; depth += 1) {
    const message = own(one);
    if (!told.some((before) => before.includes(message))) told.push(message);
    const cause = one instanceof Error ? one.cause : undefined;
    // An object that is no error, an event say, has nothing to tell.
    if (!(cause instanceof Error || (typeof cause === 'string' && cause !== ''))) break;
    one = cause;
  }
  return told.join('\n  because ');
};
