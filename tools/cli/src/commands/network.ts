/** `veritrace network check|up|down|status|logs|test`. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  defaultFolder,
  followLog,
  loadNetwork,
  loadZndsl,
  type NetworkProgress,
  type NetworkStatus,
  networkStatus,
  type Provider,
  prepareFolder,
  providers,
  readNetworkState,
  runZndsl,
  shutDown,
  startNetwork,
  tail,
  until,
  veritraceProgram,
  type ZndslResult,
  type ZndslTest,
} from '@veritrace/harness/network';
import { type Command, InvalidArgumentError, Option } from 'commander';
import colors from 'picocolors';
import { CommandError } from '../errors.ts';
import { examples } from '../examples.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import type { Run } from '../program.ts';
import { table } from '../table.ts';
import { checkFiles } from './check-files.ts';
import { jsonOption } from './json-option.ts';

/** The folder of a network: the one that is named, or the one where its specification's runs are. */
const folderOf = (spec: string | undefined, dir: string | undefined): string => {
  if (dir !== undefined) return resolve(dir);
  if (spec !== undefined) return defaultFolder(basename(spec).replace(/\.toml$/, ''));
  throw new CommandError('name the specification, or the folder with --dir');
};

/** Checks specifications and plain tests without starting anything. Returns whether all are sound. */
const check = (files: readonly string[], output: Output): Promise<boolean> =>
  checkFiles(
    files,
    (file): Promise<unknown> => (file.endsWith('.zndsl') ? loadZndsl(file) : loadNetwork(file)),
    output,
  );

const heights = ({ health, pid, paused, role }: NetworkStatus['nodes'][number]): string[] => {
  if (health !== undefined) {
    return [String(health.peers), String(health.best), String(health.finalized)];
  }
  if (paused) return ['paused', '', ''];
  if (pid === undefined) return [role === 'later' ? 'not started' : 'not running', '', ''];
  return ['no answer', '', ''];
};

const picture = (status: NetworkStatus): string => {
  const nodes = table(
    ['node', 'role', 'peers', 'best', 'finalized', 'address'],
    status.nodes.map((node) => [node.name, node.role, ...heights(node), node.ws]),
  );
  const workers =
    status.workers.length === 0
      ? []
      : [
          table(
            ['worker', 'kind', 'node', 'serves', 'process'],
            status.workers.map(({ name, kind, node, serves, pid }) => [
              name,
              kind,
              node,
              serves.join(', '),
              pid ?? 'not running',
            ]),
          ),
        ];
  const reason = status.reason === undefined ? '' : `: ${status.reason}`;
  return [
    `${status.name} (${status.provider}) is ${status.phase}${reason}`,
    `folder ${status.dir}`,
    ...(status.nodes.length === 0 ? [] : ['', nodes]),
    ...workers.flatMap((one) => ['', one]),
  ].join('\n');
};

const tell =
  (output: Output) =>
  (progress: NetworkProgress): void => {
    switch (progress.type) {
      case 'phase':
        output.note(colors.dim(`· ${progress.text}`));
        return;
      case 'awaiting':
        output.note(colors.dim(`    ${progress.what}: ${progress.seen}`));
        return;
      case 'lost':
        output.note(colors.yellow(progress.text));
        return;
    }
  };

interface UpOptions {
  dir: string | undefined;
  provider: Provider;
  /** Starts the nodes alone, without models and workers. */
  bare: boolean;
  /** Returns when it is ready; the network runs on. */
  detach: boolean;
}

const up = async (spec: string, options: UpOptions, output: Output): Promise<boolean> => {
  const dir = folderOf(spec, options.dir);
  return options.detach
    ? upDetached(spec, dir, options, output)
    : upHere(spec, dir, options, output);
};

/** In this process, until it is interrupted. */
const upHere = async (
  spec: string,
  dir: string,
  { provider, bare }: UpOptions,
  output: Output,
): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  try {
    const network = await startNetwork({
      spec,
      dir,
      provider,
      bootstrap: !bare,
      signal,
      onProgress: tell(output),
    });
    const status = await networkStatus(dir);
    output.result(status, () => picture(status));
    output.note('Ctrl-C stops it');
    // What the network runs keeps this process alive as little as the signal does.
    const alive = setInterval(() => undefined, 2 ** 30);
    await new Promise<void>((done) => {
      if (signal.aborted) done();
      else signal.addEventListener('abort', () => done(), { once: true });
    });
    clearInterval(alive);
    await network.stop();
    output.note('stopped; nothing is left running');
    return true;
  } finally {
    release();
  }
};

