import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'veritrace-cli-network-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command as a user does, in the repository's root. */
const network = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const bin = join(root, 'tools/cli/bin/veritrace.mjs');
    execFile(
      process.execPath,
      [bin, 'network', ...args],
      { cwd: root, env: { ...process.env, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('veritrace network', { timeout: 120_000 }, () => {
  it('checks specifications and plain tests, and says where a mistake is', async () => {
    const spec = join(folder, 'solo.toml');
    const sound = await readFile(join(root, 'e2e/networks/solo.toml'), 'utf8');
    writeFileSync(
      spec,
      sound
        .replace('"../../scenarios', `"${root}scenarios`)
        .replace('prometheus = false', 'prometheus = true'),
    );
    const files = ['e2e/networks/local.toml', spec, 'e2e/zndsl/metrics.zndsl'];
    const { code, stdout } = await network(['check', ...files, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      files: [
        { file: files[0], valid: true, problems: [] },
        {
          file: spec,
          valid: false,
          problems: [
            {
              file: spec,
              line: 5,
              column: 1,
              message: expect.stringContaining('write prometheus = false'),
            },
          ],
        },
        { file: files[2], valid: true, problems: [] },
      ],
    });
    const text = await network(['check', spec]);
    expect(text.stdout).toContain(`${spec}:5:1: write prometheus = false`);
  });

  it('starts nothing from a specification that is wrong, with --detach as well', async () => {
    const spec = join(folder, 'broken.toml');
    writeFileSync(spec, '[settings]\nprometheus = maybe\n');
    const dir = join(folder, 'broken');
    for (const more of [[], ['--detach']]) {
      const { code, stdout } = await network(['up', spec, '--dir', dir, '--json', ...more]);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        error: { problems: [{ file: spec, line: 2 }] },
      });
      expect(existsSync(join(dir, 'network.json'))).toBe(false);
    }
  });

  it('says how to build the node where there is none', async () => {
    const dir = join(folder, 'nodeless');
    const { code, stderr } = await network(['up', 'e2e/networks/solo.toml', '--dir', dir], {
      VERITRACE_NODE: undefined,
      CARGO_TARGET_DIR: folder,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('build it with: npm run build:node');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(dir)).toBe(false);
  });

  it('knows no network where none was', async () => {
    for (const command of ['status', 'down']) {
      const { code, stderr } = await network([command, '--dir', join(folder, 'empty')]);
      expect(code).toBe(2);
      expect(stderr).toContain('no network was started in');
    }
    expect((await network(['status'])).stderr).toContain('name the specification, or the folder');
  });
});
