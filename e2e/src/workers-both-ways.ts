/**
 * Workers two ways on one model: daemons over RPC, and a node's own off-chain worker with its sidecar. Three serve it and
 * three are asked, so each is drawn every time. What is killed comes back with what it wrote down: nothing is sent twice,
 * nothing that was committed to is left unrevealed, nobody pays for a crash.
 */
import { createRandom, type NetworkWorker, pick, type RunningNetwork } from '@veritrace/harness';
import { type Address, challengeNode, connect, type VeritraceClient } from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { about, type FinalChain, followFinal, signedBy } from './final-chain.ts';
import {
  createQuestions,
  developmentKey,
  firstLargeNode,
  type Question,
  type Questions,
} from './questions.ts';

/** Final blocks in which what is awaited must come: the longest phases of the network, and room for a restart. */
const PATIENCE = 120;
/** The number that fixes which is killed when; printed by the test's name. */
const SEED = Number(process.env.VERITRACE_SEED ?? 1);
const CRASHES = 4;

export interface WorkersBothWays {
  /** Whether crashes at random moments are tried too; they take some minutes. */
  random: boolean;
}

export const workersBothWays = (
  shared: () => RunningNetwork,
  { random: tryRandom }: WorkersBothWays,
): void => {
  describe('workers, by daemon and by off-chain worker', () => {
    let client: VeritraceClient;
    let chain: FinalChain;
    let questions: Questions;
    let first: number;
    /** A node of the model with more input than fits one transaction: it has to be opened when it is challenged. */
    let large: number;

    beforeAll(async () => {
      const network = shared();
      client = await connect(network.node('alice').ws);
      chain = followFinal(client);
      first = client.heads.current('finalized').number + 1;
      questions = await createQuestions(network, client, developmentKey('Ferdie'), 'digits-cnn');
      large = await firstLargeNode(client, questions.model);
    });
    afterAll(async () => {
      questions?.free();
      await client?.disconnect();
    });

    const settled = async ({ request, truth }: Question): Promise<void> => {
      await chain.until(
        `request ${request} to be settled`,
        about('inference.Settled', request),
        PATIENCE,
      );
      const revealed = (await chain.events()).flatMap(({ event }) =>
        event.type === 'inference.ResultRevealed' && event.request === request ? [event] : [],
      );
      const everyone = shared()
        .workers()
        .map(({ account }) => client.address(account));
      expect(revealed.map(({ worker }) => worker).sort()).toEqual([...everyone].sort());
      for (const { traceRoot } of revealed) expect(traceRoot).toBe(truth);
    };

    /** None of the network's workers lost anything, and nothing that they sent failed or was sent twice. */
    const unharmed = async (): Promise<void> => {
      const last = client.heads.current('finalized').number;
      const workers = shared().workers();
      const ours = new Set(workers.map(({ account }) => client.address(account)));
      const events = (await chain.events()).flatMap(({ event }) =>
        'worker' in event && ours.has(event.worker) ? [event] : [],
      );
      expect(
        events.filter(
          ({ type }) => type === 'workers.Slashed' || type === 'workers.NoShowPenalised',
        ),
      ).toEqual([]);
      for (const { name, operator } of workers) {
        const sent = await signedBy(client, operator, first, last);
        const failed = sent.filter((one) => one.failed);
        expect(failed, `${name} sent what the chain refused`).toEqual([]);
      }
      const made = new Map<string, number>();
      for (const event of events) {
        if (
          event.type !== 'inference.ResultCommitted' &&
          event.type !== 'inference.ResultRevealed'
        ) {
          continue;
        }
        const key = `${event.type} ${event.request} ${event.worker}`;
        made.set(key, (made.get(key) ?? 0) + 1);
      }
      expect(made.size).toBeGreaterThan(0);
      expect([...made].filter(([, times]) => times !== 1)).toEqual([]);
    };

    const ofKind = (kind: 'daemon' | 'offchain') => {
      const found = shared()
        .workers()
        .find((worker) => worker.kind === kind);
      if (found === undefined) throw new Error(`the network has no worker by ${kind}`);
      return { ...found, account: client.address(found.account) };
    };

    type Crashing = Pick<NetworkWorker, 'name' | 'node' | 'kind'>;

    /** All that a worker is made of loses power: its daemon, or its node and its sidecar. */
    const strike = async ({ name, node, kind }: Crashing): Promise<void> => {
      const network = shared();
      await network.stopWorker(name, 'SIGKILL');
      if (kind === 'offchain') await network.kill(node);
    };
    const recover = async ({ name, node, kind }: Crashing): Promise<void> => {
      const network = shared();
      // As when power comes back: everything starts at once.
      await Promise.all([
        ...(kind === 'offchain' ? [network.start(node)] : []),
        network.startWorker(name),
      ]);
    };
    const crash = async (worker: Crashing): Promise<void> => {
      await strike(worker);
      await recover(worker);
    };

    it('give the same true answer, commit, reveal and are paid', async () => {
      await settled(await questions.ask(0, 3));
      await unharmed();
    });

    it.each(['daemon', 'offchain'] as const)(
      'by %s: killed between commit and reveal, it reveals what it committed to',
      async (kind) => {
        const worker = ofKind(kind);
        const question = await questions.ask(kind === 'daemon' ? 1 : 2, 3);
        await chain.until(
          `${worker.name} to commit to request ${question.request}`,
          about('inference.ResultCommitted', question.request, worker.account),
          PATIENCE,
        );
        await crash(worker);
        await settled(question);
        await unharmed();
      },
    );

    it.each(['daemon', 'offchain'] as const)(
      'by %s: challenged though honest and killed before it answered, it opens the node in time',
      async (kind) => {
        const worker = ofKind(kind);
        const question = await questions.ask(kind === 'daemon' ? 3 : 4, 3);
        const { event } = await chain.until(
          `all claims about request ${question.request}`,
          about('inference.WindowOpened', question.request),
          PATIENCE,
        );
        expect(event.type).toBe('inference.WindowOpened');
        await strike(worker);
        try {
          const { loaded } = questions.model;
          const inclusion = await challengeNode(client, {
            request: question.request,
            worker: worker.account as Address,
            proof: loaded.proveChallenge(large, questions.trace(question.input)),
          }).submit(developmentKey('Eve'));
          expect(inclusion.events.map((placed) => placed.event.type)).toContain(
            'disputes.NodeChallenged',
          );
        } finally {
          await recover(worker);
        }
        await chain.until(
          `${worker.name} to open node ${large}`,
          about('disputes.NodeOpened', question.request, worker.account),
          PATIENCE,
        );
        await settled(question);
        await unharmed();
      },
    );

    it.runIf(tryRandom)(
      `survive ${CRASHES} crashes at moments drawn with seed ${SEED} (VERITRACE_SEED)`,
      async () => {
        const random = createRandom(SEED, 'crashes');
        const workers = shared().workers();
        const moments = [
          'inference.RequestAssigned',
          'inference.ResultCommitted',
          'inference.RevealOpened',
          'inference.ResultRevealed',
        ] as const;
        for (let index = 0; index < CRASHES; index += 1) {
          const question = await questions.ask(10 + index, 3);
          const moment = moments[pick(random, moments.length)] ?? moments[0];
          const worker = workers[pick(random, workers.length)];
          if (worker === undefined) throw new Error('the network has no workers');
          // On the best chain, and so before it is final: a crash does not wait.
          await client.heads.waitFor({
            what: `${moment} of request ${question.request}`,
            blocks: PATIENCE,
            look: async (head) => {
              const { events } = await client.blocks.get(head.hash);
              return events.some(({ event }) => about(moment, question.request)(event))
                ? { found: true }
                : { seen: `block ${head.number} without it` };
            },
          });
          await crash(worker);
          await settled(question);
        }
        await unharmed();
      },
    );
  });
};
