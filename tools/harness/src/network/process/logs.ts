/** Ends of logs. */
import { open } from 'node:fs/promises';

/** As much of a log's end as is read at once. */
const WINDOW = 256 * 1024;

/** The last lines of a file; none when it does not exist. */
export const tail = async (file: string, lines: number): Promise<string[]> => {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - WINDOW);
    const buffer = Buffer.alloc(size - start);
    await handle.read(buffer, 0, buffer.length, start);
    const all = buffer.toString('utf8').split('\n');
    // The first may be cut, the last is empty or not yet complete.
    const whole = start > 0 ? all.slice(1) : all;
    return whole.filter((line) => line !== '').slice(-lines);
  } finally {
    await handle.close();
  }
};
