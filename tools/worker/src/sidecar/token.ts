/** The token of a sidecar: who has it may ask. Everybody with an account on the machine reaches the loopback interface. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { ConfigError } from '../config-file.ts';

/** What the node's off-chain worker can send in a header. */
const TOKEN = /^[\w-]{16,128}$/;

/** The token in a file, which is made if there is none, for its owner alone. Throws a `ConfigError`. */
export const openToken = (file: string): string => {
  try {
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new ConfigError(`cannot write the token file: ${(cause as Error).message}`, { cause });
    }
  }
  let token: string;
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      throw new ConfigError(`${file} can be read by others; chmod 600 it`);
    }
    token = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`cannot read the token file: ${(cause as Error).message}`, { cause });
  }
  if (TOKEN.test(token)) return token;
  throw new ConfigError(
    `${file} is no token: 16 to 128 letters, digits, - and _ are. Remove it, and a new one is made.`,
  );
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a header brings the token. Takes no longer the more of it is right. */
export const bringsToken = (authorization: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
