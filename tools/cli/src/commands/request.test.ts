import { createEmbeddedDriver, endEmbedded } from '@veritrace/harness';
import type { NextStep, RequestLife } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../errors.ts';
import { nextInWords, picture, showRequest } from './request.ts';

const root = (byte: string) => `0x${byte.repeat(32)}` as const;

const life: RequestLife = {
  request: 7n,
  user: 'paul',
  model: root('aa'),
  terms: {
    graphRoot: root('ab'),
    price: 10n ** 12n,
    royalty: 100_000,
    nodeCount: 3,
    inputs: [{ dtype: 'U8', shape: [1, 64] }],
    outputs: [],
  },
  redundancy: 2,
  escrow: 2n * 10n ** 12n,
  deposit: 10n ** 11n,
  deadline: 6,
  attemptsLeft: 1,
  inputs: [
    { root: root('cc'), spec: { dtype: 'U8', shape: [1, 64] }, bytes: 64, isPublished: true },
  ],
  visibility: 'Public',
  status: 'Claimed',
  since: 12,
  due: 18,
  workers: [
    {
      worker: 'ada',
      state: { type: 'Revealed', value: root('11') },
      claim: { traceRoot: root('11'), outputRoot: root('22'), at: 12, outputBytes: [40] },
      challenges: [
        { subject: { type: 'Node', value: 4 }, openingBytes: 64, isOpened: false, due: 15 },
        { subject: { type: 'Page', value: 1 }, openingBytes: 64, isOpened: true, due: 16 },
      ],
    },
    { worker: 'mike', state: { type: 'Struck' }, claim: undefined, challenges: [] },
  ],
  convicted: [root('33')],
  next: { type: 'AwaitChallenges' },
  nextAt: undefined,
  audit: undefined,
};

describe('a request that is shown', () => {
  it('has who asked, what is held, who claims what, what runs against it and what comes next', () => {
    const text = picture(life, 13);
    expect(text).toContain('Request 7: Claimed since block 12, until 18; now 13');
    expect(text).toContain('held     2 VTR escrow, 0.1 VTR deposit');
    expect(text).toContain('asks     U8 [1,64] 64 bytes 0xcccccccccc…');
    expect(text).toContain('next     it waits for its challenges to end\n');
    expect(text).toContain('proved wrong: 0x3333333333…');
    expect(text).toMatch(
      /ada +Revealed +0x1111111111… in #12 +node 4 to be opened, until #15; page 1 opened/,
    );
    expect(text).toMatch(/mike +Struck +– +–/);
    expect(text).not.toContain('undefined');
    expect(text).not.toContain('audit');
    const audit = {
      auditor: 'vera',
      worker: 'ada',
      node: 3,
      lot: 12n,
      due: 15,
      fee: 4n * 10n ** 11n,
      isAttested: false,
    };
    expect(picture({ ...life, audit }, 13)).toContain(
      '  audit    node 3 of ada’s claim by vera for 0.4 VTR: to be shown, until #15\n',
    );
    expect(picture({ ...life, audit: { ...audit, isAttested: true } }, 13)).toContain(
      'for 0.4 VTR: shown\n',
    );
  });

  it('says from which block on something can happen', () => {
    expect(picture({ ...life, next: { type: 'Pay' }, nextAt: 18, workers: [] }, 13)).toContain(
      'next     it is paid, from block 18 on',
    );
  });

  it('has words for everything that can come next', () => {
    const steps: NextStep[] = [
      ...(['Draw', 'DrawAgain', 'Replace', 'OpenReveals', 'OpenWindow', 'Pay'] as const),
      ...(['Contest', 'CloseContest', 'AwaitChallenges', 'AwaitVerdict'] as const),
    ].map((type) => ({ type }));
    const words = [...steps, { type: 'Refund', value: 'NotServed' } as const].map(nextInWords);
    expect(new Set(words).size).toBe(11);
    expect(words.at(-1)).toBe('the user is refunded (NotServed)');
  });

  it('is asked for on the chain, and one that is not open is told so', async () => {
    const network = await createEmbeddedDriver().start({
      preset: 'development',
      patch: {},
      balances: new Map(),
    });
    const nothing = { json: true, result: () => undefined, note: () => undefined };
    try {
      const showing = showRequest(network.client, 7n, nothing);
      await expect(showing).rejects.toThrow(CommandError);
      await expect(showing).rejects.toThrow('no open request has the number 7');
    } finally {
      await network.stop();
      await endEmbedded();
    }
  }, 60_000);
});
