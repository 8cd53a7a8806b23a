/** The JSON Schema that lets editors complete scenario files. */
import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

/** What `scenarios/scenario.schema.json` holds, as an object. */
export const scenarioJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(scenarioSchema, { io: 'input' }),
  title: 'Veritrace scenario',
});

/** The file's text. */
export const scenarioJsonSchemaText = (): string =>
  `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