/** In a process of its own, which stays. */
const upDetached = async (
  spec: string,
  dir: string,
  { provider, bare }: UpOptions,
  output: Output,
): Promise<boolean> => {
  // Mistakes are told here, not in a log.
  await loadNetwork(spec);
  await prepareFolder(dir);
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const log = join(dir, 'logs', 'supervisor.log');
  const out = openSync(log, 'a');
  const [command = '', ...args] = veritraceProgram([
    ...['network', 'up', resolve(spec), '--dir', dir, '--provider', provider, '--json'],
    ...(bare ? ['--bare'] : []),
  ]);
  const child = spawn(command, args, { detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  let ending: string | undefined;
  child.on('error', (error) => {
    ending = error.message;
  });
  child.on('exit', (code, killer) => {
    ending = killer === null ? `ended with code ${code}` : `was ended by ${killer}`;
  });
  const { signal, release } = onInterrupt();
  const following = new AbortController();
  void followLog(log, {
    onLine: (line) => output.note(line),
    signal: following.signal,
    fromStart: true,
  });
  try {
    await until(
      () => {
        if (ending !== undefined) throw new CommandError(`the supervisor ${ending}; see ${log}`);
        const phase = readNetworkState(dir)?.phase ?? 'not begun';
        return phase === 'ready' ? { done: undefined } : { seen: phase };
      },
      { what: 'the network to be ready', deadlineMs: DETACHED_MS, signal },
    );
  } catch (error) {
    // It ends what it has started before it ends.
    if (child.kill('SIGTERM')) {
      await until(() => (ending === undefined ? { seen: 'it runs' } : { done: undefined }), {
        what: 'the supervisor to end',
        deadlineMs: DETACHED_MS,
      });
    }
    throw error;
  } finally {
    following.abort();
    release();
  }
  child.unref();
  const status = await networkStatus(dir);
  output.result(status, () => picture(status));
  output.note(`it runs on; stop it with: veritrace network down --dir ${dir}`);
  return true;
};

/** All phases of a start together, each of which has a deadline of its own. */
const DETACHED_MS = 600_000;

const down = async (dir: string, output: Output): Promise<boolean> => {
  const ran = await shutDown(dir);
  output.result({ dir, ran }, () =>
    ran ? `stopped; nothing is left running. Its logs are in ${dir}` : 'it was not running',
  );
  return true;
};

const status = async (dir: string, output: Output): Promise<boolean> => {
  const found = await networkStatus(dir);
  output.result(found, () => picture(found));
  return found.phase === 'ready';
};

interface LogsOptions {
  lines: number;
  follow: boolean;
}

const logs = async (
  dir: string,
  name: string,
  { lines, follow }: LogsOptions,
  output: Output,
): Promise<boolean> => {
  const { nodes, workers } = await networkStatus(dir);
  const all = [...nodes, ...workers];
  const found = all.find((one) => one.name === name);
  const file =
    found?.log ??
    (['zombienet', 'supervisor', 'guardian'].includes(name)
      ? join(dir, 'logs', `${name}.log`)
      : undefined);
  if (file === undefined) {
    throw new CommandError(
      `no node or worker is called "${name}" (${all.map((one) => one.name).join(', ')})`,
    );
  }
  if (follow && output.json) throw new CommandError('--follow never ends: leave --json out');
  const last = await tail(file, lines);
  if (!follow) {
    output.result({ name, file, lines: last }, () => last.join('\n'));
    return true;
  }
  const { signal, release } = onInterrupt();
  try {
    for (const line of last) output.note(line);
    await followLog(file, { onLine: (line) => output.note(line), signal });
  } finally {
    release();
  }
  return true;
};

interface TestOptions {
  dir: string | undefined;
}

/** Starts each network once, bare, for all of its tests; keeps the folder of one in which a test failed. */
const test = async (
  files: readonly string[],
  { dir }: TestOptions,
  output: Output,
): Promise<boolean> => {
  const byNetwork = new Map<string, ZndslTest[]>();
  for (const file of files) {
    const one = await loadZndsl(file);
    byNetwork.set(one.network, [...(byNetwork.get(one.network) ?? []), one]);
  }
  if (dir !== undefined && byNetwork.size > 1) {
    throw new CommandError('the tests are for several networks: leave --dir out');
  }
  const { signal, release } = onInterrupt();
  const results: ZndslResult[] = [];
  try {
    for (const [spec, tests] of byNetwork) {
      const network = await startNetwork({
        spec,
        ...(dir === undefined ? {} : { dir: resolve(dir) }),
        bootstrap: false,
        signal,
        onProgress: tell(output),
      });
      let sound = true;
      try {
        for (const one of tests) {
          output.note(colors.dim(`· ${one.description}`));
          const result = await runZndsl(network, one, { signal });
          if (result.failed.length > 0) sound = false;
          results.push(result);
        }
      } catch (error) {
        sound = false;
        throw error;
      } finally {
        await network.stop();
        if (sound && dir === undefined) await rm(network.dir, { recursive: true });
        else output.note(`logs are in ${network.dir}`);
      }
    }
  } finally {
    release();
  }
  const failed = results.reduce((sum, one) => sum + one.failed.length, 0);
  const passed = results.reduce((sum, one) => sum + one.passed.length, 0);
  output.result({ passed: failed === 0, results }, () =>
    [
      ...results.flatMap((one) => [
        `${one.failed.length === 0 ? colors.green('✓') : colors.red('✗')} ${one.description}`,
        ...one.failed.map((line) => `    ${line}`),
      ]),
      `${passed} of ${passed + failed} assertions held`,
    ].join('\n'),
  );
  return failed === 0;
};

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 10_000) {
    throw new InvalidArgumentError('a whole number from 1 to 10000');
  }
  return value;
};

