#!/usr/bin/env node
// Builds runtime/release: the compressed runtime, the referee, and a manifest that says what they were built from.
//   npm run build:runtime              build and write
//   npm run build:runtime -- --check   build, compare with what is there, and fail when it is stale
//   npm run build:runtime -- --next FILE   only the runtime, with the next version's number: for tests of upgrades
//   npm run build:runtime -- --benchmarks FILE   only the runtime, with its benchmarks: for `npm run bench:weights`
//   npm run build:runtime -- --referee FILE   only the referee
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureRust } from './ensure-rust.mjs';
import { metadataOf } from './metadata.mjs';
import { restoreTimes } from './mtimes.mjs';
import { cargoEnvironment, targetDir, WASM_TARGET } from './rust.mjs';
import { ROOT, sourceDigest } from './sources.mjs';

const RELEASE = join(ROOT, 'runtime', 'release');
const RUNTIME_FILE = 'veritrace_runtime.compact.compressed.wasm';
const REFEREE_FILE = 'referee.wasm';
const MANIFEST_FILE = 'manifest.json';

/** What Substrate expects before a compressed runtime. */
const COMPRESSED_MAGIC = Buffer.from([82, 188, 83, 118, 70, 219, 142, 5]);
const COMPRESSION_LEVEL = 19;

const say = (message) => console.error(`release: ${message}`);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const cargoHome = () => process.env.CARGO_HOME || join(homedir(), '.cargo');

/**
 * Panic messages name source files. Those outside the checkout are given fixed names, so that the bytes do not tell where
 * they were made; cargo names the workspace's own relative to its root.
 */
const remappings = (target) => {
  const registry = join(cargoHome(), 'registry', 'src');
  const indexes = existsSync(registry) ? readdirSync(registry) : [];
  return [[target, '/target'], ...indexes.map((index) => [join(registry, index), '/registry'])].map(
    ([from, to]) => `--remap-path-prefix=${from}=${to}`,
  );
};

/** The instructions that every Substrate executor knows. */
const RUNTIME_FEATURES = ['-sign-ext'];

/** The referee runs in Node and in browsers, never on chain: it hashes four messages in one vector, and copies in bulk. */
const REFEREE_FEATURES = ['+simd128', '+bulk-memory', '+sign-ext'];

/** The build script of `blake3`, asked for vectors, finds them missing: it knows no target by the name of this one. */
const REFEREE_FLAGS = ['--cfg', 'blake3_wasm32_simd'];

/** What every crate of a wasm build is compiled with. */
const compilerFlags = (target, features, flags) => [
  ...['-C', 'target-cpu=mvp', '-C', `target-feature=${features.join(',')}`],
  ...flags,
  ...['--cfg', 'substrate_runtime', '--check-cfg', 'cfg(substrate_runtime)'],
  ...remappings(target),
];

const RUNTIME_LINK_FLAGS = ['--export-table', '--import-memory', '--export=__heap_base'];

const cargo = (
  toolchain,
  args,
  target = targetDir(),
  instructions = RUNTIME_FEATURES,
  flags = [],
) => {
  const env = { ...cargoEnvironment(toolchain), CARGO_TARGET_DIR: target };
  mkdirSync(target, { recursive: true });
  restoreTimes(ROOT, target);
  // Set for everything or for nothing: cargo ignores the other sources of flags when this one is present.
  env.CARGO_ENCODED_RUSTFLAGS = compilerFlags(target, instructions, flags).join('\x1f');
  delete env.RUSTFLAGS;
  const result = spawnSync(toolchain.cargo, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) throw new Error(`cargo ${args.slice(0, 4).join(' ')} failed`);
};

const buildWasm = (
  toolchain,
  name,
  linkFlags,
  features = [],
  target = targetDir(),
  instructions = RUNTIME_FEATURES,
  flags = [],
) => {
  const args = [
    ...['rustc', '--locked', '-p', name, '--lib', '--crate-type', 'cdylib'],
    ...features.flatMap((feature) => ['--features', feature]),
    ...['--no-default-features', '--release', '--target', WASM_TARGET, '--'],
    ...linkFlags.flatMap((flag) => ['-C', `link-arg=${flag}`]),
  ];
  cargo(toolchain, args, target, instructions, flags);
  return readFileSync(join(target, WASM_TARGET, 'release', `${name.replaceAll('-', '_')}.wasm`));
};

/** In a folder of its own: other flags make other crates, and neither build is to replace what the other left. */
const buildReferee = (toolchain) =>
  buildWasm(
    toolchain,
    'veritrace-referee',
    [],
    [],
    join(targetDir(), 'referee'),
    REFEREE_FEATURES,
    REFEREE_FLAGS,
  );

const compress = async (code) => {
  const { init, compress: zstd } = await import('@bokuweb/zstd-wasm');
  await init();
  return Buffer.concat([COMPRESSED_MAGIC, zstd(code, COMPRESSION_LEVEL)]);
};

const describe = (bytes) => ({ sha256: sha256(bytes), size: bytes.length });

