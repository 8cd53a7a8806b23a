/** When requests come. */

/** Moments of a Poisson process, in milliseconds from its beginning, `rate` a second on average. */
export const poissonArrivals = (rate: number, count: number, random: () => number): number[] => {
  let moment = 0;
  return Array.from({ length: count }, () => {
    moment += (-Math.log(1 - random()) / rate) * 1000;
    return moment;
  });
};
