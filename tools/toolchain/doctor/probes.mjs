// Asks this machine. Nothing here needs an installed package: what does is started as a process of its own, so that a
// broken one is an answer and not the doctor's end.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { freemem } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { missingNative, nativeRemedy } from '../native.mjs';
import { OLDEST_NODE } from '../packages.mjs';
import {
  capture,
  findToolchain,
  findWasmLinker,
  hasWasmTarget,
  NO_TOOLCHAIN,
  onPath,
  targetDir,
} from '../rust.mjs';
import { ROOT, sourceDigest } from '../sources.mjs';
import { nodeBinary } from '../workspace-build.mjs';

const DEADLINE_MS = 60_000;
/** As tools/harness/src/network/process/ports.ts reserves them. */
const PORTS = { first: 20_000, block: 64, blocks: 150 };

const { existsSync, readdirSync, readFileSync } = fs;

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Runs Node and reads the JSON on the last line it prints. */
const askNode = (args, { cwd, signal }) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      signal,
      timeout: DEADLINE_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      if (code === 0) return resolve(stdout.trim().split('\n').at(-1));
      const why = stderr.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? stderr.trim();
      reject(
        new Error(why || (killedBy === null ? `it ended with ${code}` : `${killedBy} ended it`)),
      );
    });
  });

/** Packages of a lock file that have to be there, against what is. */
export const lockedPackages = (root) => {
  const { packages } = readJson(join(root, 'package-lock.json'));
  const required = Object.entries(packages).filter(
    ([path, { optional }]) => /(^|\/)node_modules\//.test(path) && optional !== true,
  );
  const absent = [];
  const other = [];
  for (const [path, { link, version }] of required) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const manifest = join(root, path, 'package.json');
    if (!existsSync(manifest)) absent.push(name);
    else if (link !== true && readJson(manifest).version !== version) other.push(name);
  }
  return { wanted: required.length, absent, other };
};

const listens = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });

/** The nearest folder above that exists: the one whose disk a folder will be on. */
const existing = (folder) => (existsSync(folder) ? folder : existing(dirname(folder)));

const freeAt = (folder) => {
  // Older versions of Node have no statfsSync; the doctor is to tell them so, not to fail while it is loaded.
  const { bavail, bsize } = fs.statfsSync(existing(folder));
  return bavail * bsize;
};

const sha256 = (file) =>
  existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;

const rust = () => {
  const toolchain = findToolchain();
  const install = `run \`npm run ensure-rust\`. ${NO_TOOLCHAIN.split('\n').slice(1).join(' ').trim()}`;
  if (toolchain === undefined) return { version: undefined, lacks: [], remedy: install };
  const beside = (program) => existsSync(join(dirname(toolchain.rustc), program));
  const needs = [
    ['the wasm target', hasWasmTarget(toolchain.rustc)],
    ['clippy', beside('clippy-driver')],
    ['rustfmt', beside('rustfmt')],
    ['a linker for wasm', toolchain.kind !== 'system' || findWasmLinker() !== undefined],
  ];
  return {
    version: toolchain.version,
    lacks: needs.filter(([, there]) => !there).map(([what]) => what),
    remedy: install,
  };
};

const workspaceFolders = () =>
  readJson(join(ROOT, 'package.json')).workspaces.map((folder) => join(ROOT, folder));

const asksFor = (folder, name) => {
  const { dependencies = {}, devDependencies = {} } = readJson(join(folder, 'package.json'));
  return name in dependencies || name in devDependencies;
};

const PLAYWRIGHT = ['playwright', 'playwright-core', '@playwright/test'];
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'];

const pathOf = (program) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);

/** Everything the checks may ask. Processes end when the signal aborts. */
export const machineProbes = ({ signal }) => {
  const inCompiler = { cwd: join(ROOT, 'tools', 'compiler'), signal };
  const vectors = join(ROOT, 'tools', 'cli', 'src', 'doctor');
  const askTypescript = async (script) =>
    JSON.parse(await askNode(['--import', 'tsx', join(vectors, script)], { cwd: ROOT, signal }));
  let locked;
  return {
    oldestNode: OLDEST_NODE,
    nodeVersion: () => process.version,
    packages: () => {
      locked ??= lockedPackages(ROOT);
      return locked;
    },
    onnxRuntime: async () => {
      const script = `
        const { listSupportedBackends } = await import('onnxruntime-node');
        const { createRequire } = await import('node:module');
        const { version } = createRequire(process.cwd() + '/')('onnxruntime-node/package.json');
        console.log(JSON.stringify({ version, providers: listSupportedBackends().map(({ name }) => name) }));`;
      return JSON.parse(await askNode(['--input-type=module', '-e', script], inCompiler));
    },
    release: () => {
      const folder = join(ROOT, 'runtime', 'release');
      const file = join(folder, 'manifest.json');
      const manifest = existsSync(file) ? readJson(file) : undefined;
      const names = Object.keys(manifest?.artefacts ?? {});
      return {
        manifest,
        digests: Object.fromEntries(names.map((name) => [name, sha256(join(folder, name))])),
        sources: sourceDigest(),
      };
    },
    referee: () => askTypescript('known-vector.ts'),
    exactness: () => askTypescript('exactness.ts'),
    freeDisk: () => ({
      checkout: freeAt(ROOT),
      target: freeAt(targetDir()),
      targetFolder: targetDir(),
      targetExists: existsSync(targetDir()) && readdirSync(targetDir()).length > 0,
    }),
    freeMemory: () => process.availableMemory?.() ?? freemem(),
    rust,
    nativeNeeds: () => {
      const lacks = missingNative();
      return { lacks: lacks.map(({ what }) => what), remedy: nativeRemedy(lacks) };
    },
    nodeBinary: () => ({ file: nodeBinary(), version: capture(nodeBinary(), ['--version']) }),
    zombienet: () =>
      askNode([join(ROOT, 'node_modules', '@zombienet', 'cli', 'dist', 'cli.js'), 'version'], {
        cwd: ROOT,
        signal,
      }),
    onPath,
    ports: async () => {
      const bases = Array.from({ length: PORTS.blocks }, (_, i) => PORTS.first + i * PORTS.block);
      const free = await Promise.all(bases.map(listens));
      return {
        free: free.filter(Boolean).length,
        blocks: PORTS.blocks,
        first: PORTS.first,
        last: PORTS.first + PORTS.blocks * PORTS.block - 1,
      };
    },
    browser: async () => {
      const wanted = PLAYWRIGHT.flatMap((name) =>
        workspaceFolders()
          .filter((folder) => asksFor(folder, name))
          .map((folder) => ({ name, folder })),
      )[0];
      if (wanted === undefined) return { wanted: false, file: undefined };
      const script = `
        const { chromium } = await import('${wanted.name}');
        console.log(chromium.executablePath());`;
      const own = await askNode(['--input-type=module', '-e', script], {
        cwd: wanted.folder,
        signal,
      });
      const file = existsSync(own) ? own : CHROMIUM.map(pathOf).find((found) => found);
      return { wanted: true, file };
    },
    git: () => ({
      version: capture('git', ['--version']),
      head: capture('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD']),
    }),
  };
};
