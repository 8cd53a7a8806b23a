/** Executes one block again and compares what the record has with what comes out. */
import { concat, fromHex, type Hex, toHex, withLength } from '../bytes.ts';
import { blake2 } from '../hash.ts';
import { joined } from '../runtime/host.ts';
import { type Runtime, RuntimeTrapped, runtimeOf } from '../runtime/runtime.ts';
import { type Changes, orderedRoot, type State } from '../trie/state.ts';
import {
  type BlockKind,
  encodeHeader,
  hashOfHeader,
  preRuntime,
  type RecordedBlock,
  type RecordedHeader,
  unsealed,
} from './block.ts';
import { wrongSeal } from './seal.ts';
import { versionOf } from './version.ts';

/** Where a record and what was computed part. */
export interface Difference {
  /** The block; `undefined` when it is about none. */
  block?: number | undefined;
  /** The file it was seen in. */
  file?: string | undefined;
  /** What differs, in words. */
  what: string;
  recorded?: string | undefined;
  computed?: string | undefined;
}

/** A record does not have what comes out when it is computed. */
export class RecordDiffers extends Error {
  override readonly name = 'RecordDiffers';
  readonly difference: Difference;

  constructor(difference: Difference) {
    super(describeDifference(difference));
    this.difference = difference;
  }
}

/** A difference in one sentence. */
export const describeDifference = ({ block, file, what, recorded, computed }: Difference): string =>
  [
    file === undefined ? '' : `${file}: `,
    block === undefined ? '' : `block ${block}: `,
    what,
    recorded === undefined ? '' : `; the record has ${recorded}`,
    computed === undefined ? '' : `, computed is ${computed}`,
  ].join('');

/** A block that has been executed. */
export interface Executed {
  state: State;
  root: Hex;
  changes: Changes;
}

/** What stands before a block. */
export interface Before {
  number: number;
  hash: Hex;
  header: RecordedHeader;
  state: State;
}

const PARENT_HASH = '26aa394eea5630e07c48ae0c9558cef78a42f33323cb5ced3b44dd825fda9fcc';

const ZERO: Hex = `0x${'0'.repeat(64)}`;

const differ = (
  block: RecordedBlock,
  what: string,
  recorded?: string,
  computed?: string,
): never => {
  throw new RecordDiffers({ block: block.number, what, recorded, computed });
};

const demandSame = (block: RecordedBlock, what: string, recorded: Hex, computed: Hex): void => {
  if (recorded !== computed) differ(block, `the ${what} differs`, recorded, computed);
};

/** The last of a block's changes to each key, leaving out those that changed nothing. */
const lasting = (before: State, all: readonly Changes[]): Changes => {
  const merged = new Map(all.flatMap((changes) => [...changes]));
  for (const [key, value] of merged) {
    const old = before.get(key);
    if (old === value || (old && value && Buffer.compare(old, value) === 0)) merged.delete(key);
  }
  return merged;
};

/** The calls of a block one by one, as who authors it makes them. */
const assemble = (
  runtime: Runtime,
  before: State,
  block: RecordedBlock,
  header: RecordedHeader,
  genesisHash: Hex | undefined,
): { state: State; changes: Changes; final: Uint8Array } => {
  const changes: Changes[] = [];
  let state = before;
  const call = (method: string, argument: Uint8Array): Uint8Array => {
    const outcome = runtime.call(state, method, argument);
    state = outcome.state;
    changes.push(outcome.changes);
    return outcome.result;
  };
  call('Core_initialize_block', encodeHeader(block.number, header));
  if (genesisHash !== undefined) {
    const parent = new Map([[PARENT_HASH, fromHex(genesisHash)]]);
    state = state.with(parent);
    changes.push(parent);
  }
  for (const [index, extrinsic] of block.extrinsics.entries()) {
    const result = call('BlockBuilder_apply_extrinsic', fromHex(extrinsic));
    if (result[0] !== 0) {
      differ(block, `extrinsic ${index} is not valid there: the runtime answers ${toHex(result)}`);
    }
  }
  const final = call('BlockBuilder_finalize_block', new Uint8Array());
  return { state, changes: lasting(before, changes), final };
};

/** Why a block that does not execute does not: by making it again from its extrinsics. */
const explain = (runtime: Runtime, before: State, block: RecordedBlock, trapped: Error): never => {
  const made = (() => {
    const header = { ...block.header, stateRoot: ZERO, extrinsicsRoot: ZERO };
    try {
      const digest = preRuntime(block.header.digest);
      return assemble(runtime, before, block, { ...header, digest }, undefined);
    } catch (error) {
      if (error instanceof RecordDiffers) throw error;
      return undefined;
    }
  })();
  if (made !== undefined) {
    demandSame(block, 'state root', block.header.stateRoot, toHex(made.state.root()));
  }
  return differ(block, `it cannot be executed: ${trapped.message}`);
};

