/**
 * What nodes answer, looked at before it is used: whoever runs a node may answer anything. A shape is read, or an
 * `AnswerError` says what was asked and what is wrong with the answer.
 */

type Hex = `0x${string}`;

/** A node answered something else than what it was asked for. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  /** What was asked: a method, or what of the chain. */
  readonly asked: string;

  constructor(asked: string, what: string, options?: ErrorOptions) {
    super(
      `the node's answer to ${asked} cannot be used: ${what}. It may be faulty, or of another release: ask another node`,
      options,
    );
    this.asked = asked;
  }
}

/** A node does not have a block, or not its state any more. The message says which. */
export class NotKept extends Error {
  override readonly name = 'NotKept';
}

/** Most keys that a map is listed with: a chain has far fewer, and a node may go on without end. */
export const MOST_KEYS = 1_000_000;

/** Whether it is an object of JSON. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it is lower-case hexadecimal of whole bytes; of so many where that is given. */
export const isHex = (value: unknown, bytes?: number): value is Hex =>
  typeof value === 'string' &&
  value.length % 2 === 0 &&
  (bytes === undefined || value.length === 2 + 2 * bytes) &&
  /^0x[0-9a-f]*$/.test(value);

const demand: (isIt: boolean, asked: string, what: string) => asserts isIt = (
  isIt,
  asked,
  what,
) => {
  if (!isIt) throw new AnswerError(asked, what);
};

/** Bytes in hex. */
export const hexAnswer = (asked: string, answer: unknown, bytes?: number): Hex => {
  demand(
    isHex(answer, bytes),
    asked,
    bytes === undefined ? 'it is no bytes in hex' : `it is no ${bytes} bytes in hex`,
  );
  return answer;
};

/** The same, or that there are none. */
export const hexOrNothing = (asked: string, answer: unknown): Hex | undefined =>
  answer === null || answer === undefined ? undefined : hexAnswer(asked, answer);

/** A header as nodes answer it. */
export interface HeaderAnswer {
  number: number;
  parentHash: Hex;
  stateRoot: Hex;
  extrinsicsRoot: Hex;
  /** SCALE bytes of each item. */
  digest: { logs: Hex[] };
}

/** Nodes write the number of a block in hex. */
const numberOf = (value: unknown): number | undefined => {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,8}$/.test(value)) return undefined;
  return Number(value);
};

/** A header; `undefined` where the node has none. */
export const headerAnswer = (asked: string, answer: unknown): HeaderAnswer | undefined => {
  if (answer === null || answer === undefined) return undefined;
  demand(isObject(answer), asked, 'it is no header');
  const { parentHash, stateRoot, extrinsicsRoot, digest } = answer;
  const number = numberOf(answer.number);
  demand(number !== undefined, asked, 'its number is none of a block');
  demand(isHex(parentHash, 32), asked, 'its parent is no hash');
  demand(isHex(stateRoot, 32) && isHex(extrinsicsRoot, 32), asked, 'its roots are no hashes');
  demand(
    isObject(digest) && Array.isArray(digest.logs) && digest.logs.every((log) => isHex(log)),
    asked,
    'its digest is no list of bytes in hex',
  );
  return { number, parentHash, stateRoot, extrinsicsRoot, digest: { logs: digest.logs as Hex[] } };
};

/** A block with its extrinsics; `undefined` where the node has none. */
export const blockAnswer = (
  asked: string,
  answer: unknown,
): { header: HeaderAnswer; extrinsics: Hex[] } | undefined => {
  if (answer === null || answer === undefined) return undefined;
  demand(isObject(answer) && isObject(answer.block), asked, 'it is no block');
  const { header: inside, extrinsics } = answer.block;
  const header = headerAnswer(asked, inside);
  demand(header !== undefined, asked, 'it has no header');
  demand(
    Array.isArray(extrinsics) && extrinsics.every((one) => isHex(one)),
    asked,
    'its extrinsics are no list of bytes in hex',
  );
  return { header, extrinsics: extrinsics as Hex[] };
};

/**
 * A page of the keys of a map: at most as many as were asked for, each with the prefix, in order, and after the last one of
 * the page before. Without that a node could go on for ever.
 */
export const keysAnswer = (
  asked: string,
  answer: unknown,
  { prefix, page, after }: { prefix: string; page: number; after: string | undefined },
): Hex[] => {
  demand(Array.isArray(answer), asked, 'it is no list of keys');
  demand(answer.length <= page, asked, `it has more keys than the ${page} asked for`);
  let last = after;
  for (const key of answer) {
    demand(isHex(key) && key.startsWith(prefix), asked, 'one of the keys is not of that map');
    demand(last === undefined || key > last, asked, 'the keys are not in order');
    last = key;
  }
  return answer as Hex[];
};

/** Values of storage at one block, by key; those that there are not are `undefined`. */
export const changesAnswer = (asked: string, answer: unknown): Map<Hex, Hex | undefined> => {
  const first: unknown = Array.isArray(answer) ? answer[0] : undefined;
  demand(isObject(first) && Array.isArray(first.changes), asked, 'it is no list of values');
  const values = new Map<Hex, Hex | undefined>();
  for (const change of first.changes as unknown[]) {
    demand(Array.isArray(change) && change.length === 2, asked, 'a value has no key');
    const [key, value] = change as unknown[];
    demand(isHex(key), asked, 'a key is no bytes in hex');
    values.set(key, hexOrNothing(asked, value));
  }
  return values;
};

/** Text of a few words, such as a name, without what steers terminals. */
export const textAnswer = (asked: string, answer: unknown): string => {
  demand(
    typeof answer === 'string' && answer.length <= 1_000 && !/\p{Cc}/u.test(answer),
    asked,
    'it is no short text',
  );
  return answer;
};

/** An object of any fields. */
export const objectAnswer = (asked: string, answer: unknown): Record<string, unknown> => {
  demand(isObject(answer), asked, 'it is no object');
  return answer;
};

/** Which runtime a node speaks of. */
export interface VersionAnswer {
  specName: string;
  specVersion: number;
  /** Interfaces by their ids, with their versions. */
  apis: [Hex, number][];
}

const isU32 = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;

/** What a node says of its runtime. */
export const versionAnswer = (asked: string, answer: unknown): VersionAnswer => {
  const version = objectAnswer(asked, answer);
  const { specName, specVersion } = version;
  demand(
    typeof specName === 'string' && specName.length <= 1_000 && isU32(specVersion),
    asked,
    'it is no version of a runtime',
  );
  const apis: unknown = version.apis;
  demand(
    Array.isArray(apis) &&
      apis.length <= 1_000 &&
      apis.every((api) => Array.isArray(api) && isHex(api[0], 8) && isU32(api[1])),
    asked,
    'its interfaces are none',
  );
  return { specName, specVersion, apis: apis as VersionAnswer['apis'] };
};
