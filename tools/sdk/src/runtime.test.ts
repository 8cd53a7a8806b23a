/**
 * What this client says of the chain, against the metadata of the runtime that ships: every call with its arguments,
 * every event and every record with its fields, in both directions.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import type { DispatchError, PortableType } from '@polkadot/types/interfaces';
import {
  compactAddLength,
  compactStripLength,
  compactToU8a,
  hexToU8a,
  stringCamelCase,
  u8aToHex,
} from '@polkadot/util';
import { withinBounds } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromDispatchError, splitDocs } from './dispatch-error.ts';
import { callsOf } from './nested-calls.ts';
import { AnswerError } from './node/answers.ts';
import { encodedLength, storedType } from './node/encoded-length.ts';
import { readMetadata } from './node/metadata.ts';
import { isPalletError, type PalletErrorCode, palletErrors } from './pallet-errors.ts';
import { demandMetadata } from './scale/index.ts';
import { readStorage, type StorageSource } from './storage.ts';

const OURS = ['models', 'workers', 'inference', 'disputes', 'payouts'];

const source = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Metadata of the released runtime, of some versions. */
const encodedMetadata = async (versions: readonly number[]): Promise<Uint8Array[]> => {
  process.env.LOG_LEVEL ??= 'fatal';
  const { destroyWorker, runTask } = await import('@acala-network/chopsticks-core');
  const wasm = readFileSync(
    new URL('../../../runtime/release/veritrace_runtime.compact.compressed.wasm', import.meta.url),
  );
  const nothing = () => Promise.resolve(undefined as never);
  const encoded: Uint8Array[] = [];
  for (const version of versions) {
    const response = await runTask(
      {
        wasm: u8aToHex(wasm),
        calls: [
          ['Metadata_metadata_at_version', [`0x${Buffer.of(version).toString('hex')}000000`]],
        ],
        mockSignatureHost: false,
        allowUnresolvedImports: false,
        runtimeLogLevel: 0,
      },
      {
        getStorage: nothing,
        getNextKey: nothing,
        offchainGetStorage: nothing,
        offchainTimestamp: nothing,
        offchainRandomSeed: nothing,
        offchainSubmitTransaction: nothing,
      },
    );
    if ('Error' in response) throw new Error(response.Error);
    // An option, of bytes with their length.
    encoded.push(compactStripLength(hexToU8a(response.Call.result).subarray(1))[1]);
  }
  await destroyWorker();
  return encoded;
};

const VERSIONS = [14, 15, 16];
let encoded: Uint8Array[];
let metadata: Metadata;
beforeAll(async () => {
  encoded = await encodedMetadata(VERSIONS);
  const registry = new TypeRegistry();
  metadata = new Metadata(registry, u8aToHex(encoded[1]));
  registry.setMetadata(metadata);
}, 60_000);

describe('metadata', () => {
  it('is followed through to its end, whatever its version', () => {
    expect(encoded.map((one) => one[4])).toEqual(VERSIONS);
    for (const one of encoded) expect(() => demandMetadata(one)).not.toThrow();
  });

  it('is refused when it is cut off, goes on, or promises more than there is', () => {
    for (const one of encoded) {
      fc.assert(
        fc.property(fc.nat(9_999), fc.boolean(), (share, isPromising) => {
          const cut = one.slice(0, Math.floor((share * one.length) / 10_000));
          // Half a million of whatever is there, if it is a length.
          if (isPromising && cut.length > 9) cut.set([0x02, 0x00, 0x1e, 0x00], cut.length - 4);
          expect(() => withinBounds(() => readMetadata(u8aToHex(cut)))).toThrow(AnswerError);
        }),
        { numRuns: 60, examples: [[0, false]] },
      );
      expect(() => readMetadata(u8aToHex(Uint8Array.from([...one, 0])))).toThrow(AnswerError);
    }
  });

  it('gives each type’s length: of what storage has where nothing was put, all bytes', () => {
    const { registry } = metadata;
    let items = 0;
    for (const { storage } of metadata.asLatest.pallets) {
      for (const { type, modifier, fallback } of storage.unwrapOrDefault().items) {
        if (!modifier.isDefault) continue;
        const bytes = fallback.toU8a(true);
        expect(encodedLength(registry, storedType(type), bytes)).toBe(bytes.length);
        items += 1;
      }
    }
    expect(items).toBeGreaterThan(40);
  });
});