const importBlock = (before: Before, block: RecordedBlock): Executed => {
  const { state: old } = before;
  const extrinsics = block.extrinsics.map(fromHex);
  const header = { ...block.header, digest: unsealed(block.header.digest) };
  const runtime = runtimeOf(old);
  const version = versionOf(runtime, old).stateVersion < 2 ? 0 : 1;
  demandSame(
    block,
    'extrinsics root',
    block.header.extrinsicsRoot,
    toHex(orderedRoot(extrinsics, version)),
  );
  try {
    const argument = concat([encodeHeader(block.number, header), joined(extrinsics)]);
    const { state, changes } = runtime.call(old, 'Core_execute_block', argument);
    const root = toHex(state.root());
    demandSame(block, 'state root', block.header.stateRoot, root);
    const wrong = wrongSeal(block, state);
    if (wrong !== undefined) differ(block, wrong);
    return { state, root, changes: lasting(old, [changes]) };
  } catch (error) {
    if (error instanceof RuntimeTrapped) return explain(runtime, old, block, error);
    throw error;
  }
};

const assembleBlock = (before: Before, block: RecordedBlock): Executed => {
  demandSame(block, 'state root in the header', block.header.stateRoot, ZERO);
  const all = toHex(blake2(concat(block.extrinsics.map(fromHex))));
  demandSame(block, 'extrinsics root', block.header.extrinsicsRoot, all);
  // Chopsticks gives its genesis a hash of its own, and the runtime another one.
  const genesis = before.number === 0 ? hashOfHeader(0, before.header) : undefined;
  const header = { ...block.header, extrinsicsRoot: ZERO };
  try {
    const { state, changes } = assemble(
      runtimeOf(before.state),
      before.state,
      block,
      header,
      genesis,
    );
    const root = toHex(state.root());
    if (block.state === undefined) {
      return differ(block, 'the record does not say what its state root is');
    }
    demandSame(block, 'state root', block.state, root);
    return { state, root, changes };
  } catch (error) {
    if (error instanceof RuntimeTrapped) {
      return differ(block, `it cannot be executed: ${error.message}`);
    }
    throw error;
  }
};

/** Executes a block on the state before it. Throws a `RecordDiffers` at the first thing that is not as recorded. */
export const executeBlock = (kind: BlockKind, before: Before, block: RecordedBlock): Executed => {
  if (block.number !== before.number + 1) {
    differ(block, `the block after ${before.number} is missing or out of its place`);
  }
  demandSame(block, 'parent hash', block.header.parentHash, before.hash);
  demandSame(block, 'hash', block.hash, hashOfHeader(block.number, block.header));
  return kind === 'imported' ? importBlock(before, block) : assembleBlock(before, block);
};

/** What became of an extrinsic under another runtime: SCALE bytes of its result, or why there is none. */
export type ResultUnder = { result: Uint8Array } | { trapped: string };

/**
 * What the runtime of a state makes of a block that another one executed. Nothing is compared, and signatures are taken as
 * good: they are over the version of the runtime that they were made for. Throws a `RuntimeTrapped` when the block's
 * beginning or end cannot be executed.
 */
export const executeUnder = (
  before: State,
  block: RecordedBlock,
): { state: State; changes: Changes; results: ResultUnder[] } => {
  const runtime = runtimeOf(before);
  const changes: Changes[] = [];
  let state = before;
  const call = (method: string, argument: Uint8Array): Uint8Array => {
    const outcome = runtime.call(state, method, argument, { isTrusting: true });
    // A block's author leaves out what is not valid.
    if (method === 'BlockBuilder_apply_extrinsic' && outcome.result[0] !== 0) return outcome.result;
    state = outcome.state;
    changes.push(outcome.changes);
    return outcome.result;
  };
  const header = {
    ...block.header,
    stateRoot: ZERO,
    extrinsicsRoot: ZERO,
    digest: preRuntime(block.header.digest),
  };
  call('Core_initialize_block', encodeHeader(block.number, header));
  const results = block.extrinsics.map((extrinsic): ResultUnder => {
    try {
      return { result: call('BlockBuilder_apply_extrinsic', fromHex(extrinsic)) };
    } catch (error) {
      if (error instanceof RuntimeTrapped) return { trapped: error.message };
      throw error;
    }
  });
  call('BlockBuilder_finalize_block', new Uint8Array());
  return { state, changes: lasting(before, changes), results };
};

/** SCALE bytes of a text. */
export const encodeText = (text: string): Uint8Array => withLength(new TextEncoder().encode(text));