/** Builds everything. Returns the files by name, the manifest among them, and what it says. */
const build = async () => {
  const toolchain = ensureRust();
  say(`compiling with ${toolchain.version}`);
  cargo(toolchain, ['fetch', '--locked']);
  const code = buildWasm(toolchain, 'veritrace-runtime', RUNTIME_LINK_FLAGS);
  const runtime = await compress(code);
  const referee = buildReferee(toolchain);
  const manifest = {
    sources: sourceDigest(),
    compiler: toolchain.version,
    metadata: sha256(await metadataOf(code)),
    artefacts: {
      [RUNTIME_FILE]: describe(runtime),
      [REFEREE_FILE]: describe(referee),
    },
  };
  return {
    manifest,
    files: new Map([
      [RUNTIME_FILE, runtime],
      [REFEREE_FILE, referee],
      [MANIFEST_FILE, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)],
    ]),
  };
};

const readRelease = (file) => {
  const path = join(RELEASE, file);
  if (!existsSync(path)) throw new Error(`runtime/release/${file} is missing`);
  return readFileSync(path);
};

/** What is wrong with the files in runtime/release, given a fresh build of the same sources. */
export const differences = (recorded, read, fresh) => {
  const problems = [];
  for (const [file, expected] of Object.entries(recorded.artefacts)) {
    const found = describe(read(file));
    if (found.sha256 !== expected.sha256) {
      problems.push(`${file} is not the file that the manifest describes`);
    }
  }
  if (recorded.sources !== fresh.sources) {
    problems.push('it was built from other sources than these');
  }
  if (recorded.metadata !== fresh.metadata) {
    problems.push('its metadata differs from that of these sources');
  }
  if (recorded.compiler === fresh.compiler) {
    for (const [file, expected] of Object.entries(fresh.artefacts)) {
      if (recorded.artefacts[file]?.sha256 !== expected.sha256) {
        problems.push(`${file} differs from a fresh build by the same compiler`);
      }
    }
  }
  return problems;
};

const check = async () => {
  const recorded = JSON.parse(readRelease(MANIFEST_FILE).toString('utf8'));
  const { manifest } = await build();
  const problems = differences(recorded, readRelease, manifest);
  if (problems.length > 0) {
    throw new Error(
      `runtime/release is stale:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n` +
        'Run `npm run build:runtime` and commit what it writes.',
    );
  }
  const extent =
    recorded.compiler === manifest.compiler
      ? 'byte for byte'
      : `in sources and metadata (it was built by ${recorded.compiler})`;
  say(`runtime/release is up to date, ${extent}`);
};

/** Writes a runtime that differs from the present one in its version alone. */
const writeNext = async (file) => {
  if (file === undefined) throw new Error('--next takes the file to write');
  const toolchain = ensureRust();
  const code = buildWasm(toolchain, 'veritrace-runtime', RUNTIME_LINK_FLAGS, ['next-version']);
  writeFileSync(file, await compress(code));
  say(`${file}: the runtime with the next version's number`);
};

/**
 * Writes the runtime with its benchmarks, uncompressed, and prints, as JSON, what compiled it. It is compiled in a folder
 * of its own: nearly every crate differs from that of the release, and neither build is to replace what the other left.
 */
const writeBenchmarks = (file) => {
  if (file === undefined) throw new Error('--benchmarks takes the file to write');
  const toolchain = ensureRust();
  const target = join(targetDir(), 'benchmarks');
  const features = ['runtime-benchmarks'];
  writeFileSync(
    file,
    buildWasm(toolchain, 'veritrace-runtime', RUNTIME_LINK_FLAGS, features, target),
  );
  say(`${file}: the runtime with its benchmarks`);
  console.log(JSON.stringify({ compiler: toolchain.version }));
};

/** Writes the referee alone, which takes seconds where the runtime takes minutes. */
const writeReferee = (file) => {
  if (file === undefined) throw new Error('--referee takes the file to write');
  const toolchain = ensureRust();
  const referee = buildReferee(toolchain);
  writeFileSync(file, referee);
  say(`${file}: the referee, ${referee.length} bytes, sha256 ${sha256(referee)}`);
};

const write = async () => {
  const { files, manifest } = await build();
  mkdirSync(RELEASE, { recursive: true });
  for (const [file, bytes] of files) writeFileSync(join(RELEASE, file), bytes);
  for (const [file, { size, sha256: digest }] of Object.entries(manifest.artefacts)) {
    say(`${file}: ${size} bytes, sha256 ${digest}`);
  }
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const file = { type: 'string' };
    const { values } = parseArgs({
      options: { check: { type: 'boolean' }, next: file, benchmarks: file, referee: file },
    });
    if (values.next !== undefined) await writeNext(values.next);
    else if (values.benchmarks !== undefined) writeBenchmarks(values.benchmarks);
    else if (values.referee !== undefined) writeReferee(values.referee);
    else await (values.check ? check() : write());
    // The executor behind the metadata keeps a worker thread alive.
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
