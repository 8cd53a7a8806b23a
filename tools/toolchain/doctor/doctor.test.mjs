import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECKS } from './checks.mjs';
import { examine, PURPOSES } from './examine.mjs';
import { lockedPackages } from './probes.mjs';
import { render } from './render.mjs';

const GIB = 2 ** 30;
const ROOTS = { graphRoot: 'aa', traceRoot: 'bb' };

/** A machine that has everything. */
const HEALTHY = {
  oldestNode: 20,
  nodeVersion: () => 'v22.1.0',
  packages: () => ({ wanted: 800, absent: [], other: [] }),
  onnxRuntime: async () => ({ version: '1.30.0', providers: ['cpu'] }),
  release: () => ({
    manifest: {
      sources: 'same',
      compiler: 'rustc 1.96.0',
      artefacts: { 'a.wasm': { sha256: 'f' } },
    },
    digests: { 'a.wasm': 'f' },
    sources: 'same',
  }),
  referee: async () => ({ model: 'm', ...ROOTS, expected: ROOTS }),
  exactness: async () => ({ model: 'm', provider: 'cpu', passed: true, vectors: 40 }),
  freeDisk: () => ({
    checkout: 90 * GIB,
    target: 90 * GIB,
    targetFolder: '/t',
    targetExists: true,
  }),
  freeMemory: () => 16 * GIB,
  rust: () => ({ version: 'rustc 1.96.0', lacks: [], remedy: 'install it' }),
  nativeNeeds: () => ({ lacks: [], remedy: '' }),
  nodeBinary: () => ({ file: '/t/veritrace-node', version: 'veritrace-node 0.1.0' }),
  zombienet: async () => '1.3.138',
  onPath: () => true,
  ports: async () => ({ free: 150, blocks: 150, first: 20_000, last: 29_599 }),
  browser: async () => ({ wanted: false }),
  git: () => ({ version: 'git version 2.47', head: 'abc' }),
};

const failing = (message) => () => {
  throw new Error(message);
};

/** What the doctor says of a machine that differs from a healthy one so. */
const given = async (probes) => {
  const report = await examine(CHECKS, { ...HEALTHY, ...probes });
  const of = (name) => report.checks.find((check) => check.name === name);
  return { report, of, ready: PURPOSES.filter((purpose) => report.ready[purpose]) };
};

