import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Hex } from '@veritrace/sdk';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryJournal, type Entry, openJournal } from './journal.ts';
import { liveEntries } from './memory.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'deep', 'worker.journal');
});
afterEach(() => rmSync(folder, { recursive: true }));

const rejected = (request: string): Entry => ({
  type: 'rejected',
  action: 'contradict-node',
  identity: 'x',
  request,
});
const signed = (request: string, hash: string): Entry => ({
  type: 'signed',
  action: `submit ${request}`,
  identity: 'x',
  request,
  signed: {
    call: 'inference.submitInferenceResult',
    signer: 'a',
    hex: `0x${hash}`,
    hash: `0x${hash}`,
    nonce: 0,
    signedAt: { number: 1, hash: '0x01' },
    diesAt: 64,
  },
});
const closed = (hash: string): Entry => ({
  type: 'closed',
  action: 'submit',
  hash: `0x${hash}`,
  outcome: 'included',
});
const prepared = (request: string, salt: string, identity: Hex = '0x00'): Entry => ({
  type: 'prepared',
  request,
  identity,
  leaves: [],
  outputs: [],
  outputRoot: '0x00',
  salt: `0x${salt}`,
});

describe('a journal', () => {
  it('gives back what was written, readable by its owner alone', () => {
    const journal = openJournal(path);
    journal.append(rejected('1'));
    journal.append(rejected('2'));
    journal.close();
    expect(openJournal(path).entries()).toEqual([rejected('1'), rejected('2')]);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('survives a crash in the middle of any write', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[0-9]{1,6}$/), { minLength: 1 }),
        fc.nat(),
        (ids, cut) => {
          rmSync(path, { force: true });
          const journal = openJournal(path);
          for (const id of ids) journal.append(rejected(id));
          journal.close();
          const bytes = readFileSync(path);
          const kept = cut % (bytes.length + 1);
          writeFileSync(path, bytes.subarray(0, kept));
          const whole = bytes.subarray(0, kept).filter((byte) => byte === 0x0a).length;
          const reopened = openJournal(path);
          expect(reopened.entries()).toEqual(ids.slice(0, whole).map(rejected));
          // What is written next must not be joined to the torn line.
          reopened.append(rejected('999'));
          reopened.close();
          expect(openJournal(path).entries().at(-1)).toEqual(rejected('999'));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('names the line that something else has spoilt', () => {
    const journal = openJournal(path);
    journal.append(rejected('1'));
    journal.close();
    appendFileSync(path, 'nonsense\n');
    expect(() => openJournal(path)).toThrow(`${path}:2: not a journal entry`);
  });

  it('is replaced as a whole, and goes on', () => {
    const journal = openJournal(path);
    for (const id of ['1', '2', '3']) journal.append(rejected(id));
    journal.compact([rejected('3')]);
    journal.append(rejected('4'));
    journal.close();
    expect(openJournal(path).entries()).toEqual([rejected('3'), rejected('4')]);
  });
});

describe('what is worth keeping', () => {
  it('leaves out closed transactions and forgotten requests', () => {
    const forgotten: Entry = { type: 'forgotten', request: '1' };
    expect(
      liveEntries([
        prepared('1', 'aa'),
        signed('1', '01'),
        closed('01'),
        prepared('2', 'bb'),
        signed('2', '02'),
        forgotten,
      ]),
    ).toEqual([prepared('2', 'bb'), signed('2', '02')]);
  });

  it('keeps a salt that was written after the request of that number was forgotten', () => {
    const forgotten: Entry = { type: 'forgotten', request: '1' };
    const again = prepared('1', 'cc');
    expect(liveEntries([prepared('1', 'aa'), forgotten, again])).toEqual([again]);
  });

  it('tells requests of one number apart, and keeps the last salt of each', () => {
    const [one, other] = [prepared('1', 'aa', '0x01'), prepared('1', 'bb', '0x02')];
    const again = prepared('1', 'cc', '0x01');
    expect(liveEntries([one, other, again])).toEqual([other, again]);
    const forgotten: Entry = { type: 'forgotten', request: '1', identity: '0x01' };
    expect(liveEntries([one, other, again, forgotten])).toEqual([other]);
    expect(liveEntries([one, other, { type: 'forgotten', request: '1' }])).toEqual([]);
  });

  it('never loses a transaction whose fate is open, whatever came before or after', () => {
    const entry = fc.oneof(
      fc.nat(3).map((id): Entry => ({ type: 'forgotten', request: String(id) })),
      fc.nat(3).map((id) => prepared(String(id), 'dd')),
      fc.nat(9).map((hash) => signed('1', `0${hash}`)),
      fc.nat(9).map((hash) => closed(`0${hash}`)),
    );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const live = liveEntries(entries);
        const isClosed = new Set(
          entries.flatMap((each) => (each.type === 'closed' ? [each.hash] : [])),
        );
        for (const each of entries) {
          if (each.type === 'signed' && !isClosed.has(each.signed.hash)) {
            expect(live).toContainEqual(each);
          }
        }
        expect(liveEntries(live)).toEqual(live);
      }),
    );
  });
});

describe('a journal of an earlier release', () => {
  it('names the place of a seal as it is named now, and keeps everything else', () => {
    const sealed = {
      type: 'sealed',
      request: '7',
      identity: 'x',
      traceRoot: '0x01',
      salt: '0x02',
    } as const;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      [{ ...sealed, node: 3 }, rejected('7')].map((entry) => `${JSON.stringify(entry)}\n`).join(''),
    );
    const expected = [{ ...sealed, place: 3 }, rejected('7')];
    const journal = openJournal(path);
    expect(journal.entries()).toEqual(expected);
    journal.close();
    // It was written anew in the present form.
    expect(
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(expected);
    expect(createMemoryJournal([{ ...sealed, node: 3 }]).entries()).toEqual([
      { ...sealed, place: 3 },
    ]);
  });
});
