/** Writes `scenarios/scenario.schema.json` (npm run schema -w @veritrace/harness). */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { scenarioJsonSchemaText } from './scenario/json-schema.ts';

const file = fileURLToPath(new URL('../../../scenarios/scenario.schema.json', import.meta.url));
await writeFile(file, scenarioJsonSchemaText());
process.stderr.write(`wrote ${file}\n`);
