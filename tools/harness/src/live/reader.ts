/** Blocks by whichever node has them, each read once however many look at it. */
import type { BlockRef, HeadRef, Hex } from '@veritrace/sdk';
import type { TakenBlock } from '../drivers/driver.ts';

/** What is read of one node. Rejects for blocks it does not have. */
export interface NodeReader {
  read(block: BlockRef): Promise<TakenBlock>;
  header(hash: Hex): Promise<HeadRef>;
}

/** Blocks kept with their state: as far as the slowest run may lag behind the fastest without reading twice. */
const KEPT_BLOCKS = 48;
const KEPT_HEADERS = 8_192;

const trim = <T>(map: Map<Hex, T>, size: number): void => {
  for (const oldest of map.keys()) {
    if (map.size <= size) return;
    map.delete(oldest);
  }
};

const within = <T>(task: Promise<T>, milliseconds: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`a node did not answer within ${milliseconds / 1000} s`)),
      milliseconds,
    );
  });
  return Promise.race([task, late]).finally(() => clearTimeout(timer));
};

/** How nodes are asked. */
export interface Asking {
  /** Indices of the nodes, the one to be asked first at the front. */
  order(): readonly number[];
  /** Milliseconds after which the next is asked. */
  answerMs: number;
}

/** Asks nodes in the order of the moment, the next when one fails or does not answer. Rejects as the first one did. */
export const createAsk =
  <Node>(nodes: readonly Node[], { order, answerMs }: Asking) =>
  async <T>(question: (node: Node) => Promise<T>): Promise<T> => {
    const reasons: unknown[] = [];
    for (const index of order()) {
      const node = nodes[index];
      if (node === undefined) continue;
      try {
        return await within(question(node), answerMs);
      } catch (error) {
        reasons.push(error);
      }
    }
    throw reasons[0] ?? new Error('there is no node to ask');
  };

/** A block that one node told of is remembered, so a branch that was left can be followed back when no node has it. */
export const createReader = (nodes: readonly NodeReader[], asking: Asking): NodeReader => {
  const headers = new Map<Hex, HeadRef>();
  const blocks = new Map<Hex, Promise<TakenBlock>>();
  const ask = createAsk(nodes, asking);

  const header = async (hash: Hex): Promise<HeadRef> => {
    const known = headers.get(hash);
    if (known !== undefined) return known;
    const found = await ask((node) => node.header(hash));
    headers.set(hash, found);
    trim(headers, KEPT_HEADERS);
    return found;
  };

  return {
    header,
    read: (block) => {
      const known = blocks.get(block.hash);
      if (known !== undefined) return known;
      const reading = ask((node) => node.read(block));
      blocks.set(block.hash, reading);
      trim(blocks, KEPT_BLOCKS);
      reading.then(
        ({ content: { number, hash, parentHash } }) =>
          headers.set(hash, { number, hash, parentHash }),
        () => blocks.delete(block.hash),
      );
      return reading;
    },
  };
};
