/**
 * Reads protobuf's wire format without trusting it. Every length is checked before it is followed, nothing is allocated
 * that the file does not pay for, and messages of unknown fields are stepped over, never entered.
 */
import { CompileError } from '../errors.ts';
import { MAX_LISTED_FLOATS, MAX_LISTED_INTEGERS } from './limits.ts';

/** How a value is written. */
export const WIRE = { VARINT: 0, FIXED64: 1, BYTES: 2, FIXED32: 5 } as const;

const WIRE_NAMES = new Map<number, string>([
  [WIRE.VARINT, 'a varint'],
  [WIRE.FIXED64, 'eight bytes'],
  [WIRE.BYTES, 'a length and its bytes'],
  [WIRE.FIXED32, 'four bytes'],
]);

/** What is left to spend on lists of numbers, over the whole file. */
export interface Budget {
  integers: number;
  floats: number;
}

export const createBudget = (): Budget => ({
  integers: MAX_LISTED_INTEGERS,
  floats: MAX_LISTED_FLOATS,
});

/** A field of a message, its tag read and its value not yet. */
export interface WireField {
  readonly number: number;
  /**
   * A signed integer of 64 bits. Beyond 2^53 only the largest and the two smallest are taken, which exporters write for
   * "to the end"; they come back as ±2^63.
   */
  int(): number;
  float(): number;
  /** Bytes of a value with a length: a view. */
  bytes(maxBytes: number): Uint8Array;
  /** UTF-8 text. */
  text(maxBytes: number): string;
  /** `list` with further integers behind it, packed or a single one. The list passed in is no longer to be used. */
  ints(list: number[]): number[];
  floats(list: number[]): number[];
  doubles(list: number[]): number[];
  /** A message inside; `enter` is called once for each of its fields. */
  message(what: string, enter: (field: WireField) => void): void;
  /** The field as it is written, tag and all: a view. */
  raw(): Uint8Array;
  /** An error at this field. */
  malformed(message: string): CompileError;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Calls `enter` for each field of the message that `bytes` are. Whatever `enter` does not read is skipped. */
export const readMessage = (
  bytes: Uint8Array,
  what: string,
  budget: Budget,
  enter: (field: WireField) => void,
): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  const broken = (place: string, message: string) =>
    new CompileError('malformed', `not an ONNX file: ${place}, byte ${at}: ${message}`);

