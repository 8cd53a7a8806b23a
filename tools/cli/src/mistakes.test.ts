/**
 * What goes wrong for those who come new to it. Each mistake is told in words: what happened, where, and what to do,
 * with exit code 2 where something could not be tried and 1 where it was and did not hold; never with a stack trace.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordedAnswers, startStubNode } from '@veritrace/dashboard/testing';
import { sealRecord } from '@veritrace/harness';
import { NEEDED_METHODS } from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runHere } from './testing/run-here.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const scenarios = join(root, 'scenarios');
const perceptron = join(scenarios, 'models/digits-mlp');
const seven = join(scenarios, 'inputs/digits/samples/7-0.png');
const model = `0x${'5b'.repeat(32)}`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veritrace-mistakes-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Expects a mistake to be told on standard error, and nothing on standard output. */
const refused = ({ code, stdout, stderr }: Ran, ...said: readonly (string | RegExp)[]): void => {
  expect([code, stdout]).toEqual([2, '']);
  for (const one of said) expect(stderr).toMatch(one);
  expect(stderr).not.toMatch(/\n\s+at /);
};

/** A shipped scenario with something in it replaced, as a file of its own. */
const altered = async (name: string, from: string | RegExp, to: string): Promise<string> => {
  const text = await readFile(join(scenarios, `${name}.yaml`), 'utf8');
  expect(text).toMatch(from);
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, text.replace(from, to));
  return file;
};

/** What `scenario check` has to say against a file. */
const checked = async (file: string): Promise<string> => {
  const { code, stdout, stderr } = await runHere(['scenario', 'check', file]);
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).not.toMatch(/\n\s+at /);
  return stdout;
};

