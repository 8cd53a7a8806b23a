import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scenarioJsonSchema } from './json-schema.ts';

const file = fileURLToPath(new URL('../../../../scenarios/scenario.schema.json', import.meta.url));

describe('scenarios/scenario.schema.json', () => {
  it('is what the schema generates (npm run schema -w @veritrace/harness writes it)', async () => {
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(scenarioJsonSchema());
  });
});
