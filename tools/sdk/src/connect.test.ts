import { type AddressInfo, createServer } from 'node:net';
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

  it('ends when it is told to, with the reason', async () => {
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const stopping = new AbortController();
    const reason = new Error('enough');
    // Takes connections and says nothing.
    const silent = createServer(() => stopping.abort(reason));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const { signal } = stopping;
    await expect(connect(`ws://127.0.0.1:${port}`, { signal })).rejects.toBe(reason);
    await expect(connect(`ws://127.0.0.1:${port}`, { signal })).rejects.toBe(reason);
    silent.close();
    silenced.mockRestore();
  });
});
