import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createReferee } from '@veritrace/referee';
import { afterEach, describe, expect, it } from 'vitest';
import { blobAddress } from './address.ts';
import { StoreError } from './backend.ts';
import { createContentStore } from './content-store.ts';
import { createHttpBackend, createHttpFileBackend } from './http.ts';
import { createMemoryBackend } from './memory.ts';
import { isPublicAddress } from './public-address.ts';
import { startStoreServer } from './server.ts';

const content = new Uint8Array([5, 6, 7]);
const name = blobAddress(content);
/** A server on this machine may be asked by tests. */
const OWN = { schemes: ['http'], privateAddresses: true } as const;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('an HTTP backend over a store server', () => {
  const start = async () => {
    const backend = createMemoryBackend();
    const server = await startStoreServer({ backend });
    closing.push(server.close);
    return { backend, url: server.url };
  };

  it('gets what is there, and nothing else', async () => {
    const { backend, url } = await start();
    await backend.write?.(name, content);
    const http = createHttpBackend(`${url}/`, OWN);
    expect(await http.read(name, 3)).toEqual(content);
    expect(await http.read(blobAddress(new Uint8Array([8])), 3)).toBeUndefined();
    expect(await http.read({ kind: 'tensor', digest: name.digest }, 3)).toBeUndefined();
    expect(http.write).toBeUndefined();
  });

  it('takes nothing, and knows no other paths', async () => {
    const { backend, url } = await start();
    await backend.write?.(name, content);
    const at = `${url}/blob/${name.digest.slice(2)}`;
    expect((await fetch(at)).headers.get('content-type')).toBe('application/octet-stream');
    const head = await fetch(at, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '3']);
    for (const method of ['PUT', 'POST', 'DELETE']) {
      expect((await fetch(at, { method })).status).toBe(405);
    }
    for (const path of ['/', '/blob', '/blob/..%2f..%2fetc', `/other/${name.digest.slice(2)}`]) {
      expect((await fetch(`${url}${path}`)).status, path).toBe(404);
    }
  });

  it('gives out nothing larger than it may', async () => {
    const backend = createMemoryBackend();
    await backend.write?.(name, content);
    const server = await startStoreServer({ backend, maxBytes: 2 });
    closing.push(server.close);
    expect(await createHttpBackend(server.url, OWN).read(name, 3)).toBeUndefined();
  });
});

describe('an HTTP backend over any server', () => {
  it('does not read more than content can have, announced or not', async () => {
    const announced = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 4 }).end('1234');
    });
    const endless = await serve((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write(Buffer.alloc(16_384)));
        response.once('drain', more);
      };
      more();
    });
    await expect(createHttpBackend(announced, OWN).read(name, 3)).rejects.toThrow(/has 4 bytes/);
    await expect(createHttpBackend(endless, OWN).read(name, 3)).rejects.toThrow(
      /more than 3 bytes/,
    );
  });

  it('does not follow redirects, wherever they lead', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await expect(createHttpBackend(url, OWN).read(name, 3)).rejects.toThrow(
      /status 302, a redirect, which is not followed/,
    );
    expect(asked).toHaveLength(1);
  });

  it('does not go where a redirect leads, least of all into a private network', async () => {
    const visited: string[] = [];
    const inner = await serve((request, response) => {
      visited.push(request.url ?? '');
      response.end(content);
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const outer = await serve((_request, response) => {
        response.writeHead(status, { location: `${inner}/blob/${name.digest.slice(2)}` }).end();
      });
      for (const backend of [
        createHttpBackend(outer, OWN),
        createHttpFileBackend(`${outer}/x`, OWN),
      ]) {
        await expect(backend.read(name, 3), String(status)).rejects.toThrow(
          `status ${status}, a redirect, which is not followed`,
        );
      }
    }
    expect(visited).toEqual([]);
  });

  it('takes no answer that was cut short, or is compressed', async () => {
    const cut = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 3 });
      response.write(content.subarray(0, 2));
      setImmediate(() => response.destroy());
    });
    await expect(createHttpBackend(cut, OWN).read(name, 3)).rejects.toThrow(StoreError);
    // Bytes are taken as they come: a small archive never becomes a large file.
    const zipped = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from([31, 139, 8]));
    });
    expect(await createHttpBackend(zipped, OWN).read(name, 3)).toEqual(
      new Uint8Array([31, 139, 8]),
    );
  });

  it('gives nothing of another hash to whoever asks a store', async () => {
    const liar = await serve((_request, response) => {
      response.end(new Uint8Array([5, 6, 8]));
    });
    const troubles: string[] = [];
    const store = createContentStore({
      backends: [createHttpBackend(liar, OWN)],
      referee: createReferee(),
      onTrouble: ({ message }) => troubles.push(message),
    });
    expect(await store.get(name)).toBeUndefined();
    expect(troubles).toEqual([
      `${liar} has something else as blob ${name.digest}: 3 bytes of another hash`,
    ]);
  });

  it('ends when its time is over, also in the middle of an answer', async () => {
    const silent = await serve(() => undefined);
    const halting = await serve((_request, response) => {
      response.writeHead(200);
      response.write('1');
    });
    for (const url of [silent, halting]) {
      await expect(createHttpBackend(url, { ...OWN, timeoutMs: 50 }).read(name, 3)).rejects.toThrow(
        /no answer within 50 ms/,
      );
    }
  });

  it('ends when its time is over, whatever the garbage collector takes away', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const silent = await serve(() => undefined);
    let isOver = false;
    const reading = createHttpBackend(silent, { ...OWN, timeoutMs: 50 })
      .read(name, 3, new AbortController().signal)
      .finally(() => {
        isOver = true;
      });
    reading.catch(() => undefined);
    while (!isOver) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect(reading).rejects.toThrow(/no answer within 50 ms/);
  });

  it('stops in the middle of an answer when it is told to', async () => {
    const stopping = new AbortController();
    const halting = await serve((_request, response) => {
      response.writeHead(200);
      response.write('1', () => stopping.abort(new Error('enough')));
    });
    await expect(createHttpBackend(halting, OWN).read(name, 3, stopping.signal)).rejects.toThrow(
      'enough',
    );
  });

  it('tells trouble from absence', async () => {
    const broken = await serve((_request, response) => {
      response.writeHead(500).end();
    });
    await expect(createHttpBackend(broken, OWN).read(name, 3)).rejects.toThrow(/status 500/);
    await expect(createHttpBackend('http://127.0.0.1:1', OWN).read(name, 3)).rejects.toThrow(
      StoreError,
    );
  });

  it('stops when it is told to', async () => {
    const silent = await serve(() => undefined);
    const reason = new Error('enough');
    await expect(
      createHttpBackend(silent, OWN).read(name, 3, AbortSignal.abort(reason)),
    ).rejects.toBe(reason);
  });
});

