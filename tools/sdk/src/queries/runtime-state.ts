import { hexToU8a } from '@polkadot/util';
import type { VeritraceClient } from '../client.ts';
import { changesAnswer, NotKept } from '../node/answers.ts';
import { upgradedTo } from '../node/upgraded-to.ts';
import type { Hex } from '../types.ts';

/** Storage of `System`: the version of the runtime that executed the block. */
const LAST_UPGRADE: Hex = '0x26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8';
/** Storage of `MultiBlockMigrations`: how far they are; nothing when there are none. */
const CURSOR: Hex = '0x0b20199ace3564d0964e2c4d4a9ba46987b188618944a73221aaabb35521b0a1';

/** First byte of a cursor whose migrations failed. */
const STUCK = 1;

export interface RuntimeState {
  /** The specification version that executed the block. */
  version: number;
  /**
   * `running`: storage is being brought into the present version's form; until that is over nothing but inherents gets into
   * blocks, and records read may be of either form. `stuck`: that failed, and root has to act.
   */
  migrations: 'none' | 'running' | 'stuck';
}

/** Which runtime executed a block, and whether the storage it left is in that runtime's form. */
export const getRuntimeState = async (
  { api }: Pick<VeritraceClient, 'api'>,
  at: Hex,
): Promise<RuntimeState> => {
  const asked = `the runtime at block ${at}`;
  const values = changesAnswer(
    asked,
    await api.rpc.state.queryStorageAt.raw<unknown>([LAST_UPGRADE, CURSOR], at),
  );
  const [upgrade, cursor] = [values.get(LAST_UPGRADE), values.get(CURSOR)];
  if (upgrade === undefined) {
    throw new NotKept(`the node has no state of block ${at}; does it keep that of old blocks?`);
  }
  const version = upgradedTo(asked, upgrade);
  if (cursor === undefined) return { version, migrations: 'none' };
  return { version, migrations: hexToU8a(cursor)[0] === STUCK ? 'stuck' : 'running' };
};

/** The first version of the runtime whose records this client reads: those before it have others. */
export const FIRST_READABLE = 2;

/**
 * Whether a block's state is in the form in which this client reads records: it is not where the runtime is of an earlier
 * release, nor while migrations run, nor for a moment when the client has heard of a new runtime and the block has not.
 */
export const isReadable = async (
  client: Pick<VeritraceClient, 'api'>,
  at: Hex,
): Promise<boolean> => {
  const { version, migrations } = await getRuntimeState(client, at);
  return (
    migrations === 'none' &&
    version >= FIRST_READABLE &&
    version === client.api.runtimeVersion.specVersion.toNumber()
  );
};
