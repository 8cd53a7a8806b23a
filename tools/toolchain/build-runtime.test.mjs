import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { differences } from './build-runtime.mjs';
import { sourceFiles } from './sources.mjs';

const BYTES = Buffer.from('wasm');
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const manifest = (changes = {}) => ({
  sources: 's',
  compiler: 'rustc 1',
  metadata: 'm',
  artefacts: { 'a.wasm': { sha256: digest(BYTES), size: BYTES.length } },
  ...changes,
});
const otherBytes = { 'a.wasm': { sha256: digest(Buffer.from('other')), size: 5 } };

describe('differences', () => {
  it('finds none between a build and itself', () => {
    expect(differences(manifest(), () => BYTES, manifest())).toEqual([]);
  });

  it('tells an artefact that the manifest does not describe', () => {
    const found = differences(manifest(), () => Buffer.from('edited'), manifest());
    expect(found).toEqual(['a.wasm is not the file that the manifest describes']);
  });

  it('tells other sources and other metadata', () => {
    const fresh = manifest({ sources: 't', metadata: 'n' });
    expect(differences(manifest(), () => BYTES, fresh)).toHaveLength(2);
  });

  it('compares bytes when the compiler is the recorded one', () => {
    const fresh = manifest({ artefacts: otherBytes });
    expect(differences(manifest(), () => BYTES, fresh)).toEqual([
      'a.wasm differs from a fresh build by the same compiler',
    ]);
  });

  it('does not compare bytes of different compilers', () => {
    const fresh = manifest({ artefacts: otherBytes, compiler: 'rustc 2' });
    expect(differences(manifest(), () => BYTES, fresh)).toEqual([]);
  });
});

describe('sourceFiles', () => {
  it('takes what the wasm is made of and leaves out what is only for tests', () => {
    const files = sourceFiles();
    expect(files).toContain('Cargo.lock');
    expect(files).toContain('pallets/primitives/src/lib.rs');
    expect(files).toContain('runtime/src/configs/system.rs');
    expect(files).toContain('tools/referee/src/lib.rs');
    expect(files.filter((path) => /mock|tests|benchmarking|\.md$|\.wasm$/.test(path))).toEqual([]);
    expect(files).toEqual([...files].sort());
  });
});
