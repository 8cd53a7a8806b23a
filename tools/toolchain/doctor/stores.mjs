// Whether stores answer: folders and servers that are named to the doctor. Plain Node, as all of it.
import { accessSync, constants, statSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { resolve } from 'node:path';

/** As long as a daemon would wait. */
const PATIENCE_MS = 10_000;

/** The digest of nothing that anyone keeps: a server that answers says that it has it not. */
const ABSENT = '0'.repeat(64);

const isServer = (place) => /^[a-z]+:\/\//.test(place);

const lookAtFolder = (place) => {
  const folder = resolve(place);
  try {
    if (!statSync(folder).isDirectory()) return { kind: 'folder', state: 'it is not a folder' };
    accessSync(folder, constants.R_OK);
  } catch (error) {
    if (error.code === 'ENOENT') return { kind: 'folder', state: 'absent' };
    return { kind: 'folder', state: `it cannot be read (${error.code})` };
  }
  try {
    accessSync(folder, constants.W_OK);
    return { kind: 'folder', state: 'writable' };
  } catch {
    return { kind: 'folder', state: 'readable' };
  }
};

const lookAtServer = (place, { signal, patience }) =>
  new Promise((done) => {
    const isPlain = place.startsWith('http://');
    let url;
    try {
      url = new URL(`${place.replace(/\/$/, '')}/blob/${ABSENT}`);
    } catch {
      return done({ kind: 'server', state: 'it is no address', isPlain });
    }
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      return done({ kind: 'server', state: `${url.protocol} cannot be used`, isPlain });
    }
    // Not AbortSignal.timeout within AbortSignal.any: there the garbage collector may take the timeout away.
    const limits = new AbortController();
    const stop = () => limits.abort();
    const timer = setTimeout(stop, patience);
    signal?.addEventListener('abort', stop, { once: true });
    const say = (state) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      done({ kind: 'server', state, isPlain });
    };
    const make = url.protocol === 'https:' ? requestTls : requestPlain;
    const asking = make(url, { signal: limits.signal, agent: false }, (response) => {
      const { statusCode } = response;
      response.destroy();
      if (statusCode === 404 || statusCode === 410 || statusCode === 200) return say('answers');
      const isRedirect = response.headers.location !== undefined;
      say(
        `it answers with status ${statusCode}${isRedirect ? ', a redirect, which is not followed' : ''}`,
      );
    });
    asking.once('error', (error) => {
      say(
        limits.signal.aborted
          ? `no answer within ${patience} ms`
          : `no answer: ${error.code ?? error.message}`,
      );
    });
    asking.end();
  });

/** The probe: what is at a place. */
export const storeProbe =
  ({ signal, patience = PATIENCE_MS } = {}) =>
  (place) =>
    isServer(place) ? lookAtServer(place, { signal, patience }) : lookAtFolder(place);

const judge = (place, { kind, state, isPlain }) => {
  if (kind === 'server' && state === 'answers') {
    return isPlain
      ? {
          verdict: 'warning',
          found: 'it answers, over plain http',
          remedy: 'it is used with --own, or with plainHttp: true in a config file',
        }
      : { verdict: 'ok', found: 'it answers' };
  }
  if (kind === 'server') {
    return {
      verdict: 'missing',
      found: state,
      remedy: `start it, or take another: \`veritrace store serve FOLDER\` gives one out`,
    };
  }
  switch (state) {
    case 'writable':
      return { verdict: 'ok', found: 'a folder, read and written' };
    case 'readable':
      return {
        verdict: 'warning',
        found: 'a folder that can be read and not written',
        remedy: 'outputs larger than a claim are not kept there; change its mode if they should be',
      };
    case 'absent':
      return {
        verdict: 'warning',
        found: 'no such folder yet',
        remedy: `check the path; it is made when something is put there`,
      };
    default:
      return { verdict: 'missing', found: state, remedy: `take another folder than ${place}` };
  }
};

/** A check for each place. */
export const storeChecks = (places) =>
  [...new Set(places)].map((place) => ({
    name: `store ${place}`,
    what: 'a place of content by its hash',
    neededFor: [],
    look: async ({ store }) => judge(place, await store(place)),
  }));
