/** Every form in which the secret of a key might lie in a file. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  base58Encode,
  base64Encode,
  keyExtractSuri,
  keyFromPath,
  mnemonicToMiniSecret,
  sr25519PairFromSeed,
} from '@polkadot/util-crypto';

/** A form that must not be found, and what it is, for messages. */
export interface SecretForm {
  what: string;
  bytes: Buffer;
}

const encodings: Record<string, (secret: Uint8Array) => string> = {
  'lower-case hex': (secret) => Buffer.from(secret).toString('hex'),
  'upper-case hex': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  base64: (secret) => base64Encode(secret).replace(/=+$/, ''),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  base58: (secret) => base58Encode(secret),
  'a list of numbers': (secret) => [...secret].join(','),
};

/** Of a secret URI: its phrase, its password, the seed it begins with, and the derived key's scalar and nonce. */
export const secretForms = (who: string, uri: string): SecretForm[] => {
  const { phrase, path, password } = keyExtractSuri(uri);
  const seed = /^0x[0-9a-f]{64}$/i.test(phrase)
    ? new Uint8Array(Buffer.from(phrase.slice(2), 'hex'))
    : mnemonicToMiniSecret(phrase, password ?? '');
  const { secretKey } = keyFromPath(sr25519PairFromSeed(seed), path, 'sr25519');
  const parts: [string, Uint8Array][] = [
    ['the seed', seed],
    ['the key', secretKey],
    ["the key's scalar", secretKey.subarray(0, 32)],
  ];
  return [
    { what: `${who}: the phrase`, bytes: Buffer.from(phrase) },
    ...(password === undefined || password === ''
      ? []
      : [{ what: `${who}: the password`, bytes: Buffer.from(password) }]),
    ...parts.flatMap(([part, secret]) => [
      { what: `${who}: ${part} in bytes`, bytes: Buffer.from(secret) },
      ...Object.entries(encodings).map(([how, encode]) => ({
        what: `${who}: ${part} as ${how}`,
        bytes: Buffer.from(encode(secret)),
      })),
    ]),
  ];
};

/** Which forms are in some bytes. */
export const secretsIn = (bytes: Uint8Array, forms: readonly SecretForm[]): string[] => {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return forms.filter(({ bytes: form }) => whole.includes(form)).map(({ what }) => what);
};

/** Every file under a folder with the forms that are in it; those without any are not named. */
export const secretsUnder = async (
  folder: string,
  forms: readonly SecretForm[],
): Promise<{ files: number; found: string[] }> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    files.map(async (file) =>
      secretsIn(await readFile(file), forms).map((what) => `${relative(folder, file)}: ${what}`),
    ),
  );
  return { files: files.length, found: found.flat() };
};
