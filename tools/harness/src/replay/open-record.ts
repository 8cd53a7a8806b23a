/** A record as it is opened: its files against their list, then its chain's beginning. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BlockKind,
  type Checked,
  checkManifest,
  type Difference,
  encodeText,
  fromHex,
  type Hex,
  hashOfHeader,
  NoRecord,
  RecordDiffers,
  type RecordedBlock,
  ready,
  runtimeOf,
  type ShownBlock,
  stateOf,
  toHex,
  versionOf,
} from '@veritrace/replay';
import { z } from 'zod';
import { formatJson, parseJson } from '../embedded/json.ts';
import { CODE, storageKey } from '../embedded/raw-genesis.ts';
import { blockLine, type Stretch } from '../recorder/ledger.ts';
import { plainJson } from '../recorder/plain.ts';
import { readLines } from './read-lines.ts';

const hex = z.string().regex(/^0x([0-9a-f]{2})*$/) as unknown as z.ZodType<Hex>;
const digest = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<Hex>;

const header = z.strictObject({
  parentHash: digest,
  stateRoot: digest,
  extrinsicsRoot: digest,
  digest: z.array(hex),
});

const blockSchema = z.strictObject({
  number: z.int().min(0),
  hash: digest,
  header,
  state: digest.optional(),
  extrinsics: z.array(hex),
});

const stretch = z.strictObject({ first: z.int(), last: z.int() });

const chainSchema = z.strictObject({
  genesisRoot: digest,
  genesisHash: digest.optional(),
  chain: z.string().optional(),
  runtime: z.strictObject({ name: z.string(), version: z.int(), sha256: z.string() }),
  preset: z.string().optional(),
  ledger: z.union([
    z.strictObject({ missing: z.string() }),
    z.strictObject({
      kind: z.enum(['imported', 'assembled']),
      name: z.string(),
      properties: z.record(z.string(), z.unknown()),
      base: z.strictObject({ number: z.int().min(0), hash: digest, header }),
      blocks: z.int().min(0),
    }),
  ]),
  events: stretch.optional(),
  story: stretch.optional(),
});

const genesisSchema = z.strictObject({
  storage: z.record(z.string().regex(/^0x([0-9a-f]{2})+$/), hex),
});

/** A record that can be replayed. */
export interface OpenRecord {
  folder: string;
  checked: Checked;
  kind: BlockKind;
  name: string;
  properties: Readonly<Record<string, unknown>>;
  /** The block it begins with, with its whole state. */
  base: ShownBlock;
  genesisRoot: Hex;
  /** How many blocks it has after that. */
  blocks: number;
  events: Stretch | undefined;
  story: Stretch | undefined;
  /** The blocks, oldest first, read as they are asked for. */
  read(): AsyncGenerator<RecordedBlock>;
}

const demand = (difference: Difference, isSame: boolean): void => {
  if (!isSame) throw new RecordDiffers(difference);
};

/** Largest document of a record that is read: the storage of a chain is the largest there is. */
const MOST_BYTES = 256 * 1024 * 1024;

/** A document's text. Throws a `RecordDiffers` where there is none, or too much of it. */
export const readText = async (folder: string, file: string): Promise<string> => {
  const path = join(folder, file);
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && there.size > MOST_BYTES) {
    throw new RecordDiffers({
      file,
      what: `it has ${there.size} bytes, and ${MOST_BYTES} is the most that is read`,
    });
  }
  return readFile(path, 'utf8').catch(() => {
    throw new RecordDiffers({ file, what: 'it cannot be read' });
  });
};

/** Reads a document of a record, which must be written as records are. */
export const readDocument = async <T>(
  folder: string,
  file: string,
  schema: z.ZodType<T>,
): Promise<T> => {
  const text = await readText(folder, file);
  const read = (() => {
    try {
      return schema.safeParse(JSON.parse(text));
    } catch {
      throw new RecordDiffers({ file, what: 'it is no JSON' });
    }
  })();
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new RecordDiffers({ file, what: `${issue?.path.join('.')}: ${issue?.message}` });
  }
  return read.data;
};

const parseBlock = (line: string, count: number): RecordedBlock => {
  const file = 'blocks.jsonl';
  const read = (() => {
    try {
      return blockSchema.safeParse(JSON.parse(line));
    } catch {
      throw new RecordDiffers({ file, what: `line ${count} is no JSON` });
    }
  })();
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new RecordDiffers({
      file,
      what: `line ${count}: ${issue?.path.join('.')}: ${issue?.message}`,
    });
  }
  const block = read.data;
  demand(
    { file, block: block.number, what: `line ${count} is not written as records are` },
    blockLine(block) === line,
  );
  return block;
};

