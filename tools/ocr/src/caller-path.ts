/** Paths on the command line. */
import { resolve } from 'node:path';

/** A path as seen from where npm was called, not from the package's folder, to which npm goes first. */
export const callerPath = (path: string): string =>
  resolve(process.env.INIT_CWD ?? process.cwd(), path);