describe('the doctor', () => {
  it('finds a healthy machine ready for everything, and has nothing to advise', async () => {
    const { report, ready } = await given({});
    expect(ready).toEqual(PURPOSES);
    expect(report.checks.map(({ verdict }) => verdict)).toEqual(CHECKS.map(() => 'ok'));
    expect(report.checks.filter((check) => 'remedy' in check)).toEqual([]);
  });

  /** What is broken, the check that tells, its verdict, and for what the machine is still ready. */
  const CASES = [
    ['an old Node', { nodeVersion: () => 'v18.20.0' }, 'node', 'missing', []],
    [
      'no packages',
      { packages: () => ({ wanted: 8, absent: Array(8).fill('a'), other: [] }) },
      'packages',
      'missing',
      [],
    ],
    [
      'an absent package',
      { packages: () => ({ wanted: 8, absent: ['yaml'], other: [] }) },
      'packages',
      'missing',
      [],
    ],
    [
      'a package of another version',
      { packages: () => ({ wanted: 8, absent: [], other: ['zod'] }) },
      'packages',
      'missing',
      [],
    ],
    [
      'a native part that does not load',
      { onnxRuntime: failing('libstdc++.so.6: no such file') },
      'onnxruntime',
      'missing',
      [],
    ],
    [
      'no cpu provider',
      { onnxRuntime: async () => ({ version: '1', providers: [] }) },
      'onnxruntime',
      'missing',
      [],
    ],
    [
      'no release',
      { release: () => ({ manifest: undefined, digests: {}, sources: '' }) },
      'release',
      'missing',
      [],
    ],
    [
      'a changed artefact',
      { release: () => ({ ...HEALTHY.release(), digests: { 'a.wasm': '0' } }) },
      'release',
      'missing',
      [],
    ],
    [
      'an absent artefact',
      { release: () => ({ ...HEALTHY.release(), digests: {} }) },
      'release',
      'missing',
      [],
    ],
    [
      'other sources',
      { release: () => ({ ...HEALTHY.release(), sources: 'other' }) },
      'sources',
      'warning',
      PURPOSES,
    ],
    [
      'a referee with other roots',
      { referee: async () => ({ model: 'm', ...ROOTS, traceRoot: 'cc', expected: ROOTS }) },
      'referee',
      'missing',
      [],
    ],
    ['a referee that does not load', { referee: failing('no wasm') }, 'referee', 'missing', []],
    [
      'wrong arithmetic',
      {
        exactness: async () => ({
          model: 'm',
          provider: 'cpu',
          passed: false,
          mismatch: { node: 2, op: 'Conv', vector: 'all 255' },
        }),
      },
      'exactness',
      'missing',
      ['test'],
    ],
    [
      'a full disk',
      { freeDisk: () => ({ ...HEALTHY.freeDisk(), checkout: 1000 }) },
      'disk',
      'missing',
      [],
    ],
    ['little memory', { freeMemory: () => GIB }, 'memory', 'warning', PURPOSES],
    [
      'no compiler',
      { rust: () => ({ lacks: [], remedy: 'install it' }) },
      'rust',
      'missing',
      ['start', 'networks', 'benchmarks'],
    ],
    [
      'no wasm target',
      { rust: () => ({ version: 'rustc 1.96.0', lacks: ['the wasm target'], remedy: 'add it' }) },
      'rust',
      'missing',
      ['start', 'networks', 'benchmarks'],
    ],
    [
      'no protoc',
      { nativeNeeds: () => ({ lacks: ['protoc'], remedy: 'install it' }) },
      'native libraries',
      'missing',
      ['start', 'networks', 'benchmarks'],
    ],
    [
      'no room for a first build',
      { freeDisk: () => ({ ...HEALTHY.freeDisk(), target: GIB, targetExists: false }) },
      'room to build',
      'missing',
      ['start', 'networks', 'benchmarks'],
    ],
    [
      'no node',
      { nodeBinary: () => ({ file: '/t/n', version: undefined }) },
      'node binary',
      'missing',
      ['start', 'test', 'benchmarks'],
    ],
    [
      'no bash',
      { onPath: (program) => program !== 'bash' },
      'zombienet',
      'missing',
      ['start', 'test', 'benchmarks'],
    ],
    [
      'no free ports',
      { ports: async () => ({ ...(await HEALTHY.ports()), free: 0 }) },
      'ports',
      'missing',
      ['start', 'test', 'benchmarks'],
    ],
    [
      'no browser where one is asked for',
      { browser: async () => ({ wanted: true }) },
      'browser',
      'missing',
      ['start', 'networks', 'benchmarks'],
    ],
    ['no git', { git: () => ({}) }, 'git', 'missing', ['start', 'test', 'networks']],
    [
      'no checkout',
      { git: () => ({ version: 'git version 2' }) },
      'git',
      'missing',
      ['start', 'test', 'networks'],
    ],
  ];

  it.each(CASES)('tells of %s, and what to do', async (_what, probes, name, verdict, still) => {
    const { of, ready } = await given(probes);
    expect(of(name)).toMatchObject({ verdict, remedy: expect.stringMatching(/\w{3}/) });
    expect(ready).toEqual(still);
  });

  it('has a case for every check', () => {
    expect(new Set(CASES.map(([, , name]) => name))).toEqual(
      new Set(CHECKS.map(({ name }) => name)),
    );
  });

  it('does not blame what it could not look at', async () => {
    const { of, report } = await given({ release: failing('EACCES') });
    expect(of('release')).toMatchObject({ verdict: 'missing', found: 'it does not work: EACCES' });
    for (const name of ['sources', 'referee', 'exactness']) {
      expect(of(name).verdict).toBe('unknown');
    }
    expect(of('exactness').found).toBe('not looked at: it needs referee');
    expect(report.ready.start).toBe(false);
  });

  it('says for people what each thing is, what to do, and what can be done here', async () => {
    const { report } = await given({
      rust: () => ({ lacks: [], remedy: 'run this\n  and that' }),
    });
    const text = render(report);
    expect(text).toContain(' ✓ node              v22.1.0\n');
    expect(text).toMatch(
      / ✗ rust +none was found\n +\(a Rust compiler .*\)\n +→ run this\n +and that\n/,
    );
    expect(text).toMatch(/\nstart +ready\ntest +not ready: rust\nnetworks +ready\n/);
  });

  it('names only checks that there are', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { after = [], neededFor } of CHECKS) {
      expect(names).toEqual(expect.arrayContaining(after));
      expect(PURPOSES).toEqual(expect.arrayContaining(neededFor));
    }
  });
});

describe('packages of a lock file', () => {
  let root;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'veritrace-lock-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path, content) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify(content));
  };

  it('are absent, of another version, or there; those of other systems and the workspace itself do not count', () => {
    write('package-lock.json', {
      packages: {
        '': { name: 'root' },
        'tools/sdk': { version: '0.1.0' },
        'node_modules/@veritrace/sdk': { resolved: 'tools/sdk', link: true },
        'node_modules/yaml': { version: '2.0.0' },
        'node_modules/zod': { version: '4.0.0' },
        'tools/sdk/node_modules/zod': { version: '3.0.0' },
        'node_modules/fsevents': { version: '1.0.0', optional: true },
      },
    });
    write('node_modules/@veritrace/sdk/package.json', { version: '0.9.0' });
    write('node_modules/yaml/package.json', { version: '2.0.1' });
    write('node_modules/zod/package.json', { version: '4.0.0' });
    expect(lockedPackages(root)).toEqual({ wanted: 4, absent: ['zod'], other: ['yaml'] });
  });
});
