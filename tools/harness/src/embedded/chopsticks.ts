/** Loads Chopsticks quietly: it sets its logger up when it is imported, and logs to standard output. */

/** Chopsticks' core, imported on first use. */
export const loadChopsticks = async (): Promise<
  typeof import('@acala-network/chopsticks-core')
> => {
  process.env.LOG_LEVEL ??= 'fatal';
  return import('@acala-network/chopsticks-core');
};
