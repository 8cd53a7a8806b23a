/** Prints whether this machine computes a small model as the chain does. A process of its own, which the doctor starts. */
import { fileURLToPath } from 'node:url';
import { conformance, readCompiled } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';

const PROVIDER = 'cpu';
const folder = fileURLToPath(
  new URL('../../../../scenarios/models/digits-mlp/compiled', import.meta.url),
);

const { graph, manifest } = await readCompiled(folder);
const report = await conformance(graph, createReferee(), {
  executionProvider: PROVIDER,
  threads: 1,
});
process.stdout.write(
  `${JSON.stringify({ model: manifest.name, provider: PROVIDER, ...report })}\n`,
);
