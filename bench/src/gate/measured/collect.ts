/** Runs collectors in the checkout that it lies in: one JSON document on standard output for each that is named. */
import { resolve } from 'node:path';
import { runners } from '../exact/index.ts';

// Standard output belongs to the documents; what libraries print goes to standard error.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;

const root = resolve(import.meta.dirname, '../../../..');
for (const family of process.argv.slice(2)) {
  const collect = async () => {
    try {
      const load = runners[family];
      if (load === undefined) throw new Error('there is no such collector');
      return await (await load())(root);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { values: [], omitted: [{ name: '', reason }] };
    }
  };
  write(`${JSON.stringify({ family, ...(await collect()) })}\n`);
}
