import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedIn, openRecord } from '@veritrace/dashboard';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'veritrace-cli-'));
afterAll(() => rm(folder, { recursive: true }));

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command as a user does, in the repository's root. */
const veritrace = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const bin = join(root, 'tools/cli/bin/veritrace.mjs');
    execFile(process.execPath, [bin, ...args], { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

const models = 'scenarios/models';
const seven = 'scenarios/inputs/digits/samples/7-0.png';

describe('veritrace', { timeout: 60_000 }, () => {
  it('scenario check accepts every scenario that ships', async () => {
    const scenarios = ['happy-k1', 'convicted-in-three', 'demo'].map(
      (name) => `scenarios/${name}.yaml`,
    );
    const { code, stdout } = await veritrace('scenario', 'check', ...scenarios);
    expect([code, stdout]).toEqual([0, `${scenarios.map((file) => `${file}: ok`).join('\n')}\n`]);
  });

  it('scenario check says where a mistake is, without a stack trace', async () => {
    const file = join(folder, 'happy-k1.yaml');
    const text = await readFile(join(root, 'scenarios/happy-k1.yaml'), 'utf8');
    await writeFile(file, text.replace('that: unpunished', 'that: unpunishd'));
    const found = await veritrace('scenario', 'check', file);
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(
      /^\S+happy-k1\.yaml:\d+:\d+: "unpunishd" is not allowed for expect\[\d+\]\.that; did you mean "unpunished"\? \(allowed: /,
    );
    expect(`${found.stdout}${found.stderr}`).not.toMatch(/\n\s+at /);

    const json = await veritrace('scenario', 'check', file, '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      valid: false,
      files: [{ file, valid: false, problems: [{ file, line: expect.any(Number) }] }],
    });
    const run = await veritrace('scenario', 'run', file, '--json');
    expect(run.code).toBe(2);
    expect(JSON.parse(run.stdout).error.problems).toHaveLength(1);
  });

  it('infer gives the same roots with either engine', async () => {
    for (const name of ['digits-mlp', 'digits-cnn']) {
      const [runtime, referee] = await Promise.all(
        ['onnxruntime', 'referee'].map(async (engine) => {
          const ran = await veritrace(
            ...['infer', `${models}/${name}/compiled`, '--input', seven],
            ...['--engine', engine, '--trace', '--json'],
          );
          expect(ran.code).toBe(0);
          return JSON.parse(ran.stdout);
        }),
      );
      expect(runtime.label).toBe('7');
      for (const field of ['outputs', 'outputRoot', 'traceRoot', 'trace', 'label']) {
        expect(runtime[field]).toEqual(referee[field]);
      }
      expect(runtime.durationMs).toBeGreaterThan(0);
    }
  });

  it('model compile makes what ships, and inspect shows it', async () => {
    const out = join(folder, 'mlp');
    const compiled = await veritrace(
      ...['model', 'compile', `${models}/digits-mlp/model.onnx`, '--out', out],
      ...['--calibrate', 'scenarios/inputs/digits', '--json'],
    );
    expect(compiled.code).toBe(0);
    expect(await readFile(join(out, 'graph.bin'))).toEqual(
      await readFile(join(root, models, 'digits-mlp/compiled/graph.bin')),
    );
    const inspected = await veritrace('model', 'inspect', out, '--json');
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      manifest: { name: 'digits-mlp', nodes: 3 },
      nodes: [{ node: 0, op: 'MatMul', cost: { wholeBytes: 2368 } }, {}, {}],
    });
  });

  it('model compile names every node that is refused, not only the first', async () => {
    const file = join(folder, 'refused.onnx');
    const onnx = await readFile(join(root, models, 'digits-mlp/model.onnx'), 'latin1');
    await writeFile(file, onnx.replaceAll('Gemm', 'Sinh'), 'latin1');
    const { code, stderr } = await veritrace(
      ...['model', 'compile', file, '--out', join(folder, 'refused')],
      ...['--calibrate', 'scenarios/inputs/digits'],
    );
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/2 nodes are refused:/);
    expect(stderr.match(/this operator is not supported/g)).toHaveLength(2);
  });

  it.each([
    [['infer', 'no/such/folder', '--input', seven], 'no such file or folder'],
    [
      ['infer', `${models}/digits-mlp/compiled`, '--input', 'package.json'],
      'package.json is not a JSON array of numbers',
    ],
    [['model', 'compile', 'no.onnx', '--out', 'x'], 'no.onnx cannot be read'],
    [
      ['model', 'register', 'x', '--on', 'ws://a:1', '--key', '//Alice', '--price', '1'],
      'env:NAME or file:PATH',
    ],
    [
      ['model', 'register', 'x', '--on', 'ws://a:1', '--key', 'env:NO', '--price', '1'],
      'the environment variable NO with the key is not set',
    ],
    [['model', 'register', 'x', '--on', 'ws://a:1', '--price', '1.5e3'], 'an amount in tokens'],
    [['model', 'register', 'x', '--royalty', '10'], 'a share like 10%'],
    [['model', 'register', 'x', '--family', '0xAB'], 'the id of a family'],
    [['worker', 'check', 'no.yaml'], 'no.yaml:1:1: no such file'],
    [['worker', 'run'], 'give a config file: --config FILE'],
    [['worker', 'run', 'a.yaml', '--config', 'b.yaml'], 'give the config file once'],
    [['worker', 'run', '--config', 'a.yaml', '--operator', '//Alice'], 'env:NAME or file:PATH'],
    [
      ['worker', 'run', '--print-config', '--config', 'x', '--log-level', 'loud'],
      'Allowed choices',
    ],
    [['keeper', 'run'], '(no config file):1:1: '],
    [['keeper', 'run', '--key', '//Alice'], 'env:NAME or file:PATH'],
    [
      ['keeper', 'run', '--key', 'env:NO', '--endpoint', 'ws://a:1'],
      "the environment variable NO with the keeper's key is not set",
    ],
    [['publisher', 'run', '--key', 'env:NO', '--endpoint', 'ws://a:1'], 'stores'],
    [['request', 'submit', 'digits', '--input', seven, '--key', 'env:NO'], 'the id of a model'],
    [['request', 'submit', `0x${'ab'.repeat(32)}`, '--input', seven], "required option '--key"],
    [['request', 'show', 'seven'], 'the number of a request'],
    [['request', 'show', '7', '--on', 'moon'], 'an address that begins with ws:// or wss://'],
    [['scenario', 'run', 'x.yaml', '--seed', 'soon'], 'a seed is a whole number'],
    [
      ['scenario', 'run', 'x.yaml', '--on', 'moon'],
      'embedded, ws://HOST:PORT or network:SPEC.toml',
    ],
  ])('%s fails in words', async (args, message) => {
    const { code, stdout, stderr } = await veritrace(...args);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('scenario run plays several at the same time, and prints their results in order', {
    timeout: 180_000,
  }, async () => {
    const names = ['unpayable', 'malformed-graph'];
    const { code, stdout } = await veritrace(
      ...['scenario', 'run', ...names.map((name) => `scenarios/${name}.yaml`)],
      ...['--jobs', '2', '--json', '--record', join(folder, 'records')],
    );
    const documents: Record<string, unknown>[] = JSON.parse(stdout);
    expect(documents.map(({ scenario, passed }) => [scenario, passed])).toEqual(
      names.map((name) => [name, true]),
    );
    expect(code).toBe(0);
    for (const [index, name] of names.entries()) {
      expect(documents[index]).toMatchObject({
        driver: 'embedded',
        seed: 1,
        invariants: { violated: [] },
        verdicts: [],
        record: join(folder, 'records', name),
      });
      // Its report is the page with the record inside, and the page has nothing to complain of.
      const page = await readFile(join(folder, 'records', name, 'report.html'), 'utf8');
      const data = embeddedIn(page).record;
      expect(data?.files.has('summary.json')).toBe(true);
      expect(data && openRecord(data).problems).toEqual([]);
    }
    // What they leave behind is executed again, and altered it is told apart.
    const record = join(folder, 'records', 'malformed-graph');
    const expected = String(documents[1]?.recordRoot);
    const replayed = await veritrace('replay', record, '--expect-root', expected, '--json');
    expect(JSON.parse(replayed.stdout)).toMatchObject({ passed: true, root: expected, claims: [] });
    expect(replayed.code).toBe(0);
    const file = join(record, 'events.jsonl');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"block":2', '"block":3'));
    const altered = await veritrace('replay', record, '--json');
    expect(altered.code).toBe(1);
    expect(JSON.parse(altered.stdout)).toMatchObject({
      passed: false,
      difference: { file: 'events.jsonl', what: 'its SHA-256 differs' },
    });
  });

  it('replay of what is no record says so, and of a record from before, what to do', async () => {
    const none = await veritrace('replay', 'scenarios');
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toBe(
      'scenarios is no record: it has no manifest.json. A record is the folder that `veritrace scenario run` names at its end\n',
    );
    const old = await mkdtemp(join(folder, 'old-'));
    await writeFile(join(old, 'run.json'), '{}');
    const earlier = await veritrace('replay', old);
    expect(earlier.code).toBe(2);
    expect(earlier.stderr).toContain('play the scenario again');
  });

  it('record fetch says when nothing answers', async () => {
    const { code, stderr } = await veritrace(
      ...['record', 'fetch', 'ws://127.0.0.1:1', '--out', join(folder, 'fetched')],
    );
    expect(code).toBe(2);
    expect(stderr).toContain('no node answers at ws://127.0.0.1:1');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('scenario run leaves out what is not meant for the driver, and says so', async () => {
    const file = 'scenarios/faults/worker-cut-off-for-long.yaml';
    const { code, stdout, stderr } = await veritrace('scenario', 'run', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      scenario: 'worker-cut-off-for-long',
      driver: 'embedded',
      seed: 1,
      passed: null,
      notPlayed: 'it is not meant for the embedded driver (skipOn: embedded, endpoint)',
    });
    expect(stderr).toContain('worker-cut-off-for-long was not played: it is not meant for');
  });

  it('worker run shows its settings: flags before the file, and no secret', async () => {
    const config = join(folder, 'shown.yaml');
    await writeFile(
      config,
      `endpoint: wss://user:hunter2@node.example/?token=hunter3
operator: { env: OPERATOR }
models: { folder: ${join(root, models)} }
engine: { threads: 2 }
minPrice: "340282366920938463463374607431768211455"
`,
    );
    const shown = await veritrace(
      ...['worker', 'run', '--config', config, '--print-config', '--json'],
      ...['--log-level', 'warn', '--waiting-transactions', '3', '--journal', 'here.journal'],
      ...['--store', 'kept', 'http://10.0.0.1', '--own'],
    );
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.stdout)).toEqual({
      endpoint: 'wss://…@node.example/?…',
      operator: { env: 'OPERATOR' },
      models: ['digits-cnn', 'digits-frame', 'digits-mlp'].map((name) => ({
        dir: join(root, models, name, 'compiled'),
      })),
      engine: { executionProvider: 'cpu', threads: 2, memoryMiB: 4096, seconds: 300 },
      journal: join(root, 'here.journal'),
      verifySampleTiles: 8,
      logLevel: 'warn',
      minPrice: '340282366920938463463374607431768211455',
      limits: { waitingTransactions: 3 },
      stores: [
        { dir: join(root, 'kept') },
        { url: 'http://10.0.0.1', plainHttp: true, privateAddresses: true },
      ],
      modelCache: join(folder, 'model-cache'),
      maxModelBytes: 64 * 2 ** 20,
    });
    const text = await veritrace('worker', 'run', config, '--print-config');
    expect(text.stdout).toContain('logLevel: info\n');
    expect(`${shown.stdout}${shown.stderr}${text.stdout}${text.stderr}`).not.toContain('hunter');
  });

  it('the other daemons run with flags alone, and show what with', async () => {
    const common = ['--endpoint', 'ws://a:1', '--key', 'env:KEY', '--print-config', '--json'];
    const shown = async (...args: string[]) => {
      const { code, stdout, stderr } = await veritrace(...args, ...common);
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(stdout);
    };
    const acting = { endpoint: 'ws://a:1', key: { env: 'KEY' }, logLevel: 'info' };
    const id = `0x${'ab'.repeat(32)}`;
    const servers = ['https://store.example'];
    const [challenger, keeper, publisher] = await Promise.all([
      shown('challenger', 'run', '--model', id, 'here', '--no-seals', '--store', ...servers),
      shown('keeper', 'run', '--patience', '3'),
      shown('publisher', 'run', '--for-all', '--store', 'kept'),
    ]);
    expect(challenger).toMatchObject({
      ...acting,
      models: [{ id }, { dir: join(root, 'here') }],
      stores: [{ url: servers[0], plainHttp: false, privateAddresses: false }],
      journal: join(root, 'challenger.journal'),
      seals: false,
    });
    expect(keeper).toEqual({ ...acting, journal: join(root, 'keeper.journal'), patience: 3 });
    expect(publisher).toEqual({
      ...acting,
      journal: join(root, 'publisher.journal'),
      stores: [{ dir: join(root, 'kept') }],
      forAll: true,
    });
  });

  it.each(['keeper', 'publisher', 'challenger'])(
    '%s run is ended by Ctrl-C, also while its node does not answer',
    async (name) => {
      const bin = join(root, 'tools/cli/bin/veritrace.mjs');
      let interrupt: () => void = () => undefined;
      // Takes connections and says nothing.
      const silent = createServer(() => interrupt());
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      const more: Record<string, string[]> = {
        publisher: ['--store', 'kept'],
        challenger: ['--model', `${models}/digits-mlp/compiled`],
      };
      const args = ['--endpoint', `ws://127.0.0.1:${port}`, '--key', 'env:DAEMON_KEY', '--json'];
      const journal = ['--journal', join(folder, `${name}.journal`)];
      const child = spawn(
        process.execPath,
        [bin, name, 'run', ...args, ...journal, ...(more[name] ?? [])],
        { cwd: root, env: { ...process.env, DAEMON_KEY: '//Somebody' } },
      );
      interrupt = () => child.kill('SIGINT');
      let [said, printed] = ['', ''];
      child.stdout.on('data', (chunk) => {
        printed += chunk;
      });
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      silent.close();
      expect(code).toBe(130);
      expect(JSON.parse(printed).error.message).toContain('interrupted');
      expect(said).toContain(`"name":"${name}"`);
      expect(said).not.toContain('Somebody');
    },
  );

  it('model publish keeps a graph under the hash that is registered', async () => {
    const kept = join(folder, 'kept');
    const dir = `${models}/digits-mlp/compiled`;
    const { code, stdout } = await veritrace('model', 'publish', dir, '--store', kept, '--json');
    expect(code).toBe(0);
    const { manifest } = JSON.parse((await veritrace('model', 'inspect', dir, '--json')).stdout);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'digits-mlp',
      artefact: `0x${manifest.artefact}`,
      graphRoot: `0x${manifest.graphRoot}`,
    });
    expect(await readFile(join(kept, 'blob', manifest.artefact))).toEqual(
      await readFile(join(root, dir, 'graph.bin')),
    );
    const config = join(folder, 'by-hash.yaml');
    await writeFile(
      config,
      `endpoint: ws://127.0.0.1:1
operator: { env: OPERATOR }
models: [{ artefact: "0x${manifest.artefact}" }]
stores: [{ dir: kept }]
`,
    );
    const checked = await veritrace('worker', 'check', config, '--json');
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({ passed: true });
  });

  it('worker run refuses a key in the file, and does not repeat it', async () => {
    const config = join(folder, 'leaky.yaml');
    await writeFile(config, 'endpoint: ws://127.0.0.1:9944\noperator: "//Alice//secret"\n');
    const { code, stdout, stderr } = await veritrace('worker', 'run', '--config', config, '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.problems).toMatchObject([{ file: config, line: 2, column: 1 }]);
    expect(stderr).toContain(`${config}:2:1: a key is not written in this file`);
    expect(`${stdout}${stderr}`).not.toContain('Alice');
  });

  it('worker check proves that this machine is exact', async () => {
    const config = join(folder, 'worker.yaml');
    await writeFile(
      config,
      `endpoint: ws://127.0.0.1:9944
operator: { env: OPERATOR }
models:
  - { dir: ${join(root, models, 'digits-cnn/compiled')} }
`,
    );
    const { code, stdout } = await veritrace('worker', 'check', config, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ passed: true, models: [{ passed: true }] });
  });

  it('worker check --operators proves every operator, without a config file', async () => {
    const { code, stdout } = await veritrace(
      ...['worker', 'check', '--operators', '--elements', '50', '--json'],
    );
    expect(code).toBe(0);
    const { passed, operators } = JSON.parse(stdout);
    expect(passed).toBe(true);
    expect(operators.operators).toHaveLength(24);
    for (const row of operators.operators) {
      expect(row).toMatchObject({ kind: expect.any(String), mismatches: 0 });
      expect(row.elements).toBeGreaterThanOrEqual(50);
    }
    expect(operators.negatives[0].mismatches).toBeGreaterThan(0);
  });
});