/** What the runtime makes of a configuration must be the storage that the record has. */
const checkGenesis = async (folder: string, { after }: ShownBlock): Promise<void> => {
  const file = 'genesis-config.json';
  const config = await readFile(join(folder, file), 'utf8').catch(() => undefined);
  if (config === undefined) return;
  const canonical = (() => {
    try {
      return `${formatJson(parseJson(config))}\n`;
    } catch {
      throw new RecordDiffers({ file, what: 'it is no JSON' });
    }
  })();
  demand({ file, what: 'it is not written as records are' }, canonical === config);
  const runtime = runtimeOf(after);
  const code = after.get(CODE.slice(2));
  const empty = stateOf([]);
  const { result, state } = runtime.call(empty, 'GenesisBuilder_build_state', encodeText(config));
  const refusal = new TextDecoder().decode(result.subarray(2));
  demand({ file, what: `the runtime refuses the configuration: ${refusal}` }, result[0] === 0);
  const now = storageKey('Timestamp', 'Now').slice(2);
  const made = state.with(
    new Map([
      [CODE.slice(2), code],
      [now, after.get(now)],
    ]),
  );
  if (toHex(made.root()) === toHex(after.root())) return;
  const recorded = new Map(after.entries());
  const computed = new Map(made.entries());
  for (const key of [...new Set([...recorded.keys(), ...computed.keys()])].sort()) {
    const [has, is] = [recorded.get(key), computed.get(key)].map((value) => value && toHex(value));
    demand(
      {
        file,
        what: `the configuration does not give what is stored under 0x${key}`,
        recorded: has ?? 'nothing',
        computed: is ?? 'nothing',
      },
      has === is,
    );
  }
};

/** A record that has a story says which blocks it is about: what it tells would not be compared otherwise. */
const demandStretches = async (
  folder: string,
  { events, story }: z.infer<typeof chainSchema>,
): Promise<void> => {
  const file = 'chain.json';
  const sizeOf = async (name: string): Promise<number> =>
    (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0;
  for (const name of ['claims.json', 'verdicts.json', 'summary.json']) {
    const isThere = (await sizeOf(name)) > 0;
    demand(
      { file, what: `it does not say which blocks ${name} is about` },
      !isThere || story !== undefined,
    );
  }
  demand(
    { file, what: 'it does not say of which blocks the events are' },
    (await sizeOf('events.jsonl')) === 0 || events !== undefined,
  );
  demand(
    { file, what: 'the events are not those of the story' },
    story === undefined ||
      (events !== undefined && events.first === story.first && events.last >= story.last),
  );
};

/**
 * Opens a record: every file against the list, the list against its root, the genesis against its root and against what
 * the runtime makes of its configuration. Throws a `NoRecord` where there is nothing to replay, a `RecordDiffers` at the
 * first thing that is not as it should be.
 */
export const openRecord = async (folder: string, expectedRoot?: string): Promise<OpenRecord> => {
  await ready();
  const checked = await checkManifest(folder, expectedRoot);
  if (checked.difference !== undefined) throw new RecordDiffers(checked.difference);
  const chain = await readDocument(folder, 'chain.json', chainSchema);
  if ('missing' in chain.ledger) {
    throw new NoRecord(`${folder} has no chain to replay: ${chain.ledger.missing}`);
  }
  const { kind, name, properties, base, blocks } = chain.ledger;
  const file = 'chain.json';
  const genesis = await readDocument(folder, 'genesis.json', genesisSchema);
  const code = new Uint8Array(await readFile(join(folder, 'runtime.wasm')));
  const entries = Object.entries({ ...genesis.storage, [CODE]: toHex(code) });
  const after = stateOf(entries.map(([key, value]) => [key.slice(2), fromHex(value)] as const));
  const root = toHex(after.root());
  const first: ShownBlock = { ...base, state: root, extrinsics: [], after };

  demand(
    {
      file: 'genesis.json',
      block: base.number,
      what: 'the root of the storage differs',
      recorded: base.header.stateRoot,
      computed: root,
    },
    root === base.header.stateRoot,
  );
  if (base.number === 0) {
    demand(
      { file, what: 'the genesis root differs', recorded: chain.genesisRoot, computed: root },
      chain.genesisRoot === root,
    );
    if (chain.genesisHash !== undefined) {
      demand(
        {
          file,
          what: 'the genesis hash differs',
          recorded: chain.genesisHash,
          computed: base.hash,
        },
        chain.genesisHash === base.hash,
      );
    }
  }
  // Chopsticks gives its genesis a hash of its own.
  if (kind === 'imported') {
    const computed = hashOfHeader(base.number, base.header);
    demand(
      { file, what: 'the hash of the first block differs', recorded: base.hash, computed },
      computed === base.hash,
    );
  }
  const sha256 = createHash('sha256').update(code).digest('hex');
  const version = versionOf(runtimeOf(after), after);
  if (kind === 'assembled') {
    const computed = { name: version.specName, version: version.specVersion, sha256 };
    demand(
      {
        file,
        what: 'the runtime differs',
        recorded: JSON.stringify(chain.runtime),
        computed: JSON.stringify(computed),
      },
      JSON.stringify(chain.runtime) === JSON.stringify(computed),
    );
  }
  if (base.number === 0) await checkGenesis(folder, first);
  demand(
    { file, what: 'it is not written as records are' },
    `${plainJson(chain, 2)}\n` === (await readFile(join(folder, file), 'utf8')),
  );
  demand(
    { file: 'genesis.json', what: 'it is not written as records are' },
    `${plainJson(genesis, 2)}\n` === (await readFile(join(folder, 'genesis.json'), 'utf8')),
  );

  await demandStretches(folder, chain);

  return {
    folder,
    checked,
    kind,
    name,
    properties,
    base: first,
    genesisRoot: chain.genesisRoot,
    blocks,
    events: chain.events,
    story: chain.story,
    async *read() {
      let count = 0;
      for await (const line of readLines(join(folder, 'blocks.jsonl'), 'blocks.jsonl')) {
        count += 1;
        yield parseBlock(line, count);
      }
      demand(
        {
          file: 'blocks.jsonl',
          what: 'the number of blocks differs',
          recorded: String(blocks),
          computed: String(count),
        },
        count === blocks,
      );
    },
  };
};
