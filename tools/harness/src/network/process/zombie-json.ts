/** What Zombienet writes when every node is up: `zombie.json`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  relay: z.array(
    z.object({
      name: z.string(),
      wsUri: z.string(),
      prometheusUri: z.string(),
      multiAddress: z.string(),
    }),
  ),
});

export type ZombieNode = z.infer<typeof schema>['relay'][number];

/** The nodes; `undefined` while the file is not there or not complete. */
export const readZombieJson = async (dir: string): Promise<ZombieNode[] | undefined> => {
  try {
    return schema.parse(JSON.parse(await readFile(join(dir, 'zombie.json'), 'utf8'))).relay;
  } catch {
    return undefined;
  }
};
