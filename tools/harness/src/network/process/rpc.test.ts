import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { hasBlock } from './rpc.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A node that knows block 0x11; where it is told so, it refuses to speak of any other. */
const node = async (isOpen: boolean): Promise<string> => {
  const header = { number: '0x5' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const isKnown = params[0] === undefined || params[0] === '0x11';
      const answer = {
        system_health: { result: { peers: 0, isSyncing: false } },
        chain_getFinalizedHead: { result: '0x11' },
        chain_getBlockHash: { result: '0x00' },
        chain_getHeader:
          isKnown || isOpen
            ? { result: isKnown ? header : null }
            : { error: { code: -32601, message: 'Method not found' } },
      }[method as string];
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('hasBlock', () => {
  it('is what the node says', async () => {
    const open = await node(true);
    expect(await hasBlock(open, '0x11')).toBe(true);
    expect(await hasBlock(open, '0x22')).toBe(false);
  });

  it('is not true of a node that is gone', async () => {
    expect(await hasBlock('ws://127.0.0.1:1', '0x11')).toBe(false);
  });

  it('does not take a refusal for an answer', async () => {
    await expect(hasBlock(await node(false), '0x22')).rejects.toThrow(
      'chain_getHeader: Method not found',
    );
  });
});