const palletsOf = () =>
  metadata.asLatest.pallets.filter(({ name }) => OURS.includes(stringCamelCase(name.toString())));

const typeOf = (id: Parameters<Metadata['registry']['lookup']['getSiType']>[0]) =>
  metadata.registry.lookup.getSiType(id);

type SiType = PortableType['type'];
type Fields = SiType['def']['asComposite']['fields'];

/** Field names in the client's spelling. */
const namesOf = (fields: Fields): string[] =>
  fields.map(({ name }) => stringCamelCase(name.unwrapOr('').toString()));

/** What a value of the type is in the client; `undefined` for types that have names of their own there. */
const kindOf = (type: SiType): string | undefined => {
  const path = type.path.map(String).at(-1);
  if (path === 'AccountId32') return 'Address';
  if (path === 'Permill') return 'number';
  const { def } = type;
  if (def.isPrimitive) {
    const name = def.asPrimitive.type.toLowerCase();
    if (name === 'bool') return 'boolean';
    return ['u8', 'u16', 'u32', 'i32'].includes(name) ? 'number' : 'bigint';
  }
  if (def.isArray && kindOf(typeOf(def.asArray.type)) === 'number') return 'Hex';
  return undefined;
};

const ALIASES: Record<string, string> = {
  Balance: 'bigint',
  RequestId: 'bigint',
  ModelId: 'Hex',
  FamilyId: 'Hex',
};

describe('a stored value', () => {
  /** What a node says is under `Inference.WorkOf` of anybody: a list of numbers of eight bytes. */
  const read = (value: Uint8Array): Promise<unknown> => {
    const { registry } = metadata;
    const creator = expandMetadata(registry, metadata).query.inference?.workOf;
    const node = {
      registry,
      query: { inference: { workOf: { creator, key: () => '0x' } } },
      rpc: { state: { getStorage: { raw: async () => u8aToHex(value) } } },
    } as unknown as StorageSource;
    return readStorage(node, '0x', 'inference', 'workOf', 'anybody');
  };
  const numbers = (promised: number, there = promised): Uint8Array =>
    Uint8Array.from([...compactToU8a(promised), ...new Uint8Array(8 * there)]);

  it('is read when it has all that it promises and nothing more, else refused', async () => {
    expect(await read(numbers(3))).toEqual([0n, 0n, 0n]);
    for (const value of [numbers(491_520, 0), numbers(3, 2), numbers(3, 4), new Uint8Array()]) {
      await expect(read(value)).rejects.toThrow(AnswerError);
    }
  });

  it('is refused when it has more elements than any pallet stores', async () => {
    expect(await read(numbers(1_000))).toHaveLength(1_000);
    await expect(read(numbers(40_000))).rejects.toThrow(AnswerError);
  });
});

describe('an extrinsic', () => {
  const bytesOf = (kind: number, call: readonly number[]): `0x${string}` =>
    u8aToHex(compactAddLength(Uint8Array.from([kind, ...call])));
  const indexOf = (pallet: string, call: string): [number, number] => {
    const found = metadata.asLatest.pallets.find(({ name }) => name.toString() === pallet);
    const calls = typeOf(found?.calls.unwrap().type ?? 0).def.asVariant.variants;
    const variant = calls.find(({ name }) => name.toString() === call);
    if (found === undefined || variant === undefined) throw new Error(`no ${pallet}.${call}`);
    return [found.index.toNumber(), variant.index.toNumber()];
  };
  const batch = (calls: readonly number[]): number[] => [...indexOf('Utility', 'batch'), ...calls];

  it('is read with the calls in it', () => {
    const remark = [...indexOf('System', 'remark'), 2 << 2, 1, 2];
    const calls = callsOf(metadata.registry, bytesOf(5, batch([2 << 2, ...remark, ...remark])), 3);
    expect(calls.map(({ pallet, method }) => `${pallet}.${method}`)).toEqual([
      'utility.batch',
      'system.remark',
      'system.remark',
    ]);
  });

  it('is refused when it promises calls that are not there, or is something else', () => {
    const { registry } = metadata;
    const half = [0x02, 0x00, 0x1e, 0x00];
    for (const bytes of [
      bytesOf(5, batch(half)),
      bytesOf(4, batch(half)),
      bytesOf(0x84, batch(half)),
      bytesOf(0x45, batch(half)),
      bytesOf(9, batch([0])),
      bytesOf(5, [...batch([0]), 0]),
      `${bytesOf(5, batch([0]))}00` as const,
      '0x' as const,
    ]) {
      expect(() => withinBounds(() => callsOf(registry, bytes, 0))).toThrow(RangeError);
    }
  });
});

