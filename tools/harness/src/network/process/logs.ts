/** Ends of logs. */
import { open, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** As much of a log's end as is read at once. */
const WINDOW = 256 * 1024;
/** Between looks at a log that is followed. */
const FOLLOW_MS = 500;

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

/** Tells every complete line that is added to a file from now on, or all from its start, until the signal; looks twice a second. */
export const followLog = async (
  file: string,
  {
    onLine,
    signal,
    fromStart = false,
  }: { onLine(line: string): void; signal: AbortSignal; fromStart?: boolean },
): Promise<void> => {
  let position = fromStart ? 0 : await sizeOf(file);
  let rest = '';
  while (!signal.aborted) {
    const size = await sizeOf(file);
    // A shorter file is a new one.
    if (size < position) position = 0;
    if (size > position) {
      const handle = await open(file, 'r');
      try {
        const buffer = Buffer.alloc(Math.min(size - position, WINDOW));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        position += bytesRead;
        const lines = `${rest}${buffer.toString('utf8', 0, bytesRead)}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      } finally {
        await handle.close();
      }
      continue;
    }
    await pause(FOLLOW_MS, undefined, { signal }).catch(() => undefined);
  }
};

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
};
