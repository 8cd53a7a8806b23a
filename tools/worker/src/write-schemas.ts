/** Writes the JSON Schemas of config files (npm run schema -w @veritrace/worker). */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { configJsonSchemas } from './config.ts';

for (const [name, schema] of Object.entries(configJsonSchemas())) {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
  await writeFile(file, `${JSON.stringify(schema, null, 2)}\n`);
  process.stderr.write(`wrote ${file}\n`);
}