describe('events', () => {
  /** `pallet.Name` to its fields with their types, as the client has them. */
  const declared = () => {
    const events = new Map<string, Map<string, string>>();
    for (const [, name = '', body = ''] of source('./pallet-events.ts')
      .replace(/\/\*\*.*?\*\//gs, '')
      .matchAll(/'(\w+\.\w+)': \{([^}]*)\}/g)) {
      const fields = [...body.matchAll(/(\w+): ([^;]+);/g)];
      events.set(name, new Map(fields.map(([, field = '', type = '']) => [field, type])));
    }
    return events;
  };

  const onChain = () => {
    const events = new Map<string, Map<string, string | undefined>>();
    for (const pallet of palletsOf()) {
      for (const variant of typeOf(pallet.events.unwrap().type).def.asVariant.variants) {
        const names = namesOf(variant.fields as unknown as Fields);
        events.set(
          `${stringCamelCase(pallet.name.toString())}.${variant.name.toString()}`,
          new Map(
            variant.fields.map((field, index) => [names[index] ?? '', kindOf(typeOf(field.type))]),
          ),
        );
      }
    }
    return events;
  };

  it('are the runtime’s, no more and no less', () => {
    expect([...declared().keys()].sort()).toEqual([...onChain().keys()].sort());
  });

  it('have the fields of the runtime’s, with types that fit', () => {
    const client = declared();
    for (const [name, fields] of onChain()) {
      expect([...(client.get(name)?.keys() ?? [])], name).toEqual([...fields.keys()]);
      for (const [field, kind] of fields) {
        if (kind === undefined) continue;
        const type = client.get(name)?.get(field) ?? '';
        expect(ALIASES[type] ?? type, `${name}.${field}`).toBe(kind);
      }
    }
  });
});

describe('calls', () => {
  const declared = () => {
    const calls = new Map<string, string[]>();
    const folder = new URL('./calls/', import.meta.url);
    for (const file of readdirSync(folder)) {
      const [, pallet, method, args = ''] =
        /createCall\(\s*client,\s*'(\w+)',\s*'(\w+)',\s*\[([^\]]*)\]/.exec(
          source(`./calls/${file}`),
        ) ?? [];
      if (pallet === undefined) continue;
      const names = args
        .split(',')
        .map((each) =>
          each
            .trim()
            .replace(/^(?:bytes|toHex|optional)\((\w+)\)$/, '$1')
            .replace(/\.map\((?:bytes|inputSource)\)$/, ''),
        )
        .filter((each) => each !== '');
      calls.set(`${pallet}.${method}`, names);
    }
    return calls;
  };

  const onChain = () => {
    const calls = new Map<string, string[]>();
    for (const pallet of palletsOf()) {
      for (const variant of typeOf(pallet.calls.unwrap().type).def.asVariant.variants) {
        calls.set(
          `${stringCamelCase(pallet.name.toString())}.${stringCamelCase(variant.name.toString())}`,
          namesOf(variant.fields as unknown as Fields),
        );
      }
    }
    return calls;
  };

  it('are the runtime’s, with its arguments in its order', () => {
    expect(Object.fromEntries(declared())).toEqual(Object.fromEntries(onChain()));
  });
});

