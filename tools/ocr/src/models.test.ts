import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeModel } from '@veritrace/compiler';
import { describe, expect, it } from 'vitest';
import { MODEL_FILES, MODELS, readKeys, readModel, readPinned } from './models.ts';
import { withPixelInput } from './onnx/pixel-input.ts';

// A second on a machine that does nothing else.
describe('the package', () => {
  it('has the pinned models', async () => {
    for (const model of MODELS) {
      const nodes = decodeModel(await readModel(model)).graph?.node ?? [];
      const first = nodes.filter(({ input }) => input.includes(MODEL_FILES[model].input));
      expect(first.map(({ opType }) => opType)).toEqual(['Conv']);
    }
  });

  it('has a key for each class of the recogniser', async () => {
    const keys = await readKeys();
    expect(keys).toHaveLength(6625);
    expect([keys[0], keys.at(-1)]).toEqual(['', ' ']);
    for (const sign of 'azAZ09.,:-/') expect(keys).toContain(sign);
    expect(keys.slice(1).every((key) => [...key].length === 1)).toBe(true);
  });
});

describe('readPinned', () => {
  it('refuses other bytes, and a file that is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'veritrace-ocr-'));
    try {
      const file = join(folder, 'model.onnx');
      await writeFile(file, 'other bytes');
      const wanted = MODEL_FILES.classifier.sha256;
      await expect(readPinned(file, wanted)).rejects.toThrow(/has SHA-256 [0-9a-f]{64}, not/);
      await expect(readPinned(join(folder, 'none'), wanted)).rejects.toThrow(/cannot be read/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('withPixelInput', () => {
  it('refuses what ends too early or is no protobuf', async () => {
    const affine = { scale: [1, 1, 1], offset: [0, 0, 0] } as const;
    const onnx = await readModel('classifier');
    const bad = [onnx.subarray(0, 1000), Uint8Array.of(0xff, 0xff, 0xff), Uint8Array.of(0x3b)];
    for (const bytes of bad) {
      expect(() => withPixelInput(bytes, 'x', affine, 0)).toThrow(/^no ONNX model: /);
    }
  });

  it('refuses a model that has no such input', async () => {
    const affine = { scale: [1, 1, 1], offset: [0, 0, 0] } as const;
    const onnx = await readModel('classifier');
    expect(() => withPixelInput(onnx, 'y', affine, 0)).toThrow(/does not feed one Conv/);
  });

  it('gives the file back for the affine that changes nothing', async () => {
    const affine = { scale: [1, 1, 1], offset: [0, 0, 0] } as const;
    const onnx = await readModel('classifier');
    const same = withPixelInput(onnx, 'x', affine, 0);
    expect(Buffer.from(same).equals(onnx)).toBe(true);
  });
});
