import type { Account, Bounty, Hex, SignedCall } from '@veritrace/sdk';
import type { Action, Chain } from '@veritrace/worker';
import { describe, expect, it } from 'vitest';
import { createFrontRunner, seenBy } from './front-runner.ts';

const root = `0x${'11'.repeat(32)}` as const;
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const frank = { address: 'frank' } as Account;
const vera = { address: 'vera' } as Account;

const proof: Action = {
  type: 'contradict-node',
  request: 1n,
  worker: 'mallory',
  node: 2,
  proof: new Uint8Array([7]),
  salt: new Uint8Array([8]),
};

/** A chain that writes down what is sent, and by whom. */
const scene = async (seals: boolean) => {
  const sent: string[] = [];
  const signed = new Map<string, string>();
  let head = { number: 1, hash: root, parentHash: root };
  let bounty: Bounty | undefined;
  let listener = (_: typeof head): void => undefined;
  const chain = {
    head: () => head,
    onHead: (_: string, each: typeof listener) => {
      listener = each;
      each(head);
      return () => undefined;
    },
    accountId: () => new Uint8Array(32),
    isSame: (a: string, b: string) => a === b,
    claim: async () => ({ traceRoot: root }),
    request: async () => ({ terms: { nodeCount: 3 } }),
    bounty: async () => bounty,
    seal: async () => (seals && !sent.includes('frank reveal-seal') ? {} : undefined),
    sign: async (account: Account, action: Action) => {
      const salt = 'salt' in action && action.salt?.length === 1 ? ' with her salt' : '';
      const hash = `0x${signed.size}` as Hex;
      signed.set(hash, `${account.address} ${action.type}${salt}`);
      return { hash } as SignedCall;
    },
    broadcast: async ({ hash }: SignedCall) => {
      sent.push(signed.get(hash) ?? '');
      return 'sent' as const;
    },
  } as unknown as Chain;
  const runner = createFrontRunner({
    account: frank,
    chain,
    referee: { seal: () => new Uint8Array(32) },
    logger,
    seals,
  });
  await runner.start();
  const hers = seenBy(chain, () => [runner]);
  return {
    sent,
    sends: async (action: Action) => hers.broadcast(await hers.sign(vera, action)),
    next: async (held?: Partial<Bounty>) => {
      head = { ...head, number: head.number + 1 };
      bounty = held as Bounty | undefined;
      listener(head);
      await runner.settled({ best: head.number });
    },
  };
};

describe('a front-runner', () => {
  it('sends a copy of a proof before the proof, once', async () => {
    const { sent, sends } = await scene(false);
    await sends(proof);
    await sends(proof);
    const hers = 'vera contradict-node with her salt';
    expect(sent).toEqual(['frank contradict-node', hers, hers]);
  });

  it('keeps it out of a block to seal first, and shows the seal', async () => {
    const { sent, sends, next } = await scene(true);
    await sends(proof);
    expect(sent).toEqual(['frank seal']);
    await next();
    expect(sent.slice(1)).toEqual(['frank contradict-node', 'vera contradict-node with her salt']);
    await next({ due: 9, holder: 'vera' });
    await next({ due: 9, holder: 'vera' });
    expect(sent.slice(3)).toEqual(['frank reveal-seal']);
  });

  it('takes what it got away with, when it is due', async () => {
    const { sent, sends, next } = await scene(false);
    await sends(proof);
    await next({ due: 4, holder: 'frank' });
    await next({ due: 4, holder: 'frank' });
    await next({ due: 4, holder: 'frank' });
    expect(sent.slice(2)).toEqual(['frank release-bounty']);
  });

  it('lets everything else pass', async () => {
    const { sent, sends } = await scene(true);
    await sends({ type: 'seal', request: 1n, seal: new Uint8Array(32) });
    await sends({ type: 'settle', request: 1n });
    expect(sent).toEqual(['vera seal', 'vera settle']);
  });
});
