/** Memory of this process. */
import { readFileSync, writeFileSync } from 'node:fs';

/** A figure of `/proc/self/status` in bytes; `undefined` where there is none. */
const fromStatus = (field: string): number | undefined => {
  try {
    const text = readFileSync('/proc/self/status', 'utf8');
    const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
};

const peak = (): number => fromStatus('VmHWM') ?? process.resourceUsage().maxRSS * 1024;

/**
 * Begins to measure; what is returned tells by how many bytes the resident set has at most been larger since. Where the
 * system cannot forget an earlier peak, growth below that is not seen.
 */
export const watchMemory = (): (() => number) => {
  globalThis.gc?.();
  try {
    // Linux: the peak of from now on.
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    const before = peak();
    return () => peak() - before;
  }
  const before = fromStatus('VmRSS') ?? process.memoryUsage.rss();
  return () => Math.max(0, peak() - before);
};
