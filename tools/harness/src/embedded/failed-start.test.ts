import { afterAll, expect, it, vi } from 'vitest';

const closed: string[] = [];

vi.mock('@veritrace/sdk', async (load) => {
  const sdk = await load<typeof import('@veritrace/sdk')>();
  return {
    ...sdk,
    connect: async (...args: Parameters<typeof sdk.connect>) => {
      const client = await sdk.connect(...args);
      const disconnect = async () => {
        closed.push('client');
        await client.disconnect();
      };
      return { ...client, disconnect };
    },
    getParameters: async () => {
      throw new Error('another runtime than this');
    },
  };
});

vi.mock('./chopsticks.ts', async (load) => {
  const { loadChopsticks } = await load<typeof import('./chopsticks.ts')>();
  return {
    loadChopsticks: async () => {
      const chopsticks = await loadChopsticks();
      return {
        ...chopsticks,
        setup: async (...args: Parameters<typeof chopsticks.setup>) => {
          const chain = await chopsticks.setup(...args);
          const close = chain.close.bind(chain);
          chain.close = async () => {
            closed.push('chain');
            await close();
          };
          return chain;
        },
      };
    },
  };
});

const { createEmbeddedDriver, endEmbedded } = await import('./driver.ts');

afterAll(endEmbedded);

it('a start that fails leaves nothing open', { timeout: 60_000 }, async () => {
  const options = { preset: 'development', patch: {}, balances: new Map() };
  const failed = createEmbeddedDriver().start(options);
  await expect(failed).rejects.toThrow('another runtime than this');
  expect(closed).toEqual(['client', 'chain']);
});
