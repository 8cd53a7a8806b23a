/** Blocks so full that nothing is left for their sweep: what root can do, and very many operational calls would. */
import { Keyring } from '@polkadot/keyring';
import { u8aToHex } from '@polkadot/util';
import { asRoot, type Call, createCall, type VeritraceClient } from '@veritrace/sdk';
import type { Stage } from './stage.ts';

/**
 * Picoseconds that are left: less than the heaviest transition takes, without which no sweep begins, and enough for what
 * transactions weigh besides their calls.
 */
export const LEFT = 1_500_000_000n;

/** A block is filled in two parts, since no transaction may take as much as a block has. */
const PARTS = 2;

const heavy = (client: VeritraceClient, refTime: bigint): Call => {
  // Removes nothing. It is operational, so that it may take what normal transactions must leave.
  const nothing = createCall(client, 'system', 'killStorage', [[]]);
  const weighed = createCall(client, 'utility', 'withWeight', [
    nothing.extrinsic,
    { refTime, proofSize: 0 },
  ]);
  return asRoot(client, weighed);
};

/** What a call weighs by itself: more than what root asks for, by what it takes to be root. */
const weightOf = async (client: VeritraceClient, call: Call): Promise<bigint> => {
  const encoded = call.extrinsic.method.toU8a();
  const length = new Uint8Array(new Uint32Array([encoded.length]).buffer);
  const answer = await client.api.rpc.state.call(
    'TransactionPaymentCallApi_query_call_info',
    u8aToHex(Uint8Array.from([...encoded, ...length])),
  );
  const [refTime] = client.api.createType(
    '(Compact<u64>, Compact<u64>, u8, u128)',
    answer.toU8a(true),
  ) as unknown as readonly unknown[];
  return BigInt(String(refTime));
};

interface Weights {
  maxBlock: { refTime: unknown };
  perClass: { operational: { baseExtrinsic: { refTime: unknown } } };
}

/** What blocks take by themselves: the least of the last ones, since some had more to sweep. */
const idleWeight = async (client: VeritraceClient, head: number): Promise<bigint> => {
  const found: bigint[] = [];
  for (let back = 0; back < 4 && head - back > 0; back += 1) {
    const at = await client.api.at(await client.blocks.hashOf(head - back));
    const weight = (await at.query.system?.blockWeight?.()) as unknown as {
      mandatory: { refTime: unknown };
    };
    found.push(BigInt(String(weight.mandatory.refTime)));
  }
  return found.reduce((least, one) => (one < least ? one : least));
};

/** Fills so many blocks, one after the other. The development key of root signs. */
export const crowd = async (
  stage: Pick<Stage, 'network' | 'state' | 'insist'>,
  blocks: number,
): Promise<void> => {
  const { client } = stage.network;
  const root = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
  const { system } = client.api.consts;
  if (system === undefined) throw new Error('the runtime does not tell what a block holds');
  const { maxBlock, perClass } = system.blockWeights as unknown as Weights;
  const base = BigInt(String(perClass.operational.baseExtrinsic.refTime));
  const overhead = (await weightOf(client, heavy(client, 0n))) + base;
  for (let block = 0; block < blocks; block += 1) {
    const idle = await idleWeight(client, stage.state().block.number);
    const room = BigInt(String(maxBlock.refTime)) - idle - LEFT;
    const each = room / BigInt(PARTS) - overhead;
    const calls = Array.from({ length: PARTS }, () => heavy(client, each));
    await stage.insist(calls.map((call) => ({ signer: root, call })));
  }
};
