/** A node that replays recorded answers and makes blocks when it is told to. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Answers {
  /** By method; of `state_getKeysPaged` by method and prefix. */
  answers: Readonly<Record<string, unknown>>;
  /** Storage by key. */
  entries: Readonly<Record<string, string | null>>;
  /** From the first on, by number. */
  blocks: readonly AnsweredBlock[];
}

/** A block of the chain. */
export interface AnsweredBlock {
  number: number;
  hash: string;
  parentHash: string;
  /** Bytes of each extrinsic; what they say is not kept. */
  sizes: readonly number[];
  /** `System.Events` as it is stored. */
  events: string | null;
  /** What the harness told of it. */
  told: readonly unknown[];
}

export const recordedAnswers = (): Answers =>
  JSON.parse(
    gunzipSync(
      readFileSync(fileURLToPath(new URL('../../testdata/node-answers.json.gz', import.meta.url))),
    ).toString(),
  ) as Answers;

export interface StubNode {
  url: string;
  /** Tells everyone who listens of a best and a final block. */
  head(best: number, finalized: number): void;
  /** Ends every connection and is gone, until it is mended: then it is there again at the same address. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** To heads, of those who are connected. */
  subscriptions(): number;
  close(): Promise<void>;
}

interface Request {
  id: number;
  method: string;
  params: unknown[];
}

const header = (number: number) => ({
  parentHash: `0x${'00'.repeat(32)}`,
  number: `0x${number.toString(16)}`,
  stateRoot: `0x${'00'.repeat(32)}`,
  extrinsicsRoot: `0x${'00'.repeat(32)}`,
  digest: { logs: [] },
});

const emptyHash = (number: number): string => `0x${number.toString(16).padStart(64, '0')}`;

/** Starts it on a free port. What it has no answer to is an error of JSON-RPC, as of a node. */
export const startStubNode = async ({ answers, entries, blocks }: Answers): Promise<StubNode> => {
  let best = Number((answers.chain_getHeader as { number: string }).number);
  let finalized = best - 2;
  let subscriptions = 0;
  const listeners: { socket: WebSocket; id: string; kind: 'best' | 'finalized' }[] = [];

  const tell = ({ socket, id, kind }: (typeof listeners)[number]) =>
    socket.send(
      JSON.stringify({
        jsonrpc: '2.0',
        method: kind === 'best' ? 'chain_newHead' : 'chain_finalizedHead',
        params: { subscription: id, result: header(kind === 'best' ? best : finalized) },
      }),
    );

  /** Blocks after the recorded ones are empty. */
  const blockAt = (number: number): Omit<AnsweredBlock, 'told'> =>
    blocks[number] ?? {
      number,
      hash: emptyHash(number),
      parentHash: blocks[number - 1]?.hash ?? emptyHash(number - 1),
      sizes: [],
      events: null,
    };
  const blockOf = (hash: unknown) =>
    blocks.find((block) => block.hash === hash) ?? blockAt(Number(hash));

  const answer = (socket: WebSocket, { method, params }: Request): unknown => {
    switch (method) {
      case 'chain_subscribeNewHeads':
      case 'chain_subscribeFinalizedHeads': {
        const listener = {
          socket,
          id: `s${subscriptions++}`,
          kind: method === 'chain_subscribeNewHeads' ? ('best' as const) : ('finalized' as const),
        };
        listeners.push(listener);
        setImmediate(() => tell(listener));
        return listener.id;
      }
      case 'chain_unsubscribeNewHeads':
      case 'chain_unsubscribeFinalizedHeads':
        return true;
      case 'chain_getHeader':
        return header(best);
      case 'chain_getBlockHash': {
        const [numbers = best] = params as [(number | number[])?];
        return Array.isArray(numbers)
          ? numbers.map((one) => blockAt(one).hash)
          : blockAt(numbers).hash;
      }
      case 'chain_getBlock': {
        const { number, parentHash, sizes } = blockOf(params[0]);
        return {
          block: {
            header: { ...header(number), parentHash },
            extrinsics: sizes.map((size) => `0x${'00'.repeat(size)}`),
          },
        };
      }
      case 'state_getStorage':
        return blockOf(params[1]).events;
      case 'state_getKeysPaged':
        return answers[`${method} ${String(params[0])}`];
      case 'state_queryStorageAt':
        return [
          {
            block: '0x00',
            changes: (params[0] as string[]).map((key) => [key, entries[key] ?? null]),
          },
        ];
      default:
        return answers[method];
    }
  };

  const serve = (socket: WebSocket) => {
    socket.on('close', () => {
      for (const { id } of listeners.filter((one) => one.socket === socket)) {
        listeners.splice(
          listeners.findIndex((one) => one.id === id),
          1,
        );
      }
    });
    socket.on('message', (text) => {
      const request = JSON.parse(String(text)) as Request;
      const result = answer(socket, request);
      socket.send(
        JSON.stringify({
          jsonrpc: '2.0',
          id: request.id,
          ...(result === undefined
            ? { error: { code: -32601, message: `no method ${request.method}` } }
            : { result }),
        }),
      );
    });
  };
  /** Takes connections at a port, 0 for a free one. */
  const listen = async (port: number): Promise<WebSocketServer> => {
    const listening = new WebSocketServer({ host: '127.0.0.1', port });
    listening.on('connection', serve);
    await new Promise((done) => listening.once('listening', done));
    return listening;
  };
  const shut = (listening: WebSocketServer): Promise<void> =>
    new Promise((done) => {
      for (const client of listening.clients) client.terminate();
      listening.close(() => done());
    });

  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    head: (newBest, newFinalized) => {
      [best, finalized] = [newBest, newFinalized];
      for (const listener of listeners) tell(listener);
    },
    cut: () => shut(server),
    mend: async () => {
      server = await listen(port);
    },
    subscriptions: () => listeners.length,
    close: () => shut(server),
  };
};
