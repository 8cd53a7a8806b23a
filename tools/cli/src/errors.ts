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

/** The message of an error, with those of its causes that add something. */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' && 'port' in error) {
    return `port ${error.port} is taken by another program; another one is taken with --port 0`;
  }
  const known = code === undefined ? undefined : systemErrors[code];
  if (known !== undefined && path !== undefined) return `${path}: ${known}`;
  const message = error.message === '' ? error.name : error.message;
  // An object that is no error, an event say, has nothing to tell.
  const tells = error.cause instanceof Error || typeof error.cause === 'string';
  const cause = tells ? messageOf(error.cause) : '';
  return cause === '' || message.includes(cause) ? message : `${message}\n  because ${cause}`;
};
