/**
 * A node that answers anything: everything that asks nodes gives a value, or an error that says what is wrong, within a
 * second of processor time and 200 MB; nothing waits for ever, and nothing ends the process. What the node lies about is
 * what a chain did say before something happened to it.
 */
import { Keyring } from '@polkadot/keyring';
import { createReferee } from '@veritrace/referee';
import { mutatedText, withinBoundsAsync } from '@veritrace/referee/testing';
import { type Twist, twist, twisted } from '@veritrace/referee/testing/answers';
import {
  AnswerError,
  ConnectionError,
  connect,
  createNodeProvider,
  getBalance,
  getBalances,
  getBounties,
  getCard,
  getChallenges,
  getClaims,
  getComplaints,
  getDue,
  getFamilies,
  getInputs,
  getModels,
  getNextNonce,
  getOpened,
  getParameters,
  getQuote,
  getRequest,
  getRequestLife,
  getRequests,
  getRuntimeState,
  getSeals,
  getWorker,
  getWorkerOf,
  getWorkers,
  getWorkOf,
  type HeadRef,
  NotKept,
  openingsIn,
  tracesIn,
  type VeritraceClient,
} from '@veritrace/sdk';
import { chainOf, createChallenger, createKeeper, createMemoryJournal } from '@veritrace/worker';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { endEmbedded } from '../embedded/driver.ts';
import { readState } from '../invariants/read.ts';
import { type HostileNode, startHostileNode } from '../testing/hostile-node.ts';
import { type RecordedChain, recordedChain } from '../testing/recorded-chain.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 60);
const honest: HostileNode['lie'] = (_method, _params, answer) => answer;

let chain: RecordedChain;
let node: HostileNode;
const clients: VeritraceClient[] = [];

// The client under ours reports every failure on the console, too.
const silenced = vi.spyOn(console, 'error').mockImplementation(() => undefined);

beforeAll(async () => {
  chain = await recordedChain('convicted-in-three');
  node = await startHostileNode(chain.provider);
}, 480_000);
afterEach(async () => {
  node.lie = honest;
  await Promise.all(clients.splice(0).map((client) => client.disconnect()));
});
afterAll(async () => {
  silenced.mockRestore();
  await node.close();
  await endEmbedded();
});

/** Without a memory of answers: each question is asked. */
const client = async (): Promise<VeritraceClient> => {
  const made = await connect(createNodeProvider(node.url, { retryMs: 50 }));
  clients.push(made);
  return made;
};

/** What an asker may throw: what the node says of itself, or what is wrong with what it says. */
const isTold = (error: unknown): boolean =>
  error instanceof AnswerError ||
  error instanceof NotKept ||
  error instanceof ConnectionError ||
  (error instanceof Error && error.name === 'RpcError');

/** Which of the questions is answered with what: the first `after` of a kind are answered as they should be. */
const lies = fc.record({
  twist,
  after: fc.nat(3),
});

const someone = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';

type Question = (client: VeritraceClient, head: HeadRef) => Promise<unknown>;

const QUESTIONS: Readonly<Record<string, Question>> = {
  balances: (from, { hash }) => getBalances(from, hash),
  balance: (from, { hash }) => getBalance(from, someone, hash),
  models: (from, { hash }) => getModels(from, hash),
  families: (from, { hash }) => getFamilies(from, hash),
  card: async (from, { hash }) => {
    const [model] = await getModels(from, hash);
    return model && getCard(from, model.id, hash);
  },
  workers: (from, { hash }) => getWorkers(from, hash),
  'a worker': async (from, { hash }) => {
    const [worker] = await getWorkers(from, hash);
    if (worker === undefined) return undefined;
    return Promise.all([
      getWorker(from, worker.account, hash),
      getWorkerOf(from, worker.operator, hash),
      getWorkOf(from, worker.account, hash),
    ]);
  },
  requests: (from, { hash }) => getRequests(from, hash),
  request: (from, { hash }) => getRequest(from, 0n, hash),
  inputs: (from, { hash }) => getInputs(from, 0n, hash),
  claims: (from, { hash }) => getClaims(from, hash),
  challenges: (from, { hash }) => getChallenges(from, hash),
  opened: (from, { hash }) => getOpened(from, 0n, someone, hash),
  nonce: (from) => getNextNonce(from, someone),
  quote: async (from, { hash }) => {
    const [model] = await getModels(from, hash);
    return model && getQuote(from, model.id);
  },
  life: (from, { hash }) => getRequestLife(from, 0n, hash),
  seals: (from, { hash }) => getSeals(from, hash),
  bounties: (from, { hash }) => getBounties(from, hash),
  complaints: (from, { hash }) => getComplaints(from, hash),
  due: (from, head) => getDue(from, head),
  parameters: (from, { hash }) => getParameters(from, hash),
  'the runtime': (from, { hash }) => getRuntimeState(from, hash),
  'the whole state': (from, { hash, number }) => readState(from, { number, hash }),
};

