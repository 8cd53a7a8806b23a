/** Bytes and texts that were sound before something happened to them: what decoders are tried with. */
import fc from 'fast-check';
import { slowness } from './slowness.ts';

/** One thing that happens to bytes. Places are shares of the length, so that shrinking moves them to the front. */
type Change =
  | { type: 'flip'; at: number; bit: number }
  | { type: 'set'; at: number; byte: number }
  | { type: 'fill'; at: number; length: number; byte: number }
  | { type: 'cut'; at: number }
  | { type: 'remove'; at: number; length: number }
  | { type: 'insert'; at: number; bytes: Uint8Array }
  | { type: 'repeat'; at: number; length: number; times: number }
  | { type: 'splice'; at: number; other: number; from: number; length: number };

const share = fc.nat({ max: 9_999 });
/** Bytes at which lengths, signs and versions change their meaning. */
const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 0x7f, 0x80, 0xfc, 0xfe, 0xff), fc.nat(255));
const few = fc.integer({ min: 1, max: 12 });

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constant('flip' as const), at: share, bit: fc.nat(7) }),
  fc.record({ type: fc.constant('set' as const), at: share, byte }),
  fc.record({ type: fc.constant('fill' as const), at: share, length: few, byte }),
  fc.record({ type: fc.constant('cut' as const), at: share }),
  fc.record({ type: fc.constant('remove' as const), at: share, length: few }),
  fc.record({
    type: fc.constant('insert' as const),
    at: share,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  fc.record({
    type: fc.constant('repeat' as const),
    at: share,
    length: fc.integer({ min: 1, max: 200 }),
    times: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    type: fc.constant('splice' as const),
    at: share,
    other: share,
    from: share,
    length: fc.integer({ min: 1, max: 200 }),
  }),
);

const at = (place: number, length: number): number => Math.floor((place * length) / 10_000);

const applied = (
  bytes: Uint8Array,
  { ...each }: Change,
  sound: readonly Uint8Array[],
): Uint8Array => {
  const place = at(each.at, bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  switch (each.type) {
    case 'flip': {
      const out = bytes.slice();
      if (place < out.length) out[place] = (out[place] ?? 0) ^ (1 << each.bit);
      return out;
    }
    case 'set': {
      const out = bytes.slice();
      if (place < out.length) out[place] = each.byte;
      return out;
    }
    case 'fill':
      return bytes.slice().fill(each.byte, place, place + each.length);
    case 'cut':
      return before.slice();
    case 'remove':
      return joined(before, after.subarray(each.length));
    case 'insert':
      return joined(before, each.bytes, after);
    case 'repeat':
      return joined(before, ...Array(each.times).fill(after.subarray(0, each.length)), after);
    case 'splice': {
      const other = sound[at(each.other, sound.length)] ?? bytes;
      const from = at(each.from, other.length);
      return joined(before, other.subarray(from, from + each.length), after.subarray(each.length));
    }
  }
};

/** Sound bytes after a few changes; now and then none of it was ever sound. */
export const mutatedBytes = (sound: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    {
      weight: 19,
      arbitrary: fc
        .record({
          which: fc.nat(sound.length - 1),
          changes: fc.array(change, { minLength: 1, maxLength: 4 }),
        })
        .map(({ which, changes }) =>
          changes.reduce<Uint8Array>(
            (bytes, each) => applied(bytes, each, sound),
            // A copy: a slice of one of Node's buffers is the same memory.
            Uint8Array.from(sound[which] ?? []),
          ),
        ),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );

/** What texts of configuration and data are broken with. */
const NASTY = [
  ...[
    '',
    ' ',
    '\n',
    '\t',
    '\0',
    '\r\n',
    '\u2028',
    '\ufeff',
    '\ud800',
    '😀',
    '"',
    "'",
    '`',
    '\\',
    '#',
    '&a',
    '*a',
  ],
  ...[
    'null',
    '~',
    'true',
    '-1',
    '1e999',
    '-0',
    '0x',
    '9007199254740993',
    '1'.repeat(400),
    'NaN',
    '.inf',
    '.5',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '- ',
    '---\n',
    '...\n',
    '!!binary ',
    '!!js/function ',
    '<<: ',
    '? ',
    '| ',
    '> ',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '{}',
    '[]',
    '[[x]]\n',
    'a.b.c = 1\n',
    '../../../etc/passwd',
    '%00',
  ],
  ...['[', '{a: ', '- ', '[[', '"a":['].map((open) => open.repeat(20_000)),
];

/** A sound text after a few changes. */
export const mutatedText = (sound: readonly string[]): fc.Arbitrary<string> => {
  const edit = fc.record({
    at: share,
    length: fc.oneof(fc.constant(0), few, fc.nat(60)),
    text: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 8 })),
  });
  return fc
    .record({
      which: fc.nat(sound.length - 1),
      edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
      // Lines that change places, or are there twice.
      lines: fc.option(fc.tuple(share, share, fc.boolean()), { nil: undefined }),
    })
    .map(({ which, edits, lines }) => {
      let text = sound[which] ?? '';
      if (lines !== undefined) {
        const all = text.split('\n');
        const [from, to] = [at(lines[0], all.length), at(lines[1], all.length)];
        const [line = ''] = lines[2] ? all.splice(from, 1) : [all[from] ?? ''];
        all.splice(to, 0, line);
        text = all.join('\n');
      }
      for (const each of edits) {
        const place = at(each.at, text.length + 1);
        text = text.slice(0, place) + each.text + text.slice(place + each.length);
      }
      return text;
    });
};

/** What a decoder may take of the processor and of memory, whatever it is given. */
const MOST_MS = 1_000;
const MOST_BYTES = 200 * 2 ** 20;

const memory = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Something took more of the machine than a decoder may. */
export class BeyondBounds extends Error {
  override readonly name = 'BeyondBounds';
}

/** Begins to measure. What it gives throws a `BeyondBounds` when too much was taken since. */
const measured = (): (() => void) => {
  const [cpu, used] = [process.cpuUsage(), memory()];
  return () => {
    const milliseconds = Math.round(process.cpuUsage(cpu).user / 1_000);
    const more = memory() - used;
    // A second of a core that has nothing else to do.
    if (milliseconds > MOST_MS && milliseconds > MOST_MS * slowness()) {
      throw new BeyondBounds(`it took ${milliseconds} ms of processor time`);
    }
    if (more > MOST_BYTES) throw new BeyondBounds(`it took ${Math.round(more / 2 ** 20)} MiB`);
  };
};

/**
 * Calls it. What it throws comes out; a `BeyondBounds` does where it takes more than a second of processor time or 200 MB
 * of memory.
 */
export const withinBounds = <T>(act: () => T): T => {
  const check = measured();
  let result: T;
  try {
    result = act();
  } catch (error) {
    check();
    throw error;
  }
  check();
  return result;
};

/** The same of what takes its time; a `BeyondBounds` comes out, too, where it has no end within a minute. */
export const withinBoundsAsync = async <T>(act: () => Promise<T>): Promise<T> => {
  const check = measured();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BeyondBounds('it has no end')), 60_000);
  });
  try {
    return await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
    check();
  }
};
