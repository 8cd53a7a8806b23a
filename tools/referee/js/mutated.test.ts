/** Compiled graphs that something happened to: JavaScript and the chain's own code take the same ones. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferee, decodeGraph, encodeGraph, type Graph, RefereeError } from './index.ts';
import { mutatedBytes, withinBounds } from './testing/mutated.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 2_000);

const digits = decodeGraph(
  new Uint8Array(
    readFileSync(
      new URL('../../../scenarios/models/digits-cnn/compiled/graph.bin', import.meta.url),
    ),
  ),
);

/** A graph's bytes without most of its weights: what happens, happens to what is read. */
const bare = (graph: Graph): Uint8Array =>
  encodeGraph({
    ...graph,
    initialisers: graph.initialisers.map(({ spec, data }) => ({ spec, data: data.slice(0, 8) })),
  });

const SOUND = [encodeGraph(digits), bare(digits)];

describe('a compiled graph that something happened to', { timeout: 600_000 }, () => {
  it('is a graph that encodes to the same bytes, or a RangeError', () => {
    fc.assert(
      fc.property(mutatedBytes(SOUND), (bytes) => {
        let graph: Graph;
        try {
          graph = withinBounds(() => decodeGraph(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(Buffer.from(encodeGraph(graph)).equals(bytes)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('is taken by the referee, or refused; the referee goes on', () => {
    const referee = createReferee();
    fc.assert(
      fc.property(mutatedBytes(SOUND), (bytes) => {
        try {
          withinBounds(() => referee.loadGraph(bytes)).free();
        } catch (error) {
          expect(error).toBeInstanceOf(RefereeError);
        }
      }),
      { numRuns: Math.ceil(RUNS / 10) },
    );
    const loaded = referee.loadGraph(SOUND[0] ?? new Uint8Array());
    expect(loaded.graphRoot).toHaveLength(32);
    loaded.free();
  });
});