/** Questions about blocks, whose answers a client keeps. */
const BLOCKS: Readonly<Record<string, Question>> = {
  'a block': (from, { hash }) => from.blocks.get(hash),
  calls: (from, { hash }) => from.blocks.calls(hash),
  header: (from, { hash }) => from.blocks.header(hash),
  route: (from, head) => from.blocks.route({ number: 0, hash: chain.hashes[0] ?? head.hash }, head),
  traces: (from, head) => tracesIn(from, 0n, Math.max(1, head.number - 3), head),
  openings: async (from, head) => {
    const [worker] = await getWorkers(from, head.hash);
    if (worker === undefined) return undefined;
    return openingsIn(from, { request: 0n, worker: worker.account, node: 0 }, 1, head);
  },
};

/** A head of the recorded chain. */
const headAt = async (from: VeritraceClient, share: number): Promise<HeadRef> => {
  const at = 1 + Math.floor((share * (chain.hashes.length - 1)) / 10_000);
  return from.blocks.header(chain.hashes[at] ?? from.heads.current('best').hash);
};

/** Lies about what is asked from now on. */
const lieWith = (each: Twist, after: number, about = /./): void => {
  let asked = 0;
  node.lie = (method, _params, answer) => {
    if (!about.test(method)) return answer;
    asked += 1;
    return asked > after ? twisted(answer, each) : answer;
  };
};

const quiet = (): void => undefined;

const told = async (act: () => Promise<unknown>): Promise<unknown> =>
  withinBoundsAsync(act).catch((error: unknown) => {
    if (!isTold(error)) throw error;
    return undefined;
  });

