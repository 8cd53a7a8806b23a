/** When a worker had computed what, from its log. */
import { z } from 'zod';

const lineSchema = z.object({
  time: z.number(),
  msg: z.literal('computed'),
  request: z.string(),
  milliseconds: z.number(),
});

export interface Computed {
  /** Milliseconds of the wall clock. */
  at: number;
  milliseconds: number;
}

/** By request. Lines that say something else are passed over; of several computations the first counts. */
export const computedIn = (lines: readonly string[]): Map<string, Computed> => {
  const found = new Map<string, Computed>();
  for (const line of lines) {
    if (!line.includes('"computed"')) continue;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      continue;
    }
    const parsed = lineSchema.safeParse(json);
    if (!parsed.success || found.has(parsed.data.request)) continue;
    const { time, request, milliseconds } = parsed.data;
    found.set(request, { at: time, milliseconds });
  }
  return found;
};
