/** A network on which the runtime of an earlier release runs is upgraded to the present one, with everything open. */
import {
  EARLIER_VERSION,
  EXPECTED,
  type Ground,
  type RunningNetwork,
  readRuntime,
  tellUpgrade,
} from '@veritrace/harness';
import { connect, type VeritraceClient } from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentKey } from './questions.ts';

/** Blocks within which another must have become final. */
const PATIENCE = 60;

/** The chain goes by itself: daemons act on the heads they hear of, and nobody waits for them. */
const groundOf = (client: VeritraceClient): Ground => ({
  client,
  root: developmentKey('Alice'),
  lag: 3,
  nextBlock: async () => {
    const { number } = client.heads.current('finalized');
    const best = client.heads.current('best').number;
    await client.heads.waitFor({
      what: `a final block after #${number}`,
      blocks: PATIENCE + best - number,
      // Best blocks go on when finality does not, so that waiting has an end.
      finality: 'best',
      look: () => {
        const now = client.heads.current('finalized').number;
        return now > number ? { found: now } : { seen: `#${now} is final` };
      },
    });
  },
});

/** What a daemon warns of, to be seen when something does not come about. */
const loggerOf = (daemon: string) => {
  const quiet = () => undefined;
  const say = (context: object, text: string) =>
    console.error(`· ${daemon}: ${text} ${JSON.stringify(context)}`);
  return { debug: quiet, info: quiet, warn: say, error: say };
};

export const upgradeFromEarlier = (shared: () => RunningNetwork): void => {
  describe('an upgrade from the earlier release with everything open', () => {
    let client: VeritraceClient;

    beforeAll(async () => {
      client = await connect(shared().node('alice').ws);
    });
    afterAll(async () => {
      await client?.disconnect();
    });

    it('ends every request as it should, and moves nobody’s money', async () => {
      const { bytes } = await readRuntime();
      const outcome = await tellUpgrade({
        ground: groundOf(client),
        runtime: bytes,
        loggerOf,
        onPhase: (text) => console.error(`· upgrade: ${text}`),
      });
      expect(outcome).toMatchObject(EXPECTED);
      expect(outcome.upgraded.versions.from).toBe(EARLIER_VERSION);
      expect(outcome.checked).toBeGreaterThan(0);
    });
  });
};