describe('a node that answers anything', { timeout: 600_000 }, () => {
  it('answers most questions with something while it does not lie', async () => {
    const asking = await client();
    const answered = new Set<string>();
    for (const [name, question] of Object.entries({ ...QUESTIONS, ...BLOCKS })) {
      for (let share = 0; share < 10_000; share += 700) {
        const answer = await question(asking, await headAt(asking, share));
        const isEmpty = answer === undefined || (Array.isArray(answer) && answer.length === 0);
        if (!isEmpty) answered.add(name);
      }
    }
    const silent = Object.keys({ ...QUESTIONS, ...BLOCKS }).filter((name) => !answered.has(name));
    expect(silent).toEqual(['seals', 'complaints', 'due']);
  });

  it.each(Object.entries(QUESTIONS))('is asked for %s', async (_, question) => {
    // What a lie has ended may leave questions on their way, and who asks the same meanwhile is given their answers.
    const [asking, knowing] = [await client(), await client()];
    await fc.assert(
      fc.asyncProperty(lies, fc.nat(9_999), async ({ twist: each, after }, share) => {
        node.lie = honest;
        const head = await headAt(knowing, share);
        const is = await question(knowing, head);
        lieWith(each, after, /^state_/);
        const answer = await told(() => question(asking, head));
        if (answer !== undefined && is !== undefined) {
          expect(Array.isArray(answer)).toBe(Array.isArray(is));
          expect(typeof answer).toBe(typeof is);
        }
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  });

  /** Half a million elements, where a list's length is first. */
  const promising = (at: number): Twist => ({ type: 'length', at, place: 0, length: 'long' });

  it.each(Object.entries({ ...QUESTIONS, ...BLOCKS }))(
    'is asked for %s, and promises long lists',
    async (_, question) => {
      const [asking, knowing] = [await client(), await client()];
      for (let share = 0; share < 10_000; share += 900) {
        for (const at of [0, 5_000, 9_999]) {
          node.lie = honest;
          const head = await headAt(knowing, share);
          lieWith(promising(at), 0, /^state_(call|getStorage|queryStorageAt)/);
          await told(() => question(asking, head));
        }
      }
    },
  );

  it.each(Object.entries(BLOCKS))('is asked for %s', async (_, question) => {
    await fc.assert(
      fc.asyncProperty(lies, fc.nat(9_999), async ({ twist: each, after }, share) => {
        node.lie = honest;
        const asking = await client();
        const head = await headAt(asking, share);
        lieWith(each, after);
        await told(() => question(asking, head));
        await Promise.all(clients.splice(0).map((one) => one.disconnect()));
      }),
      { numRuns: Math.ceil(RUNS / 10) },
    );
  });

  it('is connected to, or it is said why not', async () => {
    await fc.assert(
      fc.asyncProperty(lies, fc.nat(12), async ({ twist: each }, after) => {
        lieWith(each, after);
        const made = await withinBoundsAsync(() => connect(node.url)).catch((error: unknown) => {
          if (!(error instanceof ConnectionError)) throw error;
          expect(error.message).not.toMatch(/\n\s+at |\p{Cc}\[/u);
          return undefined;
        });
        await made?.disconnect();
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  });

  const frames = fc.oneof(
    fc.constantFrom('null', '[]', '17', '"x"', '{}', '', ' ', '\u0000', '[{"jsonrpc":"2.0"}]'),
    mutatedText([
      JSON.stringify({ jsonrpc: '2.0', id: 9, result: '0x00' }),
      JSON.stringify({ jsonrpc: '2.0', id: 9, error: { code: -32000, message: 'no', data: 'x' } }),
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'chain_newHead',
        params: { subscription: 's0', result: { number: '0x1' } },
      }),
    ]),
  );

  it('sends frames that are no answers: what waits ends, and the next connection is used', async () => {
    const provider = createNodeProvider(node.url, { retryMs: 1 });
    const connected = (): Promise<void> =>
      provider.isConnected
        ? Promise.resolve()
        : new Promise((done) => {
            provider.on('connected', () => done());
          });
    const name = await connected().then(() => provider.send('system_chain', []));
    await fc.assert(
      fc.asyncProperty(frames, async (frame) => {
        await connected();
        node.say(frame);
        const answer = await told(() => provider.send('system_chain', []));
        if (answer !== undefined) expect(answer).toBe(name);
      }),
      { numRuns: RUNS, examples: [['{'], ['null']] },
    );
    await connected();
    expect(await provider.send('system_chain', [])).toBe(name);
    await provider.disconnect();
  });

  it('announces a frame larger than any answer, and speaks of subscriptions that nobody made', async () => {
    const provider = createNodeProvider(node.url);
    await provider.connect();
    for (let index = 0; index < 20_000; index += 1) {
      node.say(
        `{"jsonrpc":"2.0","method":"x","params":{"subscription":${index},"result":"${'y'.repeat(500)}"}}`,
      );
    }
    expect(await withinBoundsAsync(() => provider.send('system_chain', []))).toEqual(
      await chain.provider.send('system_chain', []),
    );
    // A text of 2^40 bytes.
    node.lie = () => {
      node.sayBytes(Uint8Array.from([0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0]));
      return 'late';
    };
    await expect(provider.send('system_chain', [])).rejects.toThrow(
      'cannot be used: it has more than 64 MiB',
    );
    await provider.disconnect();
  });

  it('tells of heads and runtimes that are none, and of a runtime whose metadata is none', async () => {
    const asking = await client();
    const at = chain.hashes.at(-1) ?? '0x';
    const version = await chain.provider.send('state_getRuntimeVersion', []);
    const head = await chain.provider.send('chain_getHeader', []);
    const before = asking.heads.current('best');
    await fc.assert(
      fc.asyncProperty(
        twist,
        fc.constantFrom('chain_newHead', 'chain_finalizedHead', 'state_runtimeVersion'),
        async (each, kind) => {
          lieWith(each, 0, /Metadata/);
          const is = kind === 'state_runtimeVersion' ? { ...version, specVersion: 99 } : head;
          node.notify(kind, twisted(is, each));
          node.lie = (method, _params, answer) =>
            method === 'state_getMetadata' ? twisted(answer, each) : answer;
          node.notify('state_runtimeVersion', { ...version, specVersion: 100 });
          await told(() => getModels(asking, at));
        },
      ),
      { numRuns: RUNS },
    );
    node.lie = honest;
    node.notify('chain_newHead', head);
    await expect.poll(() => asking.heads.current('best').number).toBe(before.number);
    expect(await getModels(asking, at)).toHaveLength(1);
  });

  it('does not stop a daemon: it goes on when it is told the truth', async () => {
    const asking = await client();
    const deps = () => ({
      chain: chainOf(asking),
      referee: createReferee(),
      journal: createMemoryJournal(),
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    const key = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
    const daemons = [
      createKeeper({ account: key }, deps()),
      createChallenger({ account: key, models: [] }, deps()),
    ];
    const head = await chain.provider.send('chain_getHeader', []);
    for (const daemon of daemons) await daemon.start();
    await fc.assert(
      fc.asyncProperty(lies, async ({ twist: each, after }) => {
        lieWith(each, after);
        node.notify('chain_newHead', head);
        node.notify('chain_finalizedHead', head);
        await withinBoundsAsync(() =>
          Promise.all(
            daemons.map((daemon) => daemon.settled({ best: asking.heads.current('best').number })),
          ),
        );
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
    node.lie = honest;
    node.notify('chain_newHead', head);
    for (const daemon of daemons) {
      await daemon.settled({ best: asking.heads.current('best').number });
      await daemon.stop();
    }
  });
});
