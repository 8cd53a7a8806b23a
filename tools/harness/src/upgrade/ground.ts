/** What the story of an upgrade needs of a chain, whatever runs it, and how it acts there. */
import type { KeyringPair } from '@polkadot/keyring/types';
import {
  broadcast,
  type Call,
  findInBlock,
  type HeadRef,
  type Inclusion,
  type SignedCall,
  type VeritraceClient,
} from '@veritrace/sdk';
import type { Daemon } from '@veritrace/worker';

/** A chain on which an earlier runtime runs. */
export interface Ground {
  readonly client: VeritraceClient;
  /** Root, which has the money too. */
  readonly root: KeyringPair;
  /** Windows are so many times longer than where a transaction is in a final block at once. */
  readonly lag: number;
  /** Until there is another final block: made where blocks are made, and there the daemons have acted on it. */
  nextBlock(daemons: readonly Pick<Daemon<unknown>, 'settled'>[]): Promise<void>;
}

/** A call with who signs it. */
export type Wish = readonly [signer: KeyringPair, call: Call];

/** What happens is looked at in final blocks alone: no fork gives a request another number. */
export interface Clerk {
  readonly client: VeritraceClient;
  /** Daemons that act on every block from now on. */
  readonly daemons: Daemon<unknown>[];
  head(): HeadRef;
  /** So many blocks. */
  pass(blocks?: number): Promise<void>;
  /** Sends them in order and waits until all are in final blocks. Throws when one of them fails. */
  send(wishes: readonly Wish[]): Promise<Inclusion[]>;
  /** Block by block, until there is something. Throws what was awaited when it takes too long. */
  until<T>(
    what: string,
    blocks: number,
    look: (head: HeadRef) => Promise<T | undefined>,
  ): Promise<T>;
}

/** Blocks a transaction may take to be in a final one. */
const INCLUSION = 40;

export const createClerk = ({ client, nextBlock }: Ground): Clerk => {
  const daemons: Daemon<unknown>[] = [];
  const head = () => client.heads.current('finalized');

  const until: Clerk['until'] = async (what, blocks, look) => {
    const from = head().number;
    for (;;) {
      const found = await look(head());
      if (found !== undefined) return found;
      if (head().number - from >= blocks) {
        throw new Error(`${what} did not come about in ${blocks} blocks, up to #${head().number}`);
      }
      await nextBlock(daemons);
    }
  };

  const signAll = async (wishes: readonly Wish[]): Promise<SignedCall[]> => {
    const nonces = new Map<string, number>();
    const signed: SignedCall[] = [];
    for (const [signer, call] of wishes) {
      const address = client.address(signer);
      const nonce =
        nonces.get(address) ?? (await client.api.rpc.system.accountNextIndex(address)).toNumber();
      nonces.set(address, nonce + 1);
      signed.push(await call.sign(signer, { nonce }));
    }
    return signed;
  };

  return {
    client,
    daemons,
    head,
    until,
    pass: async (blocks = 1) => {
      for (let passed = 0; passed < blocks; passed += 1) await nextBlock(daemons);
    },
    send: async (wishes) => {
      const signed = await signAll(wishes);
      let searched = head();
      for (const each of signed) await broadcast(client, each);
      const found = new Map<SignedCall, Inclusion>();
      const names = [...new Set(signed.map(({ call }) => call))].join(', ');
      await until(`the inclusion of ${names}`, INCLUSION, async (now) => {
        const { added } = await client.blocks.route(searched, now);
        searched = now;
        for (const block of added) {
          for (const each of signed) {
            const inclusion = await findInBlock(client, each, block);
            if (inclusion?.error !== undefined) throw inclusion.error;
            if (inclusion !== undefined) found.set(each, inclusion);
          }
        }
        return found.size === signed.length ? true : undefined;
      });
      return signed.flatMap((each) => found.get(each) ?? []);
    },
  };
};
