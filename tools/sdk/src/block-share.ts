import type { Call } from './call.ts';
import type { VeritraceClient } from './client.ts';
import { answered } from './node/decoded.ts';
import type { Hex } from './types.ts';

/** What a call weighs by its declaration: what it has to find free in a block, however little it takes in the end. */
export interface DeclaredWeight {
  /** Picoseconds. */
  refTime: bigint;
  /** Bytes of storage proof. */
  proofSize: bigint;
}

interface BlockWeights {
  maxBlock: unknown;
  perClass: { get(name: string): { baseExtrinsic: unknown } | undefined };
}

const CLASSES = ['normal', 'operational', 'mandatory'] as const;

const weightOf = (value: unknown): DeclaredWeight => {
  const { refTime, proofSize } = value as { refTime: unknown; proofSize: unknown };
  return { refTime: BigInt(String(refTime)), proofSize: BigInt(String(proofSize)) };
};

/** Weight as the runtime at a block declares it for a call, with what every transaction of its class weighs. */
export const getDeclaredWeight = async (
  client: VeritraceClient,
  { extrinsic }: Pick<Call, 'extrinsic'>,
  at: Hex,
): Promise<DeclaredWeight> => {
  const call = extrinsic.method.toHex();
  const length = Buffer.alloc(4);
  length.writeUInt32LE(extrinsic.encodedLength);
  const asked = 'TransactionPaymentCallApi_query_call_info';
  const [refTime, proofSize, dispatchClass] = await answered(asked, async () => {
    const argument = `${call}${length.toString('hex')}`;
    const answer = await client.api.rpc.state.call(asked, argument, at);
    return client.api.createType(
      '(Compact<u64>, Compact<u64>, u8, u128)',
      answer.toU8a(true),
    ) as unknown as readonly unknown[];
  });
  const name = CLASSES[Number(String(dispatchClass))] ?? 'normal';
  const weights = client.api.consts.system?.blockWeights as unknown as BlockWeights;
  const base = weightOf(weights.perClass.get(name)?.baseExtrinsic ?? { refTime: 0, proofSize: 0 });
  return {
    refTime: BigInt(String(refTime)) + base.refTime,
    proofSize: BigInt(String(proofSize)) + base.proofSize,
  };
};

/** The share of a block that a call has to find free by its declaration: of time or of proof size, whichever is more. */
export const getBlockShare = async (
  client: VeritraceClient,
  call: Pick<Call, 'extrinsic'>,
  at: Hex,
): Promise<number> => {
  const declared = await getDeclaredWeight(client, call, at);
  const weights = client.api.consts.system?.blockWeights as unknown as BlockWeights;
  const most = weightOf(weights.maxBlock);
  return Math.max(
    Number(declared.refTime) / Number(most.refTime),
    Number(declared.proofSize) / Number(most.proofSize),
  );
};
