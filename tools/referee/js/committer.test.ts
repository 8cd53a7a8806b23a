import { afterAll, describe, expect, it } from 'vitest';
import {
  byteLength,
  createCommitter,
  createReferee,
  RefereeError,
  type Tensor,
  type TensorSpec,
} from './index.ts';

const tensorOf = (shape: number[], salt: number): Tensor => {
  const spec: TensorSpec = { dtype: 'U8', shape };
  return {
    spec,
    data: Uint8Array.from({ length: byteLength(spec) }, (_, at) => at * 31 + (at >> 7) + salt),
  };
};

/** Some of a few bytes, some of more than goes to a module at a time. */
const request = (salt: number): Tensor[] => [
  tensorOf([1, 24, 56, 56], salt),
  tensorOf([3], salt),
  tensorOf([1, 96, 56, 56], salt),
  tensorOf([1, 300], salt),
  tensorOf([1, 16, 112, 112], salt),
];

describe.each([
  { layout: 1, native: true },
  { layout: 2, native: true },
  { layout: 2, native: false },
])('a committer in layout $layout, native: $native', ({ layout, native }) => {
  const referee = createReferee();
  const committers = [1, 2, 3].map((threads) => createCommitter({ threads, native }));
  afterAll(async () => {
    for (const committer of committers) await committer.dispose();
  });

  it('gives the roots of the referee, on any number of threads', async () => {
    const tensors = request(1);
    const expected = referee.tensorRoots(tensors, layout);
    for (const committer of committers) {
      expect(await committer.tensorRoots(tensors, layout)).toEqual(expected);
      expect(await committer.tensorRoots([], layout)).toEqual([]);
    }
  });

  it('keeps requests apart that are asked at once, and copies before it returns', async () => {
    for (const committer of committers) {
      const requests = [1, 2, 3, 4].map(request);
      const expected = requests.map((tensors) => referee.tensorRoots(tensors, layout));
      const asked = requests.map((tensors) => committer.tensorRoots(tensors, layout));
      for (const tensors of requests) for (const { data } of tensors) data.fill(0);
      expect(await Promise.all(asked)).toEqual(expected);
    }
  });

  it('reads tensors on shared memory where they lie', async () => {
    const tensors = request(5);
    const shared = tensors.map(({ spec, data }) => {
      const copy = new Uint8Array(new SharedArrayBuffer(data.length));
      copy.set(data);
      return { spec, data: copy };
    });
    for (const committer of committers) {
      expect(await committer.tensorRoots(shared, layout)).toEqual(
        referee.tensorRoots(tensors, layout),
      );
    }
  });

  it('refuses what the referee refuses, and goes on', async () => {
    const wrong = { spec: { dtype: 'I32' as const, shape: [2] }, data: new Uint8Array(7) };
    for (const committer of committers) {
      await expect(committer.tensorRoots([...request(6), wrong], layout)).rejects.toThrow(
        RefereeError,
      );
      expect(await committer.tensorRoots(request(7), layout)).toEqual(
        referee.tensorRoots(request(7), layout),
      );
    }
  });

  it('rejects what was not answered when it ends', async () => {
    const committer = createCommitter();
    const asked = committer.tensorRoots(request(8), layout);
    const outcome = expect(asked).rejects.toThrow(/has ended/);
    await committer.dispose();
    await outcome;
    await expect(committer.tensorRoots(request(8), layout)).rejects.toThrow(/has ended/);
  });

  it('has a thread', () => {
    expect(() => createCommitter({ threads: 0 })).toThrow(RangeError);
  });
});
