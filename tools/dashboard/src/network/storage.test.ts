/** A page must not hang, nor end, whatever the node says that it shows. */
import { withinBoundsAsync } from '@veritrace/referee/testing';
import { twist, twisted } from '@veritrace/referee/testing/answers';
import { AnswerError } from '@veritrace/sdk/answers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainEvents } from '../live/plain-event.ts';
import { recordedAnswers } from '../testing/stub-node.ts';
import { createStorageReader } from './storage.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 60);
const { answers, blocks } = recordedAnswers();
const metadata = String(answers.state_getMetadata) as `0x${string}`;
const full = blocks.reduce((best, block) =>
  (block.events?.length ?? 0) > (best.events?.length ?? 0) ? block : best,
);

/** A node that gives such metadata and such a value. */
const telling =
  (events: unknown, about: unknown = metadata) =>
  async <T>(method: string): Promise<T> =>
    (method === 'state_getMetadata' ? about : events) as T;

const read = async (ask: ReturnType<typeof telling>): Promise<unknown> => {
  const reader = await createStorageReader({ ask });
  return reader.value('system', 'events', full.hash);
};

/** What it gives, or nothing where it says that the answer cannot be used. */
const told = (act: () => Promise<unknown>): Promise<unknown> =>
  withinBoundsAsync(act).catch((error: unknown) => {
    if (!(error instanceof AnswerError)) throw error;
    return undefined;
  });

describe('what a node says is stored', { timeout: 300_000 }, () => {
  it('is read as it is, or refused, whatever happened to it', async () => {
    const reader = await createStorageReader({ ask: telling(full.events) });
    const is = await reader.value('system', 'events', full.hash);
    expect(plainEvents(full.number, is)).toEqual(full.told);
    await fc.assert(
      fc.asyncProperty(twist, async (each) => {
        const lying = await createStorageReader({ ask: telling(twisted(full.events, each)) });
        const value = await told(() => lying.value('system', 'events', full.hash));
        expect(value === undefined || Array.isArray(value)).toBe(true);
      }),
      {
        numRuns: RUNS,
        examples: [
          [{ type: 'length', at: 0, place: 0, length: 'long' }],
          [{ type: 'length', at: 0, place: 0, length: 'longest' }],
          [{ type: 'append', at: 0, bytes: Uint8Array.of(0) }],
        ],
      },
    );
  });

  it('is refused when its end is missing, or when something is behind it', async () => {
    const events = String(full.events);
    await expect(read(telling(events.slice(0, -2)))).rejects.toThrow(AnswerError);
    await expect(read(telling(`${events}00`))).rejects.toThrow('something is behind it');
  });

  it('is refused with the metadata that it is read by, where that promises more than there is', async () => {
    const length = metadata.length / 2 - 1;
    await fc.assert(
      fc.asyncProperty(fc.nat(9_999), fc.boolean(), async (share, isCut) => {
        const from = 2 + 2 * Math.floor((share * (length - 4)) / 10_000);
        const rest = isCut ? '' : metadata.slice(from + 8);
        await told(() => read(telling(full.events, `${metadata.slice(0, from)}02001e00${rest}`)));
      }),
      {
        numRuns: RUNS,
        examples: [[0, true], ...[4, 5, 6, 7].map((at) => [at, true] as [number, boolean])],
      },
    );
  });
});
