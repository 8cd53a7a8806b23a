// LLVM's tools that read the counters: those of rustup's toolchain, else Debian's of the compiler's own LLVM version.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, mayInstall } from '../debian.mjs';
import { ensureRust } from '../ensure-rust.mjs';
import { capture, onPath } from '../rust.mjs';

const inToolchain = (rustc) => {
  const libraries = capture(rustc, ['--print', 'target-libdir']);
  if (libraries === undefined) return undefined;
  const folder = join(libraries, '..', 'bin');
  const found = { profdata: join(folder, 'llvm-profdata'), cov: join(folder, 'llvm-cov') };
  return Object.values(found).every(existsSync) ? found : undefined;
};

const onSystem = (major) => {
  const found = { profdata: `llvm-profdata-${major}`, cov: `llvm-cov-${major}` };
  return Object.values(found).every(onPath) ? found : undefined;
};

/** The tools that fit the workspace's compiler, installed from Debian as root. Throws with what to run otherwise. */
export const ensureLlvm = () => {
  const { rustc } = ensureRust();
  const major = /^LLVM version: (\d+)/m.exec(capture(rustc, ['-vV']) ?? '')?.[1];
  const find = () => inToolchain(rustc) ?? onSystem(major);
  if (find() === undefined && mayInstall()) installPackages([`llvm-${major}`]);
  const found = find();
  if (found !== undefined) return found;
  throw new Error(
    [
      `Coverage needs llvm-profdata and llvm-cov of LLVM ${major}. Either`,
      '  - with rustup: rustup component add llvm-tools',
      `  - or, on Debian: sudo apt-get install -y llvm-${major}`,
    ].join('\n'),
  );
};
