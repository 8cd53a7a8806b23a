/** How slow the machine is: what bounds of processor time have to be read by. */

/** What decoders do most: texts to objects and back, numbers of any length, bytes. */
const work = (): number => {
  let sum = 0;
  for (let round = 0; round < 40; round += 1) {
    const list = Array.from({ length: 1_000 }, (_, at) => ({ at, text: String(at * 7_919) }));
    for (const { at, text } of JSON.parse(JSON.stringify(list)) as typeof list) {
      sum += Number(BigInt(text) % 97n) + at;
    }
    const bytes = new Uint8Array(1 << 16);
    for (let at = 1; at < bytes.length; at += 1) {
      bytes[at] = Math.imul((bytes[at - 1] ?? 0) + at, 31);
    }
    sum += bytes.at(-1) ?? 0;
  }
  return sum;
};

/** Milliseconds that the work took a core of 2.5 GHz which did nothing else. */
const NOMINAL_MS = 60;

/**
 * How many times longer the same work takes now than on a core that does nothing else, and at least 1: processor time, too, is
 * longer where another thread shares the core's units and caches.
 */
export const slowness = (): number => {
  const took = [0, 1].map(() => {
    const before = process.cpuUsage();
    if (work() < 0) throw new RangeError('a sum of what is positive');
    return process.cpuUsage(before).user / 1_000;
  });
  // The first is of code that has yet to be compiled.
  return Math.max(1, Math.min(...took) / NOMINAL_MS);
};
