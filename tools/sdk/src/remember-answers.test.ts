import { describe, expect, it } from 'vitest';
import { rememberAnswers } from './remember-answers.ts';

/** A provider whose answers a test lays out, one for each question that reaches it. */
const providerWith = (answers: unknown[]) => {
  const asked: [string, unknown, unknown][] = [];
  return {
    asked,
    send: async (method: string, params: unknown[], isCacheable?: boolean): Promise<never> => {
      asked.push([method, params, isCacheable]);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer as never;
    },
  };
};

describe('the memory of a provider', () => {
  it('has an answer about a block once', async () => {
    const provider = rememberAnswers(providerWith(['a header', 'another']));
    expect(await provider.send('chain_getHeader', ['0x01'], true)).toBe('a header');
    expect(await provider.send('chain_getHeader', ['0x01'], true)).toBe('a header');
    expect(await provider.send('chain_getHeader', ['0x02'], true)).toBe('another');
    // The provider's own memory is left out.
    expect(provider.asked).toEqual([
      ['chain_getHeader', ['0x01'], false],
      ['chain_getHeader', ['0x02'], false],
    ]);
  });

  it('asks again after a failure', async () => {
    const lost = new Error('WebSocket is not connected');
    const provider = rememberAnswers(providerWith([lost, lost, 'a header']));
    const ask = () => provider.send('chain_getHeader', ['0x01'], true);
    await expect(ask()).rejects.toThrow('not connected');
    await expect(ask()).rejects.toThrow('not connected');
    expect(await ask()).toBe('a header');
    expect(await ask()).toBe('a header');
    expect(provider.asked).toHaveLength(3);
  });

  it('asks again for a block that was not there, and not for a value that is none', async () => {
    const provider = rememberAnswers(providerWith([null, 'a header', null]));
    const header = () => provider.send('chain_getHeader', ['0x01'], true);
    expect(await header()).toBeNull();
    expect(await header()).toBe('a header');
    const value = () => provider.send('state_getStorage', ['0xaa', '0x01'], true);
    expect(await value()).toBeNull();
    expect(await value()).toBeNull();
    expect(provider.asked).toHaveLength(3);
  });

  it('keeps nothing that is about now, and only so much of the rest', async () => {
    const provider = rememberAnswers(providerWith([1, 2, 'a', 'b', 'c', 'a again']), { limit: 2 });
    expect(await provider.send('system_health', [], false)).toBe(1);
    expect(await provider.send('system_health', [])).toBe(2);
    for (const hash of ['a', 'b', 'c']) {
      expect(await provider.send('chain_getHeader', [hash], true)).toBe(hash);
    }
    expect(await provider.send('chain_getHeader', ['a'], true)).toBe('a again');
  });

  it('keeps nothing for long', async () => {
    let time = 0;
    const provider = rememberAnswers(providerWith(['a', 'a again']), { now: () => time });
    const ask = () => provider.send('chain_getHeader', ['0x01'], true);
    expect(await ask()).toBe('a');
    time = 30_000;
    expect(await ask()).toBe('a');
    time = 30_001;
    expect(await ask()).toBe('a again');
  });
});
