import { describe, expect, it, vi } from 'vitest';
import { connect } from './connect.ts';
import { ConnectionError } from './errors.ts';

describe('connecting', () => {
  it('fails with the address and what to do when nothing answers there', async () => {
    // The provider reports every lost connection on the console, too.
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const error = await connect('ws://127.0.0.1:1').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(String(error)).toContain(
      'cannot use ws://127.0.0.1:1 as a Veritrace chain: nothing answers. Check the address',
    );
    silenced.mockRestore();
  });
});
