/**
 * Ports for a network's listeners. They lie below those that the system gives to outgoing connections, so that none is
 * taken between being chosen and being used; and each network has a block of its own, held by a listener on the block's
 * first port, which ends with the process that holds it.
 */
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { NetworkError } from '../types.ts';

const FIRST = 20_000;
const BLOCK = 64;
const BLOCKS = 150;
const TRIES = 200;

const listen = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

export interface Ports {
  /** A port that nobody listens on, never the same twice. */
  take(): Promise<number>;
  /** Gives the block back. */
  release(): Promise<void>;
}

/** Reserves a block of ports for as long as this process lives, or until it is released. */
export const reservePorts = async (): Promise<Ports> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const base = FIRST + BLOCK * randomInt(BLOCKS);
    const holder = await listen(base);
    if (holder === undefined) continue;
    holder.unref();
    let next = base;
    return {
      take: async () => {
        while (next < base + BLOCK - 1) {
          next += 1;
          const free = await listen(next);
          if (free === undefined) continue;
          await close(free);
          return next;
        }
        throw new NetworkError(`all ports from ${base} to ${base + BLOCK - 1} are in use`);
      },
      release: () => close(holder),
    };
  }
  throw new NetworkError(
    `no block of ports between ${FIRST} and ${FIRST + BLOCK * BLOCKS} is free; stop other networks`,
  );
};
