/** Prices, deposits, bonds, shares and fees, as the released runtime has them under one of its presets. */

import { u8aToHex } from '@polkadot/util';
import { createEmbeddedDriver } from '@veritrace/harness';
import type { Parameters, VeritraceClient } from '@veritrace/sdk';

/** Smallest units of a token. */
const UNIT = 10n ** 12n;

/** An amount in tokens. What is compared here lies between a hundred-thousandth and a million of them. */
export const tokensOf = (amount: bigint): number => Number(amount) / Number(UNIT);

/** What transactions cost at the multiplier that a quiet chain comes to. */
export interface Fees {
  /** Making a request with the least input. */
  request: number;
  /** Sealing an accusation. */
  seal: number;
  /** A whole node's proof of a kibibyte that is not accepted. */
  rejectedProof: number;
  /** Saying that an input cannot be had. */
  complaint: number;
  /** Publishing the least input there is. */
  publication: number;
  /** All the execution time that a block has. */
  fullBlock: number;
}

/** Everything that the formulas take. Amounts are in tokens. */
export interface Economy {
  preset: string;
  parameters: Parameters;
  fees: Fees;
  /** Requests that a block has room for, if there is nothing else in it. */
  requestsPerBlock: number;
}

/** The least that fees are multiplied by: `MinimumMultiplier` of the runtime, which its metadata does not tell. */
const LEAST_MULTIPLIER = 0.1;

interface Priced {
  refTime: number;
  fee: number;
}

const priced = async (
  client: VeritraceClient,
  method: string,
  argument: string,
): Promise<Priced> => {
  const answer = await client.api.rpc.state.call(method, argument);
  const [refTime, , , fee] = client.api.createType(
    '(Compact<u64>, Compact<u64>, u8, u128)',
    answer.toU8a(true),
  ) as unknown as readonly unknown[];
  return { refTime: Number(String(refTime)), fee: tokensOf(BigInt(String(fee))) };
};

/** Weight and fee of a call in a transaction of so many bytes more than its own. */
const priceOf = async (
  client: VeritraceClient,
  pallet: string,
  call: string,
  args: readonly unknown[],
): Promise<Priced> => {
  const make = client.api.tx[pallet]?.[call];
  if (make === undefined) throw new Error(`the runtime has no call ${pallet}.${call}`);
  const encoded = make(...args).method.toU8a();
  const length = new Uint8Array(new Uint32Array([encoded.length + SIGNED_BYTES]).buffer);
  return priced(
    client,
    'TransactionPaymentCallApi_query_call_info',
    u8aToHex(Uint8Array.from([...encoded, ...length])),
  );
};

/** Bytes of signature and extensions. */
const SIGNED_BYTES = 110;

const ZERO = `0x${'00'.repeat(32)}`;

/** Reads them from a chain that is started for it. */
export const readEconomy = async (preset: string): Promise<Economy> => {
  const network = await createEmbeddedDriver().start({ preset, patch: {}, balances: new Map() });
  try {
    const { client, parameters } = network;
    const request = await priceOf(client, 'inference', 'submitInferenceRequest', [
      ZERO,
      ['0x00'],
      0,
      2,
      1,
    ]);
    const seal = await priceOf(client, 'disputes', 'seal', [ZERO]);
    const proof = await priceOf(client, 'disputes', 'contradictNode', [
      0,
      ZERO,
      `0x${'00'.repeat(1024)}`,
      null,
    ]);
    const complaint = await priceOf(client, 'inference', 'inputUnavailable', [0]);
    const publication = await priceOf(client, 'inference', 'publishInput', [0, 0, '0x00']);
    const weights = client.api.consts.system?.blockWeights as unknown as {
      maxBlock: { refTime: { toString(): string } };
      perClass: { normal: { baseExtrinsic: { refTime: { toString(): string } } } };
    };
    const block = Number(weights.maxBlock.refTime.toString());
    const base = Number(weights.perClass.normal.baseExtrinsic.refTime.toString());
    const full = await client.api.rpc.state.call(
      'TransactionPaymentApi_query_weight_to_fee',
      client.api.createType('WeightV2', { refTime: block, proofSize: 0 }).toHex(),
    );
    return {
      preset,
      parameters,
      fees: {
        request: request.fee * LEAST_MULTIPLIER,
        seal: seal.fee * LEAST_MULTIPLIER,
        rejectedProof: proof.fee * LEAST_MULTIPLIER,
        complaint: complaint.fee * LEAST_MULTIPLIER,
        publication: publication.fee * LEAST_MULTIPLIER,
        fullBlock:
          tokensOf(BigInt(client.api.createType('u128', full.toU8a(true)).toString())) *
          LEAST_MULTIPLIER,
      },
      requestsPerBlock: Math.floor(block / (request.refTime + base)),
    };
  } finally {
    await network.stop();
  }
};
