/**
 * Prints what the referee makes of one model and one input, beside what it has always made of them. A process of its own,
 * which the doctor starts. `TRACE_ROOT` changes with the kernels and the layout of commitments, and with nothing else.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createReferee } from '@veritrace/referee';

const MODEL = 'digits-mlp';
const INPUT = new Uint8Array(64).map((_, index) => index % 17);
const TRACE_ROOT = 'e92395429493342c50728d1d6633e5a229c4afdb661ec11cc6766041f5ce7c4d';

const file = (name: string): string =>
  fileURLToPath(new URL(`../../../../scenarios/models/${MODEL}/compiled/${name}`, import.meta.url));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const { graphRoot } = JSON.parse(readFileSync(file('manifest.json'), 'utf8')) as {
  graphRoot: string;
};
const referee = createReferee();
const loaded = referee.loadGraph(readFileSync(file('graph.bin')));
const trace = loaded.trace(loaded.evaluate([INPUT]));
const answer = {
  model: MODEL,
  graphRoot: hex(loaded.graphRoot),
  traceRoot: hex(referee.traceRoot(trace)),
  expected: { graphRoot, traceRoot: TRACE_ROOT },
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