describe('documentation', () => {
  const docsOf = ({ docs }: { docs: Iterable<{ toString(): string }> }): string =>
    [...docs].map(String).join(' ').trim();

  /** Everything in our pallets that can be documented, by what it is called. */
  const documented = () => {
    const found = new Map<string, string>();
    for (const pallet of palletsOf()) {
      const name = stringCamelCase(pallet.name.toString());
      const variants = (kind: 'calls' | 'events' | 'errors') =>
        pallet[kind].isNone ? [] : typeOf(pallet[kind].unwrap().type).def.asVariant.variants;
      for (const kind of ['calls', 'events', 'errors'] as const) {
        for (const variant of variants(kind)) {
          const place = `${kind} ${name}.${variant.name}`;
          found.set(place, docsOf(variant));
          if (kind !== 'events') continue;
          for (const field of variant.fields) {
            found.set(`${place}.${field.name.unwrapOr('')}`, docsOf(field));
          }
        }
      }
      for (const item of pallet.storage.unwrapOrDefault().items) {
        found.set(`storage ${name}.${item.name}`, docsOf(item));
      }
      for (const constant of pallet.constants) {
        found.set(`constants ${name}.${constant.name}`, docsOf(constant));
      }
    }
    return found;
  };

  it('is there for every call, event and its fields, error, storage item and constant', () => {
    const all = documented();
    expect(all.size).toBeGreaterThan(300);
    expect([...all].filter(([, docs]) => docs === '').map(([place]) => place)).toEqual([]);
  });

  it('says of every call who may make it, and what it tells', () => {
    const calls = [...documented()].filter(([place]) => place.startsWith('calls '));
    const lacking = calls.filter(
      ([, docs]) => !docs.includes('## Dispatch Origin') || !docs.includes('## Events'),
    );
    expect(lacking.map(([place]) => place)).toEqual([]);
  });

  it('says of every error what to do', () => {
    const errors = [...documented()].filter(([place]) => place.startsWith('errors '));
    const lacking = errors.filter(([, docs]) => splitDocs(docs).remedy === '');
    expect(lacking.map(([place, docs]) => `${place}: ${docs}`)).toEqual([]);
  });
});

describe('errors', () => {
  const onChain = () =>
    palletsOf().flatMap((pallet) =>
      typeOf(pallet.errors.unwrap().type).def.asVariant.variants.map((variant) => ({
        pallet: stringCamelCase(pallet.name.toString()),
        palletIndex: pallet.index.toNumber(),
        name: variant.name.toString(),
        index: variant.index.toNumber(),
        docs: variant.docs.map(String).join(' '),
      })),
    );

  it('are the runtime’s, no more and no less', () => {
    const named = Object.entries(palletErrors).flatMap(([pallet, names]) =>
      names.map((name) => `${pallet}.${name}`),
    );
    expect(named.sort()).toEqual(
      onChain()
        .map(({ pallet, name }) => `${pallet}.${name}`)
        .sort(),
    );
  });

  it('become errors with the pallet’s own words, typed by pallet and name', () => {
    const { registry } = metadata;
    for (const { pallet, palletIndex, name, index, docs } of onChain()) {
      const refusal = registry.createType<DispatchError>('DispatchError', {
        Module: { index: palletIndex, error: new Uint8Array([index, 0, 0, 0]) },
      });
      const error = fromDispatchError({ registry }, refusal, `${pallet}.call`);
      expect(error).toMatchObject({ pallet, error: name, ...splitDocs(docs) });
      expect(error.message).toContain(splitDocs(docs).remedy);
      const code = `${pallet}.${name}` as PalletErrorCode;
      expect(isPalletError(error, code)).toBe(true);
      expect(isPalletError(error)).toBe(true);
    }
  });

  it('of others are none of these', () => {
    const refusal = metadata.registry.createType<DispatchError>('DispatchError', {
      Token: 'BelowMinimum',
    });
    const error = fromDispatchError({ registry: metadata.registry }, refusal, 'models.register');
    expect(isPalletError(error)).toBe(false);
    expect(isPalletError(new Error('models.NotFound'))).toBe(false);
    expect(error.code).toBe('token.BelowMinimum');
  });
});

