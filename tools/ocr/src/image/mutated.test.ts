/** Pictures' files that something happened to: a picture, or an error that says so. */
import { crc32, deflateSync } from 'node:zlib';
import { mutatedBytes, withinBounds } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { OcrError } from '../errors.ts';
import { blank, decodePicture, encodePictureJpeg, encodePicturePng } from './picture.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 1_000);

const WIDTH = 23;
const HEIGHT = 17;
const bytes = (count: number) => Uint8Array.from({ length: count }, (_, at) => (at * 37) % 251);
const words = (count: number) => Uint16Array.from({ length: count }, (_, at) => at * 2_741);

const size = { width: WIDTH, height: HEIGHT };
const PNGS = [
  ...[1, 2, 3, 4].map((channels) =>
    encode({ ...size, channels, data: bytes(channels * WIDTH * HEIGHT) }),
  ),
  encode({ ...size, channels: 3, depth: 16, data: words(3 * WIDTH * HEIGHT) }),
  encode({ ...size, channels: 1, depth: 1, data: bytes(HEIGHT * Math.ceil(WIDTH / 8)) }),
];
const picture = { ...size, data: bytes(3 * WIDTH * HEIGHT) };
const JPEGS = [encodePictureJpeg(picture, 90), encodePictureJpeg(picture, 20)];

/** A chunk of a PNG. */
const chunk = (type: string, content: Uint8Array): Uint8Array => {
  const typed = Buffer.concat([Buffer.from(type), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
};

/** A PNG with every checksum made to fit, so that what is wrong is found by whoever looks at it. */
const repaired = (png: Uint8Array): Uint8Array => {
  const look = new DataView(png.buffer, png.byteOffset, png.length);
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 8 + look.getUint32(at);
    if (end + 4 > png.length) break;
    look.setUint32(end, crc32(png.subarray(at + 4, end)));
    at = end + 4;
  }
  return png;
};

const isPictureOrTold = (file: Uint8Array): void => {
  try {
    const { width, height, data } = withinBounds(() => decodePicture(file));
    expect(data.length).toBe(3 * width * height);
  } catch (error) {
    if (!(error instanceof OcrError)) throw error;
    expect(error.message).not.toBe('');
  }
};

describe('a picture’s file that something happened to', { timeout: 600_000 }, () => {
  it('is sound before', () => {
    for (const file of [...PNGS, ...JPEGS]) {
      expect(decodePicture(file)).toMatchObject({ width: WIDTH, height: HEIGHT });
      expect(decodePicture(repaired(file.slice()))).toMatchObject({ width: WIDTH, height: HEIGHT });
    }
  });

  it.each([
    ['PNG', mutatedBytes(PNGS)],
    ['PNG with checksums that fit', mutatedBytes(PNGS).map(repaired)],
    ['JPEG', mutatedBytes(JPEGS)],
  ])('is a picture or is refused: %s', (_, files) => {
    fc.assert(fc.property(files, isPictureOrTold), { numRuns: RUNS });
  });
});

describe('a small file that would take long', () => {
  const refusal = (file: Uint8Array): string => {
    try {
      withinBounds(() => decodePicture(file));
    } catch (error) {
      if (error instanceof OcrError) return error.message;
      throw error;
    }
    throw new RangeError('it is a picture');
  };
  const zeros = deflateSync(new Uint8Array(2 ** 28));
  const png = (...chunks: Uint8Array[]): Uint8Array => {
    const sound = encodePicturePng(blank(4, 4, [9, 9, 9]));
    return Buffer.concat([sound.subarray(0, 33), ...chunks, chunk('IEND', new Uint8Array())]);
  };

  it('is refused: pixels that inflate to a thousand times the picture', () => {
    expect(zeros.length).toBeLessThan(300_000);
    expect(refusal(png(chunk('IDAT', zeros)))).toMatch(/cannot be inflated to 4×4/);
  });

  it('is read without what is compressed beside the pixels', () => {
    const profile = chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), zeros]));
    const pixels = chunk('IDAT', deflateSync(new Uint8Array(4 * 5)));
    expect(withinBounds(() => decodePicture(png(profile, pixels)))).toMatchObject({ width: 4 });
  });

  it('is refused: a JPEG of scans without end', () => {
    const sound = JPEGS[0] ?? new Uint8Array();
    const at = sound.findIndex((byte, index) => byte === 0xff && sound[index + 1] === 0xda);
    const scan = sound.subarray(at, sound.length - 2);
    const file = Buffer.concat([
      sound.subarray(0, at),
      ...Array.from({ length: 33 }, () => scan),
      sound.subarray(-2),
    ]);
    expect(refusal(file)).toMatch(/more than 32 scans/);
    // A scan within what is described is a thumbnail's.
    const thumbnail = Buffer.concat([
      Uint8Array.of(0xff, 0xe1, 0x01, 0x02),
      ...Array.from({ length: 128 }, () => Uint8Array.of(0xff, 0xda)),
    ]);
    const framed = Buffer.concat([sound.subarray(0, 2), thumbnail, sound.subarray(2)]);
    expect(decodePicture(framed)).toMatchObject({ width: WIDTH });
  });

  it('is refused: a JPEG of a few bytes that says it is huge', () => {
    const file = (JPEGS[1] ?? new Uint8Array()).slice();
    const frame = file.findIndex((byte, index) => byte === 0xff && file[index + 1] === 0xc0);
    const look = new DataView(file.buffer);
    for (const [height, width] of [
      [65_297, 255],
      [273, 65_303],
      [4_000, 4_000],
    ] as const) {
      look.setUint16(frame + 5, height);
      look.setUint16(frame + 7, width);
      expect(refusal(file)).toMatch(/a JPEG of \d+ bytes says that it has more than \d+ pixels/);
    }
    look.setUint16(frame + 5, 65_535);
    look.setUint16(frame + 7, 65_535);
    expect(refusal(Buffer.concat([file, new Uint8Array(10_000)]))).toMatch(
      /a JPEG of more than 16777216 pixels/,
    );
    // One colour all over is as short as a picture of that size gets.
    const white = blank(4_096, 16, [255, 255, 255]);
    expect(decodePicture(encodePictureJpeg(white, 1))).toMatchObject({ width: 4_096 });
  });

  it('is refused: a file larger than any picture', () => {
    expect(refusal(new Uint8Array(2 ** 27 + 1))).toMatch(/is beyond 134217728/);
  });
});
