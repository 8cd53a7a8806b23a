/** What is drawn by lot, fixed by a seed. */
import { createRandom, pick } from '@veritrace/harness';

/** The same items in an order that is drawn. */
export const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = pick(random, last + 1);
    const [a, b] = [order[last] as T, order[other] as T];
    order[last] = b;
    order[other] = a;
  }
  return order;
};

export { createRandom, pick };
