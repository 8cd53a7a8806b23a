import { describe, expect, it } from 'vitest';
import { accountFromUri } from './account.ts';

describe('a key from a secret', () => {
  it('is the one that the secret stands for', async () => {
    const { address } = await accountFromUri('//Alice');
    expect(address).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY');
  });

  it('is refused without repeating the secret', async () => {
    const secret = 'some words that are many, and no phrase of any kind';
    const error = await accountFromUri(secret).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(String((error as Error).stack)).not.toContain('words');
  });
});
