/** The runtime is replaced while a request is open, claims stand and a challenge runs: nobody notices. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunningNetwork } from '@veritrace/harness';
import {
  type Address,
  bytes,
  challengeNode,
  connect,
  createCall,
  type VeritraceClient,
} from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { about, type FinalChain, followFinal } from './final-chain.ts';
import { createQuestions, developmentKey, firstLargeNode, type Questions } from './questions.ts';

const root = resolve(import.meta.dirname, '../..');
const PATIENCE = 120;

/** The runtime of this checkout with the next version's number, compressed. */
const nextRuntime = (): Uint8Array => {
  const folder = mkdtempSync(join(tmpdir(), 'veritrace-next-'));
  const file = join(folder, 'next.wasm');
  try {
    execFileSync(process.execPath, ['tools/toolchain/build-runtime.mjs', '--next', file], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return new Uint8Array(readFileSync(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const upgrade = (shared: () => RunningNetwork): void => {
  describe('an upgrade of the runtime with work open', () => {
    let client: VeritraceClient;
    let chain: FinalChain;
    let questions: Questions;

    beforeAll(async () => {
      client = await connect(shared().node('alice').ws);
      chain = followFinal(client);
      questions = await createQuestions(shared(), client, developmentKey('Ferdie'), 'digits-cnn');
    });
    afterAll(async () => {
      questions?.free();
      await client?.disconnect();
    });

    it('leaves requests, claims and challenges as they were, and everyone is paid', async () => {
      const code = nextRuntime();
      const before = client.api.runtimeVersion.specVersion.toNumber();
      const claimed = await questions.ask(20, 3);
      await chain.until(
        `all claims about request ${claimed.request}`,
        about('inference.WindowOpened', claimed.request),
        PATIENCE,
      );
      const [accused] = shared().workers();
      if (accused === undefined) throw new Error('the network has no workers');
      const worker = client.address(accused.account) as Address;
      const { loaded } = questions.model;
      const large = await firstLargeNode(client, questions.model);
      await challengeNode(client, {
        request: claimed.request,
        worker,
        proof: loaded.proveChallenge(large, questions.trace(claimed.input)),
      }).submit(developmentKey('Eve'));
      // Two workers: whoever is accused gets no new work.
      const open = await questions.ask(21, 2);

      const setCode = createCall(client, 'system', 'setCode', [bytes(code)]);
      await createCall(client, 'sudo', 'sudoUncheckedWeight', [
        setCode.extrinsic,
        { refTime: 0, proofSize: 0 },
      ]).submit(developmentKey('Alice'));
      await client.heads.waitFor({
        what: 'the new runtime',
        blocks: PATIENCE,
        finality: 'finalized',
        look: async (head) => {
          const version = await client.api.rpc.state.getRuntimeVersion(head.hash);
          const found = version.specVersion.toNumber();
          return found === before + 1 ? { found } : { seen: `version ${found}` };
        },
      });

      for (const { request } of [claimed, open]) {
        await chain.until(
          `request ${request} to be settled`,
          about('inference.Settled', request),
          PATIENCE,
        );
      }
      const after = await questions.ask(22, 3);
      await chain.until(
        `request ${after.request}, made after the upgrade, to be settled`,
        about('inference.Settled', after.request),
        PATIENCE,
      );
      const events = await chain.events();
      expect(
        events.filter(({ event }) => about('disputes.NodeOpened', claimed.request, worker)(event)),
        'the challenged node was opened',
      ).toHaveLength(1);
      for (const { event } of events) {
        expect(['workers.Slashed', 'workers.NoShowPenalised']).not.toContain(event.type);
      }
    });
  });
};
