// The C libraries and programs that the node's dependencies are compiled with. The pallets need none of them.
import { installPackages, mayInstall, updateLists } from './debian.mjs';
import { capture, onPath } from './rust.mjs';

/** What is needed, how to see that it is there, and what it is called where it can be installed. */
const NEEDS = [
  {
    what: 'protoc, the protobuf compiler',
    isThere: () => Boolean(process.env.PROTOC) || onPath('protoc'),
    debian: ['protobuf-compiler'],
    brew: ['protobuf'],
  },
  {
    what: "OpenSSL's headers, and pkg-config to find them",
    isThere: () =>
      Boolean(process.env.OPENSSL_DIR) ||
      capture('pkg-config', ['--exists', 'openssl']) !== undefined,
    debian: ['pkg-config', 'libssl-dev'],
    brew: ['pkg-config', 'openssl@3'],
  },
  {
    what: 'compilers for C and C++',
    isThere: () => onPath('cc') && onPath('c++'),
    debian: ['gcc', 'g++', 'libc6-dev'],
    brew: [],
  },
];

const say = (message) => console.error(`native: ${message}`);

/** Of what is needed, what is not there. */
export const missingNative = () => NEEDS.filter(({ isThere }) => !isThere());

/** The commands that install it, a line each. */
export const nativeRemedy = (lacking) => {
  const brew = lacking.flatMap((need) => need.brew);
  return [
    'Install it, on Debian or Ubuntu with',
    `  sudo apt-get update && sudo apt-get install -y ${lacking.flatMap(({ debian }) => debian).join(' ')}`,
    ...(brew.length === 0 ? [] : ['on macOS with', `  brew install ${brew.join(' ')}`]),
  ].join('\n');
};

/**
 * Makes sure that the node can be compiled, installing what is missing on Debian as root or under CI.
 * Throws with the commands to run where it may not.
 */
export const ensureNative = () => {
  const wanted = missingNative();
  if (wanted.length === 0) return;
  const packages = wanted.flatMap(({ debian }) => debian);
  if (mayInstall()) {
    say(`installing ${packages.join(', ')}`);
    updateLists();
    installPackages(packages);
  }
  const left = missingNative();
  if (left.length === 0) return;
  throw new Error(
    [
      'The node cannot be compiled here. Missing:',
      ...left.map(({ what }) => `  - ${what}`),
      nativeRemedy(left),
    ].join('\n'),
  );
};