/** Adds the commands. */
export const addNetworkCommands = (program: Command, run: Run): void => {
  const dirOption = () =>
    new Option('--dir <dir>', 'the folder of the run (default: runs/NAME of the specification)');

  const network = program
    .command('network')
    .description('start, watch and stop networks of real nodes')
    .addHelpText(
      'after',
      examples(
        'veritrace network check e2e/networks/local.toml',
        'veritrace network up e2e/networks/local.toml --detach',
      ),
    );
  network
    .command('check')
    .description('check specifications and .zndsl tests for known traps, without starting anything')
    .addHelpText(
      'after',
      examples(
        'veritrace network check e2e/networks/local.toml',
        'veritrace network check e2e/networks/*.toml --json',
      ),
    )
    .argument('<spec...>')
    .addOption(jsonOption())
    .action((specs: string[], options: { json: boolean }) =>
      run(options.json, (output) => check(specs, output)),
    );
  network
    .command('up')
    .description('start a network and keep it until interrupted')
    .addHelpText(
      'after',
      examples(
        'veritrace network up e2e/networks/local.toml',
        'veritrace network up e2e/networks/local.toml --bare --detach --dir runs/mine',
      ),
    )
    .argument('<spec.toml>')
    .addOption(dirOption())
    .addOption(
      new Option('--provider <provider>', 'what runs the nodes')
        .choices(providers)
        .default('native'),
    )
    .option('--bare', 'start the nodes alone, without models and workers', false)
    .option('--detach', 'return when it is ready; the network runs on', false)
    .addOption(jsonOption())
    .action(
      (
        spec: string,
        options: {
          dir?: string;
          provider: Provider;
          bare: boolean;
          detach: boolean;
          json: boolean;
        },
      ) =>
        run(options.json, (output) =>
          up(
            spec,
            {
              dir: options.dir,
              provider: options.provider,
              bare: options.bare,
              detach: options.detach,
            },
            output,
          ),
        ),
    );
  network
    .command('down')
    .description('stop a network, also one whose supervisor has crashed')
    .addHelpText(
      'after',
      examples(
        'veritrace network down e2e/networks/local.toml',
        'veritrace network down --dir runs/mine',
      ),
    )
    .argument('[spec.toml]')
    .addOption(dirOption())
    .addOption(jsonOption())
    .action((spec: string | undefined, options: { dir?: string; json: boolean }) =>
      run(options.json, (output) => down(folderOf(spec, options.dir), output)),
    );
  network
    .command('status')
    .description('show nodes and workers; the exit code is 0 only if the network is ready')
    .addHelpText(
      'after',
      examples(
        'veritrace network status e2e/networks/local.toml',
        'veritrace network status --dir runs/mine --json',
      ),
    )
    .argument('[spec.toml]')
    .addOption(dirOption())
    .addOption(jsonOption())
    .action((spec: string | undefined, options: { dir?: string; json: boolean }) =>
      run(options.json, (output) => status(folderOf(spec, options.dir), output)),
    );
  network
    .command('logs')
    .description('show the last lines of a node, a worker, zombienet, supervisor or guardian')
    .addHelpText(
      'after',
      examples(
        'veritrace network logs alice e2e/networks/local.toml --follow',
        'veritrace network logs supervisor --dir runs/mine --lines 200',
      ),
    )
    .argument('<name>')
    .argument('[spec.toml]')
    .addOption(dirOption())
    .addOption(new Option('--lines <number>', 'how many').argParser(count).default(50))
    .option('--follow', 'go on until interrupted', false)
    .addOption(jsonOption())
    .action(
      (
        name: string,
        spec: string | undefined,
        options: { dir?: string; lines: number; follow: boolean; json: boolean },
      ) =>
        run(options.json, (output) =>
          logs(
            folderOf(spec, options.dir),
            name,
            { lines: options.lines, follow: options.follow },
            output,
          ),
        ),
    );
  network
    .command('test')
    .description('run plain Zombienet tests (.zndsl), each on the network that it names')
    .addHelpText(
      'after',
      examples(
        'veritrace network test e2e/zndsl/*.zndsl',
        'veritrace network test mine.zndsl --dir runs/mine',
      ),
    )
    .argument('<test.zndsl...>')
    .addOption(
      new Option('--dir <dir>', 'keep the run in this folder (default: one that is removed)'),
    )
    .addOption(jsonOption())
    .action((files: string[], options: { dir?: string; json: boolean }) =>
      run(options.json, (output) => test(files, { dir: options.dir }, output)),
    );
};
