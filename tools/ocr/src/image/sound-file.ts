/**
 * What a picture's file has to be before it is handed to a decoder: decoders inflate whatever is compressed in a PNG, be it
 * a thousand times its size, and go over a whole JPEG once for each of its scans, be there nothing in them.
 */
import { inflateSync } from 'node:zlib';
import { OcrError } from '../errors.ts';

/** Largest width times height that is decoded. */
export const MAX_PIXELS = 2 ** 24;

/** Largest file that is looked at: eight bytes a pixel. */
export const MAX_FILE_BYTES = 8 * MAX_PIXELS;

/** Scans of a JPEG: encoders write up to a dozen. */
const MAX_SCANS = 32;

const refused = (why: string): OcrError => new OcrError('invalid-picture', why);

/** Throws an `OcrError` when there are more pixels than are decoded, or none. */
export const checkSize = (width: number, height: number): void => {
  if (width < 1 || height < 1 || width * height > MAX_PIXELS) {
    throw refused(`a picture of ${width}×${height} is not between 1 and ${MAX_PIXELS} pixels`);
  }
};

const SIGNATURE_BYTES = 8;
/** Length, type and checksum. */
const CHUNK_FRAME = 12;
/** Bytes of a PNG up to the end of its dimensions, depth and colours. */
const HEAD_BYTES = 26;
/** What a picture is made of. Of the others some are compressed, and none is used. */
const USED_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
/** Samples of a pixel, by the colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

interface Chunk {
  type: string;
  /** With its frame. */
  whole: Uint8Array;
  content: Uint8Array;
}

const chunksOf = (bytes: Uint8Array): Chunk[] => {
  const look = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + CHUNK_FRAME <= bytes.length; ) {
    const length = look.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + CHUNK_FRAME + length;
    if (end > bytes.length) throw refused(`the PNG ends in its chunk ${JSON.stringify(type)}`);
    chunks.push({
      type,
      whole: bytes.subarray(at, end),
      content: bytes.subarray(at + 8, end - 4),
    });
    if (type === 'IEND') break;
    at = end;
  }
  return chunks;
};

/**
 * The PNG without what no picture needs, once it is known that its pixels inflate to no more than they are. Throws an
 * `OcrError`.
 */
export const soundPng = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length < HEAD_BYTES) throw refused('the PNG ends in its header');
  const look = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [width, height, depth] = [look.getUint32(16), look.getUint32(20), look.getUint8(24)];
  checkSize(width, height);
  const samples = SAMPLES[look.getUint8(25)] ?? 4;
  // With a byte for each row's filter; twice, since rows of an interlaced picture are more and shorter.
  const most = 2 * height * (1 + Math.ceil((width * samples * depth) / 8)) + 64;
  const used = chunksOf(bytes).filter(({ type }) => USED_CHUNKS.has(type));
  const packed = used.flatMap(({ type, content }) => (type === 'IDAT' ? [content] : []));
  try {
    inflateSync(Buffer.concat(packed), { maxOutputLength: most });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refused(`the PNG's pixels cannot be inflated to ${width}×${height}: ${why}`);
  }
  return new Uint8Array(
    Buffer.concat([bytes.subarray(0, SIGNATURE_BYTES), ...used.map(({ whole }) => whole)]),
  );
};

/**
 * Most pixels of a JPEG's file of so many bytes. Each block of 8 by 8 takes a bit at the least, and of some component there is
 * a block for every four of the picture's, however samples are left out. What says it has more has no such picture in it.
 */
export const mostPixelsOfJpeg = (bytes: number): number => Math.min(MAX_PIXELS, bytes * 8 * 4 * 64);

const SCAN = 0xda;
const isFollowedByNothing = (marker: number): boolean =>
  marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Throws an `OcrError` when a JPEG has more scans than encoders write. */
export const demandFewScans = (bytes: Uint8Array): void => {
  let scans = 0;
  for (let at = 0; at + 1 < bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    // Within a scan: a byte of it, or 255 as it is written there.
    if (bytes[at] !== 0xff || marker === 0) {
      at += 1;
      continue;
    }
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFollowedByNothing(marker)) {
      at += 2;
      continue;
    }
    if (marker === SCAN) scans += 1;
    if (scans > MAX_SCANS) throw refused(`a JPEG of more than ${MAX_SCANS} scans`);
    // The length is of itself and what is described; what it says may be anything.
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    at += 2 + (marker === SCAN ? 0 : length);
  }
};