describe('a file at an address', () => {
  it('is what is there, whatever it is asked for', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.startsWith('/models') === true) response.end(content);
      else response.writeHead(404).end();
    });
    const file = createHttpFileBackend(`${url}/models/graph.bin?key=secret`, OWN);
    expect(await file.read(name, 3)).toEqual(content);
    expect(await createHttpFileBackend(`${url}/none`, OWN).read(name, 3)).toBeUndefined();
    expect(asked).toEqual(['/models/graph.bin?key=secret', '/none']);
    expect(file.name).toBe(`${url}/models/graph.bin`);
    await expect(file.read(name, 2)).rejects.toThrow(/more than 2/);
    await expect(file.read(name, 2)).rejects.not.toThrow(/secret/);
  });

  it('is refused under the same rules', () => {
    for (const url of [
      'http://example.org/graph.bin',
      'https://127.0.0.1/graph.bin',
      'https://me:secret@example.org/graph.bin',
      'ipfs://bafy',
      'graph.bin',
      'file:///etc/passwd',
    ]) {
      expect(() => createHttpFileBackend(url), url).toThrow(StoreError);
    }
  });
});

describe('an address that may not be used', () => {
  it('is refused when the scheme is not on the list', () => {
    expect(() => createHttpBackend('http://example.org')).toThrow(/only https may be used/);
    for (const url of ['file:///etc/passwd', 'ftp://example.org', 'data:,x']) {
      expect(() => createHttpBackend(url, { schemes: ['http', 'https'] }), url).toThrow(StoreError);
    }
  });

  it('is refused when it is private, however it is written', () => {
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '10.1.2.3',
      '169.254.169.254',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[fe80::1]',
      '[fd00::1]',
    ]) {
      expect(() => createHttpBackend(`https://${host}/`), host).toThrow(/not at a public address/);
    }
  });

  it('is refused when a name leads to a private address', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.end(content);
    });
    const named = url.replace('127.0.0.1', 'localhost');
    await expect(createHttpBackend(named, { schemes: ['http'] }).read(name, 3)).rejects.toThrow(
      /localhost is .*, which is not a public address/,
    );
    expect(asked).toEqual([]);
  });

  it('is refused when it has more than a host and a path', () => {
    for (const url of ['https://me:secret@example.org', 'https://example.org/?a', 'nonsense']) {
      const attempt = () => createHttpBackend(url);
      expect(attempt, url).toThrow(StoreError);
      expect(attempt, url).not.toThrow(/secret/);
    }
  });
});

describe('public addresses', () => {
  it('are told from those that are not', () => {
    for (const address of ['1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700::1111']) {
      expect(isPublicAddress(address), address).toBe(true);
    }
    for (const address of [
      '0.0.0.0',
      '10.0.0.1',
      '100.64.0.1',
      '127.9.9.9',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '64:ff9b::808:808',
      '2001::1',
      '2001:db8::1',
      '2002:7f00:1::',
      'fc00::1',
      'fe80::1',
      'ff02::1',
      'localhost',
      '',
    ]) {
      expect(isPublicAddress(address), address).toBe(false);
    }
  });
});
