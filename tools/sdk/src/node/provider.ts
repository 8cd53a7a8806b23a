/**
 * A node's JSON-RPC over a web socket, for a node that may send anything. The usual client's provider parses what comes
 * within the socket's event, so that one frame that is no JSON ends the process, and keeps what it is told of subscriptions
 * that nobody made.
 */
import { EventEmitter } from 'node:events';
import { RpcCoder } from '@polkadot/rpc-provider/coder';
import type {
  JsonRpcResponse,
  ProviderInterface,
  ProviderInterfaceCallback,
} from '@polkadot/rpc-provider/types';
import { WebSocket } from 'ws';
import { ConnectionError } from '../errors.ts';
import { shownEndpoint } from '../shown-endpoint.ts';
import { AnswerError, isObject } from './answers.ts';

export interface NodeProviderOptions {
  /** Connects by itself, and again so many milliseconds after a connection is lost or was not made. */
  retryMs?: number;
  /** How long an answer may take, in milliseconds. */
  answerMs?: number;
}

/** Largest message that is read: nodes give out a quarter of it unless they are told to give more. */
const MOST_BYTES = 64 * 2 ** 20;

const ANSWER_MS = 60_000;
const CONNECT_MS = 20_000;
/** How long a node may take to say farewell. */
const FAREWELL_MS = 2_000;

/** Messages kept of subscriptions that are not known yet: a node may tell the first before it says what they are called. */
const MOST_EARLY = 64;

/** Longest words of a node's that are passed on. */
const MOST_WORDS = 2_000;

interface Waiting {
  method: string;
  since: number;
  done: ProviderInterfaceCallback;
}

interface Subscription {
  type: string;
  method: string;
  params: unknown[];
  callback: ProviderInterfaceCallback;
}

type Message = JsonRpcResponse<unknown>;

const isMessage = (value: unknown): value is Message => isObject(value);

/** What a node says of an error, as one may show it: of a line or two, without what steers terminals. */
const plainWords = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error('the node answers with an error');
  const words = error.message.replace(/\p{Cc}+/gu, ' ');
  // The coder's errors have messages that may be defined anew, and not assigned to.
  Object.defineProperty(error, 'message', {
    value: words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words,
  });
  return error;
};

/** Why there is no connection: nobody is there, or somebody who speaks of something else. */
const unreached = (cause: Error): ConnectionError => {
  const status = /^Unexpected server response: (\d{3})$/.exec(cause.message)?.[1];
  return status === undefined
    ? new ConnectionError('nothing answers', { cause })
    : new ConnectionError(`what answers there is no node (HTTP ${status})`);
};