  /** A varint's low 32 bits and high 32 bits, both unsigned. */
  const varint = (end: number, place: string): [low: number, high: number] => {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      if (at >= end) throw broken(place, 'an integer ends before its last byte');
      const byte = view.getUint8(at++);
      const seven = byte & 0x7f;
      if (index < 4) low |= seven << (7 * index);
      else if (index === 4) {
        low |= seven << 28;
        high |= seven >>> 4;
      } else if (index < 9) high |= seven << (7 * index - 32);
      else high |= seven << 31;
      if (byte < 0x80) return [low >>> 0, high >>> 0];
    }
    throw broken(place, 'an integer is longer than ten bytes');
  };

  const signed = (end: number, place: string): number => {
    const [low, high] = varint(end, place);
    const value = (high | 0) * 2 ** 32 + low;
    const farthest =
      (high === 0x7fffffff && low === 0xffffffff) || (high === 0x80000000 && low <= 1);
    if (!Number.isSafeInteger(value) && !farthest) {
      throw broken(place, `the integer ${value} is beyond 2^53, which is not supported`);
    }
    return value;
  };

  const length = (end: number, place: string): number => {
    const [low, high] = varint(end, place);
    const promised = high * 2 ** 32 + low;
    if (promised > end - at) {
      throw broken(place, `${promised} bytes are promised, ${end - at} are left`);
    }
    return promised;
  };

  const fields = (
    start: number,
    end: number,
    place: string,
    visit: (field: WireField) => void,
  ): void => {
    at = start;
    while (at < end) {
      const tagAt = at;
      const [tag, tooHigh] = varint(end, place);
      const [number, wire] = [tag >>> 3, tag & 7];
      if (tooHigh !== 0 || number === 0) throw broken(place, 'a field has no valid number');
      if (!WIRE_NAMES.has(wire)) {
        throw broken(place, `field ${number} has wire type ${wire}, which ONNX does not use`);
      }
      const here = `${place}, field ${number}`;
      const begin = at;
      let taken = false;
      const take = (wanted: number) => {
        taken = true;
        at = begin;
        if (wire !== wanted) {
          throw broken(here, `is ${WIRE_NAMES.get(wire)}, not ${WIRE_NAMES.get(wanted)}`);
        }
      };
      const fixed = (size: number): number => {
        if (end - at < size) throw broken(here, `${size} bytes are promised, ${end - at} are left`);
        at += size;
        return at - size;
      };
      const spend = (kind: keyof Budget, count: number) => {
        budget[kind] -= count;
        if (budget[kind] < 0) {
          throw new CompileError(
            'too-large',
            `${here}: the file lists more than ${kind === 'integers' ? MAX_LISTED_INTEGERS : MAX_LISTED_FLOATS} ${kind} one by one; store tensors as raw data`,
          );
        }
      };
      /** A list, either packed or an item of it. */
      const items = (
        list: number[],
        kind: keyof Budget,
        single: number,
        size: number,
      ): number[] => {
        const read = (limit: number): number => {
          if (single === WIRE.VARINT) return signed(limit, here);
          if (limit - at < size) throw broken(here, 'the last item is cut off');
          at += size;
          return size === 4 ? view.getFloat32(at - size, true) : view.getFloat64(at - size, true);
        };
        if (wire === single) {
          take(single);
          spend(kind, 1);
          list.push(read(end));
          return list;
        }
        take(WIRE.BYTES);
        const packedEnd = length(end, here) + at;
        // Items are counted first: a hostile list is refused before memory is taken for it.
        let count = (packedEnd - at) / size;
        if (single === WIRE.VARINT) {
          count = 0;
          for (let index = at; index < packedEnd; index++) {
            if (view.getUint8(index) < 0x80) count++;
          }
        }
        count = Math.ceil(count);
        spend(kind, count);
        if (list.length > 0) {
          while (at < packedEnd) list.push(read(packedEnd));
          return list;
        }
        // Made in one piece: growing item by item would take twice the memory.
        const whole = new Array<number>(count);
        for (let index = 0; at < packedEnd; index++) whole[index] = read(packedEnd);
        return whole;
      };
      const slice = (maxBytes: number): Uint8Array => {
        take(WIRE.BYTES);
        const promised = length(end, here);
        if (promised > maxBytes) {
          throw new CompileError('too-large', `${here}: ${promised} bytes, more than ${maxBytes}`);
        }
        at += promised;
        return bytes.subarray(at - promised, at);
      };
      const skip = () => {
        at = begin;
        if (wire === WIRE.VARINT) varint(end, here);
        else if (wire === WIRE.BYTES) {
          // Not `+=`, which would take the place from before the length was read.
          const bytesAhead = length(end, here);
          at += bytesAhead;
        } else fixed(wire === WIRE.FIXED64 ? 8 : 4);
      };
      visit({
        number,
        int() {
          take(WIRE.VARINT);
          return signed(end, here);
        },
        float() {
          take(WIRE.FIXED32);
          return view.getFloat32(fixed(4), true);
        },
        bytes: slice,
        text(maxBytes) {
          const raw = slice(maxBytes);
          try {
            return decoder.decode(raw);
          } catch {
            throw broken(here, 'a text is not UTF-8');
          }
        },
        ints: (list) => items(list, 'integers', WIRE.VARINT, 1),
        floats: (list) => items(list, 'floats', WIRE.FIXED32, 4),
        doubles: (list) => items(list, 'floats', WIRE.FIXED64, 8),
        message(inner, inside) {
          take(WIRE.BYTES);
          const messageEnd = length(end, here) + at;
          fields(at, messageEnd, inner, inside);
        },
        raw() {
          taken = true;
          skip();
          return bytes.subarray(tagAt, at);
        },
        malformed: (message) => broken(here, message),
      });
      if (!taken) skip();
    }
  };

  fields(0, bytes.length, what, enter);
};