describe('a request’s life', () => {
  it('has the fields of the runtime API’s type, in both directions', () => {
    const types = new Map(
      [...metadata.asLatest.lookup.types].map(({ type }) => [
        type.path.map(String).slice(-2).join('::'),
        type,
      ]),
    );
    for (const name of ['RequestLife', 'WorkerLife', 'ClaimLife', 'ChallengeLife', 'InputLife']) {
      const type = types.get(`request_life::${name}`);
      if (type === undefined) throw new Error(`the runtime has no type ${name}`);
      const [, body = ''] =
        new RegExp(`export interface ${name} \\{\\n(.*?)\\n\\}`, 's').exec(
          source('./request-life.ts'),
        ) ?? [];
      const declared = [...body.matchAll(/^ {2}(\w+): /gm)].map(([, field]) => field);
      expect(declared, name).toEqual(namesOf(type.def.asComposite.fields));
    }
    const steps = types.get('request_life::NextStep');
    const declared = [...source('./request-life.ts').matchAll(/\| \{ type: '(\w+)'/g)];
    expect(declared.map(([, step]) => step)).toEqual(
      steps?.def.asVariant.variants.map(({ name }) => name.toString()),
    );
  });
});

describe('records', () => {
  /** Interface of the client, where it is, the storage item it is read from, fields that come from keys. */
  const RECORDS = [
    ['Model', './state.ts', 'models', 'AIModels', ['id']],
    ['Family', './state.ts', 'models', 'Families', ['id']],
    ['ModelCard', './state.ts', 'models', 'Cards', []],
    ['Worker', './state.ts', 'workers', 'Workers', ['account']],
    ['Request', './state.ts', 'inference', 'InferenceRequests', ['id']],
    ['Complaint', './state.ts', 'inference', 'Complaints', ['request']],
    ['Claim', './state.ts', 'inference', 'Claims', ['request', 'worker', 'outputs']],
    ['Challenge', './state.ts', 'disputes', 'Challenges', ['request', 'worker', 'subject']],
    ['Seal', './state.ts', 'disputes', 'Seals', ['who', 'seal']],
    ['Bounty', './state.ts', 'disputes', 'Bounties', ['request', 'traceRoot']],
    ['ModelParameters', './parameters.ts', 'models', 'Parameters', []],
    ['WorkerParameters', './parameters.ts', 'workers', 'Parameters', []],
    ['InferenceParameters', './parameters.ts', 'inference', 'Parameters', []],
    ['DisputeParameters', './parameters.ts', 'disputes', 'Parameters', []],
    ['PayoutParameters', './parameters.ts', 'payouts', 'Parameters', []],
  ] as const;

  for (const [name, file, pallet, item, keys] of RECORDS) {
    it(`of ${pallet}.${item} have the fields of ${name}`, () => {
      const [, body = ''] =
        new RegExp(`export interface ${name} \\{\\n(.*?)\\n\\}`, 's').exec(source(file)) ?? [];
      const declared = [...body.matchAll(/^ {2}(\w+)\??: ([^;]+);/gm)].map(
        ([, field = '', type = '']) => [field, type] as const,
      );
      const entry = palletsOf()
        .find((each) => stringCamelCase(each.name.toString()) === pallet)
        ?.storage.unwrap()
        .items.find((each) => each.name.toString() === item)?.type;
      if (entry === undefined) throw new Error(`the runtime stores no ${pallet}.${item}`);
      const value = typeOf(entry.isPlain ? entry.asPlain : entry.asMap.value);
      const { fields } = value.def.asComposite;
      const names = namesOf(fields);
      const types = new Map(declared);
      expect(declared.map(([field]) => field).sort()).toEqual([...keys, ...names].sort());
      for (const [index, field] of fields.entries()) {
        const kind = kindOf(typeOf(field.type));
        if (kind === undefined) continue;
        const type = types.get(names[index] ?? '') ?? '';
        expect(ALIASES[type] ?? type, names[index]).toBe(kind);
      }
    });
  }
});