/** Makes the provider of a node; without `retryMs` it connects when it is told to, once. */
export const createNodeProvider = (
  endpoint: string,
  { retryMs, answerMs = ANSWER_MS }: NodeProviderOptions = {},
): ProviderInterface => {
  const where = shownEndpoint(endpoint);
  const coder = new RpcCoder();
  const emitter = new EventEmitter();
  const waiting = new Map<number, Waiting>();
  const subscriptions = new Map<string, Subscription>();
  const early = new Map<string, Message>();
  let socket: WebSocket | undefined;
  let again: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;
  let isWanted = false;

  const isOpen = (): boolean => socket?.readyState === WebSocket.OPEN;
  const keyOf = (type: string, id: unknown): string => `${type} ${String(id)}`;

  const failAll = (error: Error): void => {
    const all = [...waiting.values()];
    waiting.clear();
    early.clear();
    for (const { done } of all) done(error, undefined);
  };

  /** Listeners are others' code: what they throw must not end the socket's event. */
  const tell = ({ callback }: Pick<Subscription, 'callback'>, message: Message): void => {
    try {
      callback(null, coder.decodeResponse(message));
    } catch (error) {
      callback(plainWords(error), undefined);
    }
  };

  const answered = (message: Message): void => {
    const { id } = message;
    const asked = waiting.get(id);
    if (asked === undefined) return;
    waiting.delete(id);
    try {
      asked.done(null, coder.decodeResponse(message));
    } catch (error) {
      asked.done(plainWords(error), undefined);
    }
  };

  const notified = (method: string, message: Message): void => {
    const params: unknown = message.params;
    if (!isObject(params)) return;
    const key = keyOf(method, params.subscription);
    const known = subscriptions.get(key);
    if (known !== undefined) {
      tell(known, message);
      return;
    }
    early.set(key, message);
    for (const oldest of early.keys()) {
      if (early.size <= MOST_EARLY) break;
      early.delete(oldest);
    }
  };

  /** Takes a message in. Returns what is wrong with one that is none. */
  const take = (text: string): string | undefined => {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return 'it is no JSON';
    }
    if (!isMessage(message)) return 'it is no message of JSON-RPC';
    const method: unknown = message.method;
    if (typeof method === 'string') notified(method, message);
    else answered(message);
    return undefined;
  };

  const send = <T>(method: string, params: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!isOpen()) {
        reject(new ConnectionError(`${where} is not connected`));
        return;
      }
      const [id, body] = coder.encodeJson(method, params);
      const done: ProviderInterfaceCallback = (error, result) =>
        error === null ? resolve(result as T) : reject(error);
      waiting.set(id, { method, since: Date.now(), done });
      socket?.send(body);
    });

  const subscribe: ProviderInterface['subscribe'] = async (type, method, params, callback) => {
    const id: unknown = await send(method, params);
    if (typeof id !== 'string' && typeof id !== 'number') {
      throw new AnswerError(method, 'it is no name of a subscription');
    }
    const key = keyOf(type, id);
    const subscription = { type, method, params, callback };
    subscriptions.set(key, subscription);
    const first = early.get(key);
    early.delete(key);
    // Whoever subscribes knows what it is called first.
    if (first !== undefined) queueMicrotask(() => tell(subscription, first));
    return id;
  };

  /** A new connection knows nothing of what was subscribed to. Transactions are not told of again: they are not sent again. */
  const subscribeAgain = (): void => {
    const all = [...subscriptions.values()];
    subscriptions.clear();
    for (const { type, method, params, callback } of all) {
      if (type.startsWith('author_')) continue;
      subscribe(type, method, params, callback).catch(() => undefined);
    }
  };

  const expire = (): void => {
    const now = Date.now();
    for (const [id, { method, since, done }] of waiting) {
      if (now - since <= answerMs) continue;
      waiting.delete(id);
      done(
        new ConnectionError(`${where} has not answered ${method} for ${answerMs / 1000} s`),
        undefined,
      );
    }
  };

  const open = (): WebSocket => {
    const fresh = new WebSocket(endpoint, {
      handshakeTimeout: CONNECT_MS,
      maxPayload: MOST_BYTES,
      perMessageDeflate: false,
    });
    socket = fresh;
    let broken: Error | undefined;
    fresh.on('open', () => {
      watch = setInterval(expire, Math.min(answerMs, 5_000));
      subscribeAgain();
      emitter.emit('connected');
    });
    fresh.on('message', (data) => {
      const wrong = broken === undefined ? take(String(data)) : undefined;
      if (wrong === undefined) return;
      broken = new AnswerError('what it was asked', wrong);
      fresh.terminate();
    });
    fresh.on('error', (cause) => {
      const isLarge = 'code' in cause && cause.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      broken ??= isLarge
        ? new AnswerError('what it was asked', `it has more than ${MOST_BYTES / 2 ** 20} MiB`)
        : unreached(cause);
      emitter.emit('trouble', broken);
    });
    fresh.on('close', () => {
      clearInterval(watch);
      if (socket === fresh) socket = undefined;
      failAll(broken ?? new ConnectionError(`the connection to ${where} was lost`));
      emitter.emit('disconnected');
      if (isWanted && retryMs !== undefined) again = setTimeout(open, retryMs);
    });
    return fresh;
  };

  if (retryMs !== undefined) {
    isWanted = true;
    open();
  }

  return {
    hasSubscriptions: true,
    isClonable: true,
    get isConnected() {
      return isOpen();
    },
    clone: () => createNodeProvider(endpoint, { ...(retryMs === undefined ? {} : { retryMs }) }),
    connect: () =>
      new Promise((resolve, reject) => {
        if (socket !== undefined) {
          reject(new Error(`${where} is connected already`));
          return;
        }
        isWanted = true;
        const fresh = open();
        fresh.once('open', () => resolve());
        fresh.once('error', (cause) => reject(unreached(cause)));
        fresh.once('close', () => reject(new ConnectionError('nothing answers')));
      }),
    disconnect: async () => {
      isWanted = false;
      clearTimeout(again);
      const ending = socket;
      if (ending === undefined) return;
      const late = setTimeout(() => ending.terminate(), FAREWELL_MS);
      ending.once('close', () => clearTimeout(late));
      ending.close(1000);
    },
    on: (type, listener) => {
      // Node ends a process for an event of this name that nobody listens to.
      const name = type === 'error' ? 'trouble' : type;
      emitter.on(name, listener);
      return () => emitter.off(name, listener);
    },
    send: (method, params) => send(method, params),
    subscribe,
    unsubscribe: async (type, method, id) => {
      if (!subscriptions.delete(keyOf(type, id)) || !isOpen()) return false;
      return send<boolean>(method, [id]);
    },
  };
};
