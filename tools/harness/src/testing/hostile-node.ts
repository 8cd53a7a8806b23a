/** A node on a web socket of this machine that answers as a chain does, or otherwise. */
import type { AddressInfo } from 'node:net';
import type { ProviderInterface } from '@polkadot/rpc-provider/types';
import { type WebSocket, WebSocketServer } from 'ws';

export interface HostileNode {
  readonly url: string;
  /** What it does to an answer before it gives it; nothing by default. Throws to answer with an error. */
  lie: (method: string, params: unknown[], answer: unknown) => unknown;
  /** Sends a text as it is to everyone, whatever it is. */
  say(text: string): void;
  /** Bytes on everyone's connection, beside all rules. */
  sayBytes(bytes: Uint8Array): void;
  /** Tells all subscribers of a kind, `chain_newHead` say. */
  notify(kind: string, told: unknown): void;
  close(): Promise<void>;
}

interface Request {
  id: number;
  method: string;
  params: unknown[];
}

const honest = (_method: string, _params: unknown[], answer: unknown): unknown => answer;

/** What only a node with a pool of transactions can tell. */
const NONCE = 'system_accountNextIndex';

/** What subscriptions are told under. */
const KINDS: Readonly<Record<string, string>> = {
  chain_subscribeNewHead: 'chain_newHead',
  chain_subscribeNewHeads: 'chain_newHead',
  chain_subscribeFinalizedHeads: 'chain_finalizedHead',
  state_subscribeRuntimeVersion: 'state_runtimeVersion',
};

/** Starts one on a free port, in front of a chain. */
export const startHostileNode = async (
  chain: Pick<ProviderInterface, 'send' | 'subscribe'>,
): Promise<HostileNode> => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((done) => server.once('listening', done));
  const subscribers: { socket: WebSocket; id: string; kind: string }[] = [];
  const tell = ({ socket, id, kind }: (typeof subscribers)[number], result: unknown) =>
    socket.send(
      JSON.stringify({ jsonrpc: '2.0', method: kind, params: { subscription: id, result } }),
    );
  const node: HostileNode = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie: honest,
    say: (text) => {
      for (const client of server.clients) client.send(text);
    },
    sayBytes: (bytes) => {
      for (const client of server.clients) {
        (client as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket.write(bytes);
      }
    },
    notify: (kind, told) => {
      for (const one of subscribers) if (one.kind === kind) tell(one, told);
    },
    close: () =>
      new Promise((done) => {
        for (const client of server.clients) client.terminate();
        server.close(() => done());
      }),
  };

  const answerTo = async (socket: WebSocket, { method, params }: Request): Promise<unknown> => {
    const kind = KINDS[method];
    if (method === NONCE) return 3;
    if (method === 'rpc_methods') {
      const { methods } = await chain.send<{ methods: string[] }>(method, params);
      return { methods: [...methods, NONCE] };
    }
    if (kind === undefined) return chain.send<unknown>(method, params);
    const subscriber = { socket, id: `s${subscribers.length}`, kind };
    subscribers.push(subscriber);
    await chain.subscribe(kind, method, params, (_error, told: unknown) => {
      // What is told may be told before the subscription has a name: others do so, too.
      if (socket.readyState === socket.OPEN) tell(subscriber, told);
    });
    return subscriber.id;
  };

  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', async (text) => {
      const request = JSON.parse(String(text)) as Request;
      const answer = await answerTo(socket, request)
        .then((true_) => ({ result: node.lie(request.method, request.params, true_) }))
        .catch((error: unknown) => ({ error: { code: -32000, message: String(error) } }));
      if (socket.readyState === socket.OPEN) {
        socket.send(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...answer }));
      }
    });
  });
  return node;
};
