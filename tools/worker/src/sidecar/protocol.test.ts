import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../digest.ts';
import {
  type Answer,
  decodeAnswer,
  decodeJob,
  encodeAnswer,
  encodeJob,
  type Job,
  MAX_REASON,
  PROTOCOL_VERSION,
  ProtocolError,
  reasonOf,
  withheld,
} from './protocol.ts';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const hex = digest.map(toHex);
const u32 = fc.nat({ max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const tensors = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 });

const anyJob: fc.Arbitrary<Job> = fc.record({
  version: fc.constant(PROTOCOL_VERSION),
  genesis: hex,
  block: u32,
  request: u64,
  model: hex,
  graphRoot: hex,
  worker: hex,
  work: fc.array(u64, { maxLength: 70 }),
  inputRoots: fc.array(hex, { maxLength: 4 }),
  inputs: tensors,
  action: fc.oneof(
    fc.constant({ tag: 'Submit' as const, value: undefined }),
    fc.constant({ tag: 'Commit' as const, value: undefined }),
    fc.record({ tag: fc.constant('Reveal' as const), value: fc.record({ commitment: hex }) }),
    fc.record({
      tag: fc.constant('Open' as const),
      value: fc.record({ node: u32, openingBytes: u32 }),
    }),
    fc.record({ tag: fc.constant('OpenPage' as const), value: fc.record({ page: u32 }) }),
  ),
});

const trace = fc.array(digest, { maxLength: 80 });
const anyAnswer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constant({ tag: 'Pending' as const, value: undefined }),
  fc.record({
    tag: fc.constant('Submit' as const),
    value: fc.record({ trace, outputs: tensors }),
  }),
  fc.record({ tag: fc.constant('Commit' as const), value: fc.record({ commitment: digest }) }),
  fc.record({
    tag: fc.constant('Reveal' as const),
    value: fc.record({ trace, outputs: tensors, salt: digest }),
  }),
  fc.record({
    tag: fc.constant('Open' as const),
    value: fc.record({ opening: fc.uint8Array({ maxLength: 20_000 }) }),
  }),
  fc.string({ maxLength: 40, unit: 'binary' }).map((reason) => withheld(reason)),
);

describe('the protocol', () => {
  it('gives back every job and every answer', () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        expect(decodeJob(encodeJob(job))).toEqual(job);
      }),
    );
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        expect(decodeAnswer(encodeAnswer(answer))).toEqual(answer);
      }),
    );
  });

  it('reads what lies within a larger buffer', () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        const encoded = encodeJob(job);
        const pool = Buffer.alloc(encoded.length + 9, 0xff);
        pool.set(encoded, 5);
        expect(decodeJob(pool.subarray(5, 5 + encoded.length))).toEqual(job);
      }),
    );
  });

  it('refuses a job that is cut off anywhere, or goes on', () => {
    fc.assert(
      fc.property(anyJob, fc.nat(), fc.uint8Array({ minLength: 1 }), (job, cut, more) => {
        const encoded = encodeJob(job);
        const part = encoded.subarray(0, cut % encoded.length);
        expect(() => decodeJob(part)).toThrow(ProtocolError);
        expect(() => decodeJob(Buffer.concat([encoded, more]))).toThrow(ProtocolError);
      }),
    );
  });

  it('takes garbage for a job only where it is one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
        const body = Uint8Array.from([PROTOCOL_VERSION, ...garbage]);
        try {
          expect(encodeJob(decodeJob(body))).toEqual(body);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });

  it('makes no room for a list that is longer than any', () => {
    const [job] = fc.sample(anyJob, { numRuns: 1, seed: 1 });
    if (job === undefined) throw new Error('no job was drawn');
    const encoded = encodeJob({ ...job, work: [] });
    const at = 1 + 32 + 4 + 8 + 3 * 32;
    for (const length of [
      [0xfe, 0xff, 0xff, 0xff],
      [0x0f, ...Array(7).fill(0xff)],
    ]) {
      const body = Buffer.concat([
        encoded.subarray(0, at),
        Uint8Array.from(length),
        encoded.subarray(at + 1),
      ]);
      expect(() => decodeJob(body)).toThrow('a list of');
    }
  });

  it('refuses other versions, and names them', () => {
    const [job] = fc.sample(anyJob, { numRuns: 1, seed: 1 });
    if (job === undefined) throw new Error('no job was drawn');
    expect(() => decodeJob(encodeJob({ ...job, version: 2 }))).toThrow('it begins with 2');
    expect(() => decodeJob(new Uint8Array())).toThrow('there are no bytes');
  });

  it('cuts a reason between two characters', () => {
    expect(reasonOf(withheld('why'))).toBe('why');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 100, maxLength: 400 }), (reason) => {
        const { tag, value } = withheld(reason);
        expect(tag).toBe('Withheld');
        expect(value.reason.length).toBeLessThanOrEqual(MAX_REASON);
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          value.reason,
        );
        expect(reason.startsWith(text)).toBe(true);
        expect(
          Buffer.byteLength(reason) > MAX_REASON ? value.reason.length : MAX_REASON,
        ).toBeGreaterThan(MAX_REASON - 4);
      }),
    );
  });
});

/** As the pallet's test writes them: bytes as hex, 64-bit numbers as decimal text. */
interface Golden {
  name: string;
  fields: Record<string, unknown>;
  hex: string;
}

const golden = JSON.parse(
  readFileSync(
    new URL('../../../../pallets/inference/testdata/sidecar.json', import.meta.url),
    'utf8',
  ),
) as { jobs: Golden[]; answers: Golden[] };

/** The same spelling of a value of ours. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [key, plain(field)]),
  );
};

describe("the pallet's bytes", () => {
  it('cover every action and every answer', () => {
    const tags = (list: unknown[]) => new Set(list);
    expect(tags(golden.jobs.map(({ hex }) => decodeJob(fromHex(hex)).action.tag))).toEqual(
      new Set(['Submit', 'Commit', 'Reveal', 'Open', 'OpenPage', 'Attest']),
    );
    expect(tags(golden.answers.map(({ hex }) => decodeAnswer(fromHex(hex)).tag))).toEqual(
      new Set([
        'Pending',
        'Submit',
        'Commit',
        'Reveal',
        'Open',
        'Withheld',
        'Unavailable',
        'Attest',
      ]),
    );
  });

  it.each(golden.jobs)('of the job "$name" are ours', ({ fields, hex }) => {
    const job = decodeJob(fromHex(hex));
    expect(plain(job)).toEqual(fields);
    expect(toHex(encodeJob(job))).toBe(hex);
  });

  it.each(golden.answers)('of the answer "$name" are ours', ({ fields, hex }) => {
    const answer = decodeAnswer(fromHex(hex));
    expect(plain(answer)).toEqual(fields);
    expect(toHex(encodeAnswer(answer))).toBe(hex);
  });
});
