/** The upgrade itself: root sets the code, and storage is brought into the new runtime's form. */
import type { KeyringPair } from '@polkadot/keyring/types';
import { type BlockRef, bytes, createCall, getRuntimeState } from '@veritrace/sdk';
import type { Clerk } from './ground.ts';

export interface Upgraded {
  versions: { from: number; to: number };
  /** The last block that the earlier runtime executed. */
  last: BlockRef;
  /** The first block whose state is in the new runtime's form. */
  ready: BlockRef;
}

/** Blocks that a migration may take. */
const PATIENCE = 60;

/** Replaces the runtime and waits until nothing is left to migrate. */
export const upgradeChain = async (
  { client, send, head, until, pass }: Clerk,
  root: KeyringPair,
  code: Uint8Array,
): Promise<Upgraded> => {
  const before = await getRuntimeState(client, head().hash);
  const setCode = createCall(client, 'system', 'setCode', [bytes(code)]);
  const [set] = await send([
    [
      root,
      createCall(client, 'sudo', 'sudoUncheckedWeight', [
        setCode.extrinsic,
        { refTime: 0, proofSize: 0 },
      ]),
    ],
  ]);
  if (set === undefined) throw new Error('the code was set in no block');
  await pass();
  const found = await until('the end of the migrations', PATIENCE, async ({ number, hash }) => {
    const { version, migrations } = await getRuntimeState(client, hash);
    if (migrations === 'stuck') throw new Error(`the migrations failed by block #${number}`);
    return version > before.version && migrations === 'none' ? { version, number } : undefined;
  });
  // On a network more than one block may have become final since the last look.
  let ready = found.number;
  for (let number = found.number - 1; number > set.block.number; number -= 1) {
    const { version, migrations } = await getRuntimeState(
      client,
      await client.blocks.hashOf(number),
    );
    if (version === before.version || migrations !== 'none') break;
    ready = number;
  }
  // The client learns of the new version by itself.
  await until('the client to know the new runtime', PATIENCE, async () =>
    client.api.runtimeVersion.specVersion.toNumber() === found.version ? true : undefined,
  );
  return {
    versions: { from: before.version, to: found.version },
    last: set.block,
    ready: { number: ready, hash: await client.blocks.hashOf(ready) },
  };
};
