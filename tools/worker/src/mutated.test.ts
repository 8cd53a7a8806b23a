/** Config files, journals and messages of the sidecar that something happened to. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidFile } from '@veritrace/harness/declared';
import { mutatedBytes, mutatedText, withinBounds } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  readChallengerConfig,
  readKeeperConfig,
  readPublisherConfig,
  readSidecarConfig,
  readWorkerConfig,
} from './config.ts';
import { fromHex } from './digest.ts';
import { JournalError, openJournal } from './journal.ts';
import {
  decodeAnswer,
  decodeJob,
  encodeAnswer,
  encodeJob,
  ProtocolError,
} from './sidecar/protocol.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'veritrace-mutated-'));
afterAll(() => rmSync(folder, { recursive: true }));

const example = (name: string): string =>
  readFileSync(new URL(`../${name}.example.yaml`, import.meta.url), 'utf8');

const golden = JSON.parse(
  readFileSync(
    new URL('../../../pallets/inference/testdata/sidecar.json', import.meta.url),
    'utf8',
  ),
) as { jobs: { hex: string }[]; answers: { hex: string }[] };

const bytesOf = (list: { hex: string }[]): Uint8Array[] => list.map(({ hex }) => fromHex(hex));

describe('what something happened to', { timeout: 600_000 }, () => {
  it.each([
    ['job', bytesOf(golden.jobs), decodeJob, encodeJob],
    ['answer', bytesOf(golden.answers), decodeAnswer, encodeAnswer],
  ] as [string, Uint8Array[], (bytes: Uint8Array) => unknown, (value: unknown) => Uint8Array][])(
    'is no %s of the sidecar, or encodes to what it was',
    (_, sound, decode, encode) => {
      fc.assert(
        fc.property(mutatedBytes(sound), (bytes) => {
          let decoded: unknown;
          try {
            decoded = withinBounds(() => decode(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
            return;
          }
          expect(Buffer.from(encode(decoded)).equals(bytes)).toBe(true);
        }),
        { numRuns: 10 * RUNS },
      );
    },
  );

  it.each([
    ['worker', readWorkerConfig],
    ['sidecar', readSidecarConfig],
    ['challenger', readChallengerConfig],
    ['keeper', readKeeperConfig],
    ['publisher', readPublisherConfig],
  ] as [string, (file: string) => Promise<unknown>][])(
    'is a config file of a %s, or says where it is none',
    async (name, read) => {
      const file = join(folder, `${name}.yaml`);
      await fc.assert(
        fc.asyncProperty(mutatedText([example(name)]), async (text) => {
          writeFileSync(file, text);
          const error = await read(file).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          if (error === undefined) return;
          expect(error).toBeInstanceOf(InvalidFile);
          expect(String(error)).toContain(`${file}:`);
        }),
        { numRuns: Math.ceil(RUNS / 4) },
      );
    },
  );

  it('is a journal, or the line is told that is none', () => {
    const digest = `0x${'ab'.repeat(32)}`;
    const sound = [
      { type: 'signed', action: 'submit', identity: digest, request: '7', signed: { hex: '0x00' } },
      { type: 'closed', action: 'submit', hash: digest, outcome: 'included' },
      { type: 'assessed', request: '7', worker: digest, identity: digest, fault: null },
      { type: 'sealed', request: '7', identity: digest, traceRoot: digest, node: 3, salt: digest },
      { type: 'forgotten', request: '7' },
    ]
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join('');
    const file = join(folder, 'some.journal');
    fc.assert(
      fc.property(mutatedText([sound]), (text) => {
        writeFileSync(file, text);
        try {
          withinBounds(() => {
            const journal = openJournal(file);
            for (const entry of journal.entries()) expect(typeof entry.type).toBe('string');
            journal.close();
          });
        } catch (error) {
          expect(error).toBeInstanceOf(JournalError);
          expect(String(error)).toMatch(/some\.journal:\d+: not a journal entry/);
          // What cannot be read is left as it was.
          expect(readFileSync(file, 'utf8')).toBe(Buffer.from(text).toString());
        }
      }),
      { numRuns: RUNS },
    );
  });
});
