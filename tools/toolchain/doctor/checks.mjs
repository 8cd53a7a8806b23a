// What the doctor looks at. Each check is pure: it judges what the probes tell it (probes.mjs asks this machine).
import { WASM_TARGET } from '../rust.mjs';

const GIB = 2 ** 30;
const EVERYTHING = ['start', 'test', 'networks', 'benchmarks'];

/** Free disk that the packages take, and that the compiled workspace takes. */
const PACKAGES_BYTES = 1.5 * GIB;
const BUILD_BYTES = 12 * GIB;
/** Less than this and even a record cannot be written. */
const LEAST_BYTES = GIB / 4;

/** Memory of the embedded chain with its daemons, and of a compiler beside a network of nodes. */
const START_MEMORY = 1.5 * GIB;
const BUILD_MEMORY = 6 * GIB;

const inGib = (bytes) => `${(bytes / GIB).toFixed(1)} GiB`;
const ok = (found) => ({ verdict: 'ok', found });
const warning = (found, remedy) => ({ verdict: 'warning', found, remedy });
const missing = (found, remedy) => ({ verdict: 'missing', found, remedy });

/** The first few of many names. */
const some = (names, most = 4) =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

const REINSTALL = 'run `npm ci` in the root of the checkout';

export const CHECKS = [
  {
    name: 'node',
    what: 'Node.js, 20 or newer',
    neededFor: EVERYTHING,
    look: ({ nodeVersion, oldestNode }) => {
      const version = nodeVersion();
      const [major] = version.replace(/^v/, '').split('.');
      return Number(major) >= oldestNode
        ? ok(version)
        : missing(
            `${version} is too old`,
            `install Node ${oldestNode} or newer: https://nodejs.org`,
          );
    },
  },
  {
    name: 'packages',
    what: 'npm packages, as package-lock.json names them',
    neededFor: EVERYTHING,
    remedy: REINSTALL,
    look: ({ packages }) => {
      const { wanted, absent, other } = packages();
      if (absent.length === wanted) return missing('none is installed', REINSTALL);
      if (absent.length > 0) {
        return missing(`${absent.length} of ${wanted} are missing: ${some(absent)}`, REINSTALL);
      }
      return other.length > 0
        ? missing(`${other.length} of ${wanted} have another version: ${some(other)}`, REINSTALL)
        : ok(`all ${wanted}`);
    },
  },
  {
    name: 'onnxruntime',
    what: 'ONNX Runtime, whose native part computes the models',
    neededFor: EVERYTHING,
    after: ['packages'],
    remedy: `there is a build for Linux (x64, arm64, with glibc), macOS (arm64) and Windows; there, ${REINSTALL}`,
    look: async ({ onnxRuntime }) => {
      const { version, providers } = await onnxRuntime();
      return providers.includes('cpu')
        ? ok(`${version}, providers ${providers.join(', ')}`)
        : missing(`${version} without the provider cpu`, REINSTALL);
    },
  },
  {
    name: 'release',
    what: 'runtime and referee in runtime/release, as their manifest describes them',
    neededFor: EVERYTHING,
    look: ({ release }) => {
      const restore = 'run `git checkout -- runtime/release`, or build it: `npm run build:runtime`';
      const { manifest, digests } = release();
      if (manifest === undefined) return missing('there is no manifest', restore);
      const names = Object.keys(manifest.artefacts);
      const absent = names.filter((name) => digests[name] === undefined);
      if (absent.length > 0) return missing(`${absent.join(' and ')} missing`, restore);
      const wrong = names.filter((name) => digests[name] !== manifest.artefacts[name].sha256);
      return wrong.length > 0
        ? missing(`${wrong.join(' and ')} not the described file`, restore)
        : ok(`${names.length} files, built by ${manifest.compiler}`);
    },
  },
  {
    name: 'sources',
    what: 'the release was built from the Rust sources that are here',
    neededFor: ['test'],
    after: ['release'],
    look: ({ release }) => {
      const { manifest, sources } = release();
      return manifest.sources === sources
        ? ok(`digest ${sources.slice(0, 12)}`)
        : warning(
            `it was built from other sources (${manifest.sources.slice(0, 12)}, here ${sources.slice(0, 12)}): scenarios play the older ones`,
            'run `npm run build:runtime`; `npm test` fails until then',
          );
    },
  },
  {
    name: 'referee',
    what: 'the referee loads and computes a known vector',
    neededFor: EVERYTHING,
    after: ['packages', 'release'],
    remedy: 'run `git checkout -- runtime/release scenarios/models`',
    look: async ({ referee }) => {
      const { model, graphRoot, traceRoot, expected } = await referee();
      return graphRoot === expected.graphRoot && traceRoot === expected.traceRoot
        ? ok(`${model}: trace root ${traceRoot.slice(0, 12)}`)
        : missing(
            `${model}: graph root ${graphRoot} and trace root ${traceRoot}, expected ${expected.graphRoot} and ${expected.traceRoot}`,
            'runtime/release and scenarios/models are not of one version: check both out anew',
          );
    },
  },
  {
    name: 'exactness',
    what: 'this machine computes a small model as the chain does, bit for bit',
    neededFor: ['start', 'networks', 'benchmarks'],
    after: ['onnxruntime', 'referee'],
    remedy: 'do not run a worker here; `npx veritrace worker check CONFIG` tells more',
    look: async ({ exactness }) => {
      const { model, provider, passed, vectors, mismatch } = await exactness();
      return passed
        ? ok(`${model} on ${provider}: ${vectors} vectors`)
        : missing(
            `${model} on ${provider}: node ${mismatch.node} (${mismatch.op}) differs at ${mismatch.vector}`,
            'do not run a worker here: it would be convicted. Report processor and system',
          );
    },
  },
  {
    name: 'disk',
    what: 'free disk for packages and records',
    neededFor: EVERYTHING,
    look: ({ freeDisk, packages }) => {
      const { checkout } = freeDisk();
      const { absent } = packages();
      const least = absent.length > 0 ? PACKAGES_BYTES : LEAST_BYTES;
      return checkout >= least
        ? ok(`${inGib(checkout)} free`)
        : missing(
            `${inGib(checkout)} free, ${inGib(least)} needed`,
            'make room; old records are in records/',
          );
    },
  },
  {
    name: 'memory',
    what: 'free memory',
    neededFor: EVERYTHING,
    look: ({ freeMemory }) => {
      const free = freeMemory();
      return free >= START_MEMORY
        ? ok(`${inGib(free)} free`)
        : warning(
            `${inGib(free)} free; a scenario takes up to ${inGib(START_MEMORY)}`,
            'close something, and play one scenario at a time (`--jobs 1`)',
          );
    },
  },
  {
    name: 'rust',
    what: `a Rust compiler with the target ${WASM_TARGET}, clippy and rustfmt`,
    neededFor: ['test'],
    look: ({ rust }) => {
      const { version, lacks, remedy } = rust();
      if (version === undefined) return missing('none was found', remedy);
      return lacks.length > 0
        ? missing(`${version} lacks ${lacks.join(', ')}`, remedy)
        : ok(version);
    },
  },
  {
    name: 'native libraries',
    what: "what the node's dependencies are compiled with",
    neededFor: ['test'],
    look: ({ nativeNeeds }) => {
      const { lacks, remedy } = nativeNeeds();
      return lacks.length > 0 ? missing(`missing: ${lacks.join('; ')}`, remedy) : ok('all');
    },
  },
  {
    name: 'room to build',
    what: 'disk and memory to compile the workspace',
    neededFor: ['test'],
    look: ({ freeDisk, freeMemory }) => {
      const { target, targetFolder, targetExists } = freeDisk();
      const memory = freeMemory();
      const found = `${inGib(target)} free at ${targetFolder}, ${inGib(memory)} of memory`;
      if (!targetExists && target < BUILD_BYTES) {
        return missing(
          `${found}; a first build takes ${inGib(BUILD_BYTES)}`,
          'make room, or name another folder in CARGO_TARGET_DIR',
        );
      }
      return memory < BUILD_MEMORY
        ? warning(
            `${found}; compilers may take ${inGib(BUILD_MEMORY)}`,
            'set CARGO_BUILD_JOBS=1, which is slower and takes less',
          )
        : ok(found);
    },
  },
  {
    name: 'node binary',
    what: 'the compiled Veritrace node',
    neededFor: ['networks'],
    look: ({ nodeBinary }) => {
      const { file, version } = nodeBinary();
      return version === undefined
        ? missing(
            `${file} is not there, or does not start`,
            'run `npm run build:node` (half an hour the first time), or name one in VERITRACE_NODE',
          )
        : ok(`${version}, ${file}`);
    },
  },
  {
    name: 'zombienet',
    what: 'Zombienet, and the bash it runs commands with',
    neededFor: ['networks'],
    after: ['packages'],
    remedy: REINSTALL,
    look: async ({ zombienet, onPath }) => {
      if (!onPath('bash')) return missing('there is no bash on the PATH', 'install bash');
      return ok(`${await zombienet()}, bash`);
    },
  },
  {
    name: 'ports',
    what: 'free ports for a network',
    neededFor: ['networks'],
    look: async ({ ports }) => {
      const { free, blocks, first, last } = await ports();
      const found = `${free} of ${blocks} blocks between ${first} and ${last} are free`;
      if (free === 0) {
        return missing(
          found,
          'end what listens there: `npx veritrace network status` shows networks',
        );
      }
      return ok(found);
    },
  },
  {
    name: 'browser',
    what: 'a browser for tests of pages',
    neededFor: ['test'],
    after: ['packages'],
    look: async ({ browser }) => {
      const { wanted, file } = await browser();
      if (!wanted) return ok('no package here asks for one');
      return file === undefined
        ? missing(
            'Playwright has no browser, and there is no Chromium on the PATH',
            'run `npx playwright install chromium`, or install Chromium with the system',
          )
        : ok(file);
    },
  },
  {
    name: 'git',
    what: 'git, and a checkout it knows: the gate compares commits',
    neededFor: ['benchmarks'],
    look: ({ git }) => {
      const { version, head } = git();
      if (version === undefined) return missing('not installed', 'install git');
      return head === undefined
        ? missing(
            `${version}, but this folder is no checkout`,
            'clone the repository; stored results are compared without git',
          )
        : ok(`${version}, at ${head}`);
    },
  },
];
