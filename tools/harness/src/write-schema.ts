/**
 * Writes `scenarios/scenario.schema.json`, and what scenarios are checked by of the released runtime
 * (npm run schema -w @veritrace/harness).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { scenarioJsonSchemaText } from './scenario/json-schema.ts';
import { namesOfRuntime } from './scenario/names-of-runtime.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const write = async (path: string, text: string): Promise<void> => {
  await writeFile(at(path), text);
  process.stderr.write(`wrote ${at(path)}\n`);
};

const list = (name: string, says: string, words: readonly string[]): string =>
  [
    `/** ${says} */`,
    `export const ${name}: readonly string[] = [`,
    ...words.map((word) => `  '${word}',`),
    '];',
    '',
  ].join('\n');

const code = await readFile(at('runtime/release/veritrace_runtime.compact.compressed.wasm'));
const { events, errors } = await namesOfRuntime(new Uint8Array(code));
await write('scenarios/scenario.schema.json', scenarioJsonSchemaText());
await write(
  'tools/harness/src/scenario/chain-names.ts',
  [
    '// Written by `npm run schema -w @veritrace/harness`, from the released runtime.\n',
    list('CHAIN_EVENTS', 'Its events.', events),
    list('CHAIN_ERRORS', 'Its errors, and those of dispatch.', errors),
  ].join('\n'),
);