describe('a mistake in', { timeout: 120_000 }, () => {
  it('the name of a command or an option is told with the nearest one, and which help is about it', async () => {
    refused(
      await runHere(['senario', 'run', 'x.yaml']),
      "unknown command 'senario'",
      'Did you mean scenario?',
      '(veritrace --help shows the commands)',
    );
    refused(
      await runHere(['scenario', 'rnu', 'x.yaml']),
      'Did you mean run?',
      '(veritrace scenario --help shows the commands)',
    );
    refused(
      await runHere(['scenario', 'run', 'x.yaml', '--sead', '1']),
      "unknown option '--sead'",
      'Did you mean --seed?',
      '(veritrace scenario run --help shows what it takes, with examples)',
    );
    // Commands that ask a node and daemons that follow one have different words for it.
    refused(
      await runHere(['request', 'show', '7', '--endpoint', 'ws://127.0.0.1:9']),
      'Here the node is given by --on.',
    );
    refused(
      await runHere(['keeper', 'run', '--on', 'ws://127.0.0.1:9']),
      'Here the node is given by --endpoint.',
    );
    // A group alone shows what is in it.
    refused(await runHere(['scenario']), /Usage: veritrace scenario.*new.*check.*run/s);
    const { code, stdout } = await runHere(['senario', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      { error: { message: "unknown command 'senario'\n(Did you mean scenario?)" } },
    ]);
  });

  it('the path of a scenario is told with the file that was meant', async () => {
    const file = join(scenarios, 'hapy-k1.yaml');
    const meant = join(scenarios, 'happy-k1.yaml');
    refused(
      await runHere(['scenario', 'run', file]),
      `${file}:1:1: no such file; did you mean ${meant}?`,
    );
    refused(
      await runHere(['scenario', 'run', join(scenarios, 'happy-k1')]),
      `no such file; did you mean ${meant}?`,
    );
    const nowhere = join(folder, 'none', 'x.yaml');
    refused(
      await runHere(['scenario', 'run', nowhere]),
      `${nowhere}:1:1: no such file, as there is no folder ${join(folder, 'none')}`,
    );
  });

  it('YAML is told by line and column, with what to write instead', async () => {
    expect(await checked(await altered('lazy', '  authors:', '\tauthors:'))).toMatch(
      /lazy\.yaml:7:1: tabs are not allowed as indentation: indent with spaces\n/,
    );
    expect(await checked(await altered('lazy', 'later: true', 'latr: true'))).toMatch(
      /lazy\.yaml:13:30: unknown key "latr" in actors\.workers\.ada; did you mean "later"\? \(allowed: balance, /,
    );
    expect(
      await checked(await altered('lazy', 'worker: mallory, node', 'worker: malory, node')),
    ).toMatch(
      /lazy\.yaml:29:32: no worker is called "malory"; did you mean "mallory"\? \(declared: mallory, ada\)/,
    );
  });

  it('a behaviour is told with the nearest, all that there are, and what one takes', async () => {
    const behaviour = (text: string) => altered('lazy', 'behaviour: lazy', `behaviour: ${text}`);
    const near = await checked(await behaviour('wrong-nod'));
    expect(near).toMatch(
      /lazy\.yaml:12:45: "wrong-nod" is not allowed for actors\.workers\.mallory\.behaviour;/,
    );
    expect(near).toMatch(/did you mean "wrong-node"\? \(allowed: honest, .*quit-after-claim/);
    expect(await checked(await behaviour('wrong-node'))).toMatch(
      /:12:45: "wrong-node" does not stand alone in actors\.workers\.mallory\.behaviour: write { kind: wrong-node, node: … }/,
    );
    expect(await checked(await behaviour('{ kind: lat, blocks: 3 }'))).toMatch(
      /:12:53: "lat" is not allowed for .*; did you mean "late"\?/,
    );
    refused(
      await runHere(['scenario', 'new', join(folder, 'n.yaml'), '--behaviour', 'lasy']),
      "argument 'lasy' is invalid",
      'Allowed choices are honest, silent, ',
    );
  });

  it('which folder has the compiled model is told with the one that has, or how to make it', async () => {
    const infer = (dir: string) => runHere(['infer', dir, '--input', seven]);
    refused(
      await infer(perceptron),
      `${perceptron} is no compiled model: did you mean ${join(perceptron, 'compiled')}?`,
    );
    const onnx = join(perceptron, 'model.onnx');
    refused(
      await infer(onnx),
      `it is an ONNX model; compile it: veritrace model compile ${onnx} --out DIR`,
    );
    const own = join(folder, 'own');
    await mkdir(own);
    refused(
      await infer(own),
      'it has no manifest.json; veritrace model compile writes such folders',
    );
    await cp(onnx, join(own, 'own.onnx'));
    refused(
      await infer(own),
      `compile it: veritrace model compile ${join(own, 'own.onnx')} --out DIR`,
    );
    refused(await infer(join(folder, 'nothing')), 'there is no such file or folder');
  });

  it('an input is told with its file, and what the model takes', async () => {
    const infer = async (name: string, content: string | Uint8Array) => {
      const file = join(folder, name);
      await writeFile(file, content);
      return runHere(['infer', join(perceptron, 'compiled'), '--input', file]);
    };
    refused(
      await infer('three.json', '[1, 2, 3]'),
      'three.json has 3 values: the model takes 64 values (1 × 64), not 3',
    );
    refused(
      await infer('word.json', '{ "pixels": 64 }'),
      'word.json is not a JSON array of numbers',
    );
    refused(await infer('none.json', 'seven'), 'none.json is not JSON');
    refused(
      await infer('short.bin', new Uint8Array(10)),
      'short.bin has 10 bytes; the model takes 64 (U8 1 × 64)',
    );
    refused(await infer('photo.png', 'JFIF'), /photo\.png is no PNG: /);
  });

  it('what the chain has no event or error of is told with the nearest, and those of its pallet', async () => {
    const event = await altered(
      'convicted-in-three',
      /event: disputes\.\w+/,
      'event: disputes.Convicted',
    );
    expect(await checked(event)).toMatch(
      /:\d+:\d+: the chain has no event "disputes\.Convicted"; did you mean "disputes\.ClaimConvicted"\? \(there are: .*disputes\.NodeOpened/,
    );
    const pallet = await altered(
      'convicted-in-three',
      /event: disputes\.\w+/,
      'event: dispute.Opened',
    );
    expect(await checked(pallet)).toMatch(
      /the chain has no event "dispute\.Opened".* \(there are: .*disputes\.…/,
    );
  });

  it('a node that the model does not have is told before anything runs', async () => {
    const file = await altered(
      'lazy',
      'behaviour: lazy',
      'behaviour: { kind: wrong-node, node: 22 }',
    );
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replaceAll('dir: models', `dir: ${scenarios}/models`),
    );
    expect(await checked(file)).toMatch(
      /lazy\.yaml:12:\d+: there is no node 22 in "[\w-]+": its \d nodes are counted from 0/,
    );
    refused(await runHere(['scenario', 'run', file]), /:12:\d+: there is no node 22 in/);
  });

  it('an address is told when something else answers there', async () => {
    const server = createHttpServer((_request, answer) => answer.end('hello'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const ran = await runHere(['request', 'show', '1', '--on', address]);
      refused(ran, `cannot use ${address} as a Veritrace chain: what answers there is no node`);
      // Once.
      expect(ran.stderr.match(/is no node/g)).toHaveLength(1);
    } finally {
      server.close();
    }
  });

  it('an address is told when nothing listens there', async () => {
    const address = 'ws://127.0.0.1:1';
    const story = join(scenarios, 'happy-k1.yaml');
    const said = `cannot use ${address} as a Veritrace chain: nothing answers. Check the address and that the node runs`;
    refused(await runHere(['scenario', 'run', story, '--on', address]), said);
    refused(await runHere(['request', 'show', '1', '--on', address]), said);
    refused(
      await runHere(['scenario', 'run', story, '--on', '127.0.0.1:9944']),
      'embedded, ws://HOST:PORT or network:SPEC.toml',
    );
  });

  it('an address is told when another chain answers', async () => {
    const { answers, entries, blocks } = recordedAnswers();
    const hex = (text: string) => Buffer.from(text).toString('hex');
    const stub = await startStubNode({
      answers: {
        ...answers,
        state_getMetadata: String(answers.state_getMetadata).replaceAll(
          hex('Models'),
          hex('Marble'),
        ),
        state_getRuntimeVersion: {
          ...(answers.state_getRuntimeVersion as object),
          specName: 'marbles',
          // So that it is asked for the metadata that was changed.
          apis: [],
        },
        system_properties: {},
        rpc_methods: { methods: NEEDED_METHODS },
      },
      entries,
      blocks,
    });
    try {
      refused(
        await runHere(['request', 'show', '1', '--on', stub.url]),
        `${stub.url} is no Veritrace chain: its runtime, marbles 2, has no pallet models. Check the address.`,
      );
    } finally {
      await stub.close();
    }
  });

  it('what a network needs is told before anything is started', async () => {
    const spec = join(root, 'e2e/networks/local.toml');
    const unbuilt = { VERITRACE_NODE: undefined, CARGO_TARGET_DIR: folder };
    for (const args of [
      ['network', 'up', spec],
      ['scenario', 'run', join(scenarios, 'happy-k1.yaml'), '--on', `network:${spec}`],
    ]) {
      refused(
        await runHere(args, unbuilt),
        /there is no node at .*; build it with: npm run build:node/,
      );
      refused(
        await runHere(args, { VERITRACE_NODE: join(folder, 'no-node') }),
        /VERITRACE_NODE names .*no-node, which does not exist; leave it unset for what npm run build:node built/,
      );
    }
  });

  it('a key is told without repeating it', async () => {
    const submit = ['request', 'submit', model, '--input', seven];
    refused(
      await runHere([...submit, '--key', 'env:NO_SUCH_KEY']),
      'the environment variable NO_SUCH_KEY with the key is not set; export NO_SUCH_KEY=… sets it',
    );
    const secret = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
    for (const args of [
      [...submit, '--key', secret],
      ['keeper', 'run', '--key', secret],
      ['worker', 'run', 'x.yaml', '--operator', secret],
      ['scenario', 'run', 'x.yaml', '--faucet', secret],
      ['model', 'register', 'x', '--on', 'ws://a:1', '--price', '1', '--key', secret],
    ]) {
      const ran = await runHere(args);
      refused(ran, /^--(key|operator|faucet) says where a key is: env:NAME or file:PATH\./);
      expect(ran.stderr).not.toContain('curtain');
    }
    const file = join(folder, 'open.key');
    await writeFile(file, secret, { mode: 0o644 });
    const ran = await runHere([...submit, '--key', `file:${file}`]);
    refused(ran, `${file} can be read by others; chmod 600 it`);
    expect(ran.stderr).not.toContain('curtain');
  });

  it('a record is told: none, one that was not finished, one that was cut short', async () => {
    refused(await runHere(['replay', join(folder, 'nowhere')]), 'nowhere: no such folder');
    refused(await runHere(['replay', scenarios]), 'is no record: it has no manifest.json');
    refused(await runHere(['report', scenarios, '--out', folder]), 'this is no record');
    const record = join(folder, 'record');
    await cp(join(root, 'tools/dashboard/testdata/demo'), record, { recursive: true });
    refused(await runHere(['replay', record]), 'play the scenario again');
    await sealRecord(record);
    await truncate(join(record, 'blocks.jsonl'), 1_000);
    const { code, stdout, stderr } = await runHere(['replay', record]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/blocks\.jsonl/);
    expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at /);
  });

  it('which port is free is told with a way out', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const said = `port ${port} is taken by another program; --port 0 takes one that is free`;
    try {
      refused(await runHere(['dashboard', '--port', String(port)]), said);
      refused(await runHere(['store', 'serve', folder, '--port', String(port)]), said);
    } finally {
      other.close();
    }
    refused(
      await runHere(['dashboard', '--port', '99999']),
      'a port, from 0 (any that is free) to 65535',
    );
  });

  it('where output goes never costs what is there', async () => {
    const file = join(folder, 'mine.yaml');
    await writeFile(file, 'mine');
    refused(await runHere(['scenario', 'new', file]), `${file} exists; --force writes over it`);
    expect(await readFile(file, 'utf8')).toBe('mine');
    const said = `${folder} is not empty, and a record is never written over`;
    refused(
      await runHere(['scenario', 'run', join(scenarios, 'happy-k1.yaml'), '--record', folder]),
      said,
    );
    refused(await runHere(['demo', '--record', folder]), said);
    refused(
      await runHere(['record', 'fetch', 'ws://127.0.0.1:1', '--out', folder]),
      `${folder} is not empty: records begin in a folder of their own`,
    );
  });

  it('which Node it is run by is told before anything is loaded', async () => {
    const old = join(folder, 'old.cjs');
    await writeFile(
      old,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });
Object.defineProperty(process, 'version', { value: 'v18.20.4' });`,
    );
    const bin = join(root, 'tools/cli/bin/veritrace.mjs');
    const ran = await new Promise<Ran>((resolve) => {
      execFile(process.execPath, ['--require', old, bin, 'demo'], (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
    refused(
      ran,
      /^Veritrace needs Node 20 or newer and this is v18\.20\.4: see https:\/\/nodejs\.org$/m,
    );
  });
});
