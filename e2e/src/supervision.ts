/** The supervisor of a network of real nodes, struck at moments that a seed fixes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readNetworkState } from '@veritrace/harness/network';
import { strikeSupervisor } from '@veritrace/harness/network/testing';
import { describe, expect, it } from 'vitest';

const spec = resolve(import.meta.dirname, '../networks/solo.toml');

/** From before anything is started to a few seconds after the worker is at work. */
const WITHIN_MS = 60_000;

export const supervision = ({ rounds }: { rounds: number }): void => {
  describe('the supervisor', () => {
    const seed = Number(process.env.VERITRACE_SEED ?? Math.floor(Math.random() * 2 ** 31));
    it.each(Array.from({ length: rounds }, (_, round) => round))(
      `leaves no process and no port behind, round %i (VERITRACE_SEED=${seed})`,
      async (round) => {
        const dir = mkdtempSync(join(tmpdir(), 'veritrace-struck-'));
        const { signal, after, phase } = await strikeSupervisor({
          command: ['network', 'up', spec],
          dir,
          env: process.env,
          seed,
          round,
          withinMs: WITHIN_MS,
        });
        console.info(`${signal} after ${after} ms: ${phase}`);
        expect(readNetworkState(dir)?.phase ?? 'stopped').toBe('stopped');
        rmSync(dir, { recursive: true, force: true });
      },
    );
  });
};
