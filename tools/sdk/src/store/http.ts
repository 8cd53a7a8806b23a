/**
 * Content from a server: `GET BASE/tensor/DIGEST`. Schemes are those of a list, addresses public ones unless told
 * otherwise: a name is resolved here, and the connection goes to the very address that was looked at. Redirects are
 * refused, sizes limited before they are read, and all of it takes no longer than its time.
 */
import { lookup as resolveName } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type ContentName, isDigest, nameOf } from './address.ts';
import { reasonOf, type StoreBackend, StoreError } from './backend.ts';
import { isPublicAddress } from './public-address.ts';

export interface HttpBackendOptions {
  /** Schemes that may be used. `https` alone by default. */
  schemes?: readonly ('http' | 'https')[];
  /** Whether addresses of private networks and of this machine may be used, too. Not by default. */
  privateAddresses?: boolean;
  /** Most milliseconds that one answer may take, all of it. Ten seconds by default. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** Resolves a name and refuses addresses that are not public, all of them if one is not. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, '');
      return;
    }
    const inner = addresses.find(({ address }) => !isPublicAddress(address));
    if (inner !== undefined) {
      callback(new Error(`${hostname} is ${inner.address}, which is not a public address`), '');
      return;
    }
    const [first] = addresses;
    if (options.all === true || first === undefined) {
      callback(null, addresses);
      return;
    }
    callback(null, first.address, first.family);
  });
};

/** The body of an answer, as far as it may be had. */
const bodyOf = async (response: IncomingMessage, maxBytes: number): Promise<Uint8Array> => {
  const declared = Number(response.headers['content-length'] ?? 0);
  if (declared > maxBytes) throw new Error(`it has ${declared} bytes, more than ${maxBytes}`);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
};

const answerTo = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });

/** The address to use, checked as far as it can be without asking anyone. */
const checkedAddress = (
  address: string,
  { schemes = ['https'], privateAddresses = false }: HttpBackendOptions,
  mayAsk: boolean,
): URL => {
  let url: URL;
  try {
    url = new URL(address);
  } catch (cause) {
    throw new StoreError(
      `a store's address is like https://host/path, not ${JSON.stringify(address)}`,
      { cause },
    );
  }
  const scheme = url.protocol.slice(0, -1);
  if (!schemes.some((each) => each === scheme)) {
    throw new StoreError(
      `the store ${url.host} is at ${scheme}:, and only ${schemes.join(' and ')} may be used. Allow it, or take another.`,
    );
  }
  const hasMore = url.username !== '' || url.password !== '' || url.hash !== '';
  if (hasMore || (url.search !== '' && !mayAsk)) {
    throw new StoreError(`the address of the store ${url.host} has more than a host and a path`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!privateAddresses && isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new StoreError(
      `the store ${url.host} is not at a public address. Allow private addresses if it is yours.`,
    );
  }
  return url;
};

/** What is at an address; `undefined` when nothing is. Throws a `StoreError`. */
const fetchFrom = async (
  url: URL,
  what: { name: ContentName; place: string; maxBytes: number },
  { privateAddresses = false, timeoutMs = TIMEOUT_MS }: HttpBackendOptions,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> => {
  const request = url.protocol === 'https:' ? requestTls : requestPlain;
  // Not AbortSignal.timeout within AbortSignal.any: there the garbage collector may take the timeout away.
  const limits = new AbortController();
  const stop = () => limits.abort();
  const timer = setTimeout(stop, timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    const response = await answerTo(
      request(url, {
        method: 'GET',
        signal: limits.signal,
        agent: false,
        headers: { accept: 'application/octet-stream', 'accept-encoding': 'identity' },
        ...(privateAddresses ? {} : { lookup: guardedLookup }),
      }),
    );
    try {
      if (response.statusCode === 404 || response.statusCode === 410) return undefined;
      if (response.statusCode !== 200) {
        throw new Error(
          `it answers with status ${response.statusCode}${response.headers.location === undefined ? '' : ', a redirect, which is not followed'}`,
        );
      }
      return await bodyOf(response, what.maxBytes);
    } finally {
      response.destroy();
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = limits.signal.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
    throw new StoreError(`cannot get ${nameOf(what.name)} from ${what.place}: ${reason}`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
};

/** The address as it is shown: what follows a question mark may be a secret. */
const shown = ({ origin, pathname }: URL): string => `${origin}${pathname.replace(/\/$/, '')}`;

/** A backend that reads from a server, of whose content nothing is believed. Throws a `StoreError` for an address that may not be used. */
export const createHttpBackend = (base: string, options: HttpBackendOptions = {}): StoreBackend => {
  const place = shown(checkedAddress(base, options, false));
  return {
    name: place,
    read: async (name, maxBytes, signal) => {
      if (!isDigest(name.digest)) {
        throw new StoreError(`${JSON.stringify(name.digest)} is not a digest`);
      }
      const url = new URL(`${place}/${name.kind}/${name.digest.slice(2)}`);
      return fetchFrom(url, { name, place, maxBytes }, options, signal);
    },
  };
};

/**
 * A backend that has one file at one address, whatever it is asked for: where an author says that a model's graph is
 * found. As little is believed of it. Throws a `StoreError` for an address that may not be used.
 */
export const createHttpFileBackend = (
  address: string,
  options: HttpBackendOptions = {},
): StoreBackend => {
  const url = checkedAddress(address, options, true);
  const place = shown(url);
  return {
    name: place,
    read: (name, maxBytes, signal) => fetchFrom(url, { name, place, maxBytes }, options, signal),
  };
};
