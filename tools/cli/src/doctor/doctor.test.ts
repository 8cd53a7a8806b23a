import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'veritrace-doctor-'));
afterAll(() => rm(folder, { recursive: true }));

interface Report {
  ready: Record<string, boolean>;
  checks: { name: string; verdict: string; found: string; remedy?: string }[];
}

const doctor = (
  checkout: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const bin = join(checkout, 'tools/cli/bin/veritrace.mjs');
    execFile(process.execPath, [bin, 'doctor', ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('veritrace doctor', { timeout: 120_000 }, () => {
  it('finds everything that npm start needs where these tests run', async () => {
    const { code, stdout } = await doctor(root, '--json');
    const { ready, checks }: Report = JSON.parse(stdout);
    const unmet = checks.filter(({ verdict }) => verdict === 'missing' || verdict === 'unknown');
    const neededHere = ['node', 'packages', 'onnxruntime', 'release', 'referee', 'exactness'];
    expect(unmet.filter(({ name }) => neededHere.includes(name))).toEqual([]);
    expect([ready.start, code]).toEqual([true, 0]);
    for (const { remedy } of unmet.filter(({ verdict }) => verdict === 'missing')) {
      expect(remedy).toBeTypeOf('string');
    }
  });

  it('speaks where nothing is installed', async () => {
    const bare = join(folder, 'bare');
    for (const path of [
      'tools/toolchain',
      'tools/cli/bin',
      'package.json',
      'package-lock.json',
      'runtime/release',
    ]) {
      await mkdir(dirname(join(bare, path)), { recursive: true });
      await cp(join(root, path), join(bare, path), { recursive: true });
    }
    const { code, stdout } = await doctor(bare, '--json');
    const { ready, checks }: Report = JSON.parse(stdout);
    const of = (name: string) => checks.find((check) => check.name === name);
    expect([ready.start, code]).toEqual([false, 1]);
    expect(of('packages')).toMatchObject({
      verdict: 'missing',
      found: 'none is installed',
      remedy: 'run `npm ci` in the root of the checkout',
    });
    expect(of('onnxruntime')).toMatchObject({ verdict: 'unknown' });
    expect(of('node')).toMatchObject({ verdict: 'ok' });

    const { stdout: text } = await doctor(bare);
    expect(text).toMatch(/✗ packages +none is installed\n/);
    expect(text).toMatch(/start +not ready: packages, /);
  });

  it('says whether stores answer, and fails when one does not', async () => {
    const { stdout, code } = await doctor(root, '--store', folder, 'http://127.0.0.1:1', '--json');
    const { checks }: Report = JSON.parse(stdout);
    expect(checks.slice(-2)).toMatchObject([
      { name: `store ${folder}`, verdict: 'ok', found: 'a folder, read and written' },
      { name: 'store http://127.0.0.1:1', verdict: 'missing' },
    ]);
    expect(code).toBe(1);
    const none = await doctor(root, '--store');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('without a place')]);
  });

  it('refuses what it does not know', async () => {
    const { code, stderr } = await doctor(root, '--fix');
    expect([code, stderr]).toEqual([2, expect.stringContaining('doctor does not know --fix')]);
  });
});
