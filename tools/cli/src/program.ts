/** The command line: what there is, and what each command takes. */
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { examples } from './examples.ts';
import type { Output } from './output.ts';

/** A command's body: whether everything held, or the exit code where there is more to say. */
type Body = (output: Output) => Promise<boolean | number>;

/** Runs a body with its output; called by every command. */
export type Run = (json: boolean, body: Body) => Promise<void>;

type Add = (program: Command, run: Run) => void;

/** What the help of the program shows of a command that is not loaded. */
interface Shown {
  says: string;
  /** Of a command that is no group: its arguments. */
  takes?: string;
}

/** Commands that come together. */
interface Group {
  commands: Readonly<Record<string, Shown>>;
  load(): Promise<Add>;
}

/** Everything there is, in the order of the help. What a group needs is loaded when one of it is asked for. */
const GROUPS: readonly Group[] = [
  {
    commands: {
      demo: { says: 'play the whole story on a chain in this process', takes: '' },
    },
    load: async () => (await import('./commands/demo-command.ts')).addDemoCommand,
  },
  {
    commands: {
      scenario: { says: 'write, check and run scenario files' },
    },
    load: async () => (await import('./commands/scenario-commands.ts')).addScenarioCommands,
  },
  {
    commands: {
      model: { says: 'compile, inspect and register models' },
    },
    load: async () => (await import('./commands/model-commands.ts')).addModelCommands,
  },
  {
    commands: {
      infer: { says: 'run a compiled model on this machine, with its commitments', takes: '<dir>' },
    },
    load: async () => (await import('./commands/infer-command.ts')).addInferCommand,
  },
  {
    commands: {
      worker: { says: 'run and check a worker' },
    },
    load: async () => (await import('./commands/worker-commands.ts')).addWorkerCommands,
  },
  {
    commands: {
      challenger: { says: 'convict false claims' },
      keeper: { says: 'settle what is due' },
      publisher: { says: 'publish inputs that are demanded' },
    },
    load: async () => (await import('./commands/daemon-commands.ts')).addDaemonCommands,
  },
  {
    commands: {
      request: { says: 'ask, and look at requests' },
    },
    load: async () => (await import('./commands/request.ts')).addRequestCommands,
  },
  {
    commands: {
      store: {
        says: 'keep, get and give out inputs and outputs that are not on chain, by their hash',
      },
    },
    load: async () => (await import('./commands/store.ts')).addStoreCommands,
  },
  {
    commands: {
      network: { says: 'start, watch and stop networks of real nodes' },
    },
    load: async () => (await import('./commands/network.ts')).addNetworkCommands,
  },
  {
    commands: {
      replay: {
        says: 'execute a record’s blocks again and compare everything that follows from them',
        takes: '<record>',
      },
      record: { says: 'records of chains that run' },
    },
    load: async () => (await import('./commands/replay-commands.ts')).addReplayCommands,
  },
  {
    commands: {
      report: {
        says: 'write the page that shows a record, with the record inside',
        takes: '<record>',
      },
      dashboard: {
        says: 'serve the page on this machine: a record, a node to follow, or empty',
        takes: '[record]',
      },
    },
    load: async () => (await import('./commands/report.ts')).addReportCommands,
  },
  {
    commands: {
      gate: {
        says: 'compare two commits, or stored results, and fail when the head is worse',
        takes: '',
      },
    },
    load: async () => (await import('./commands/gate.ts')).addGateCommand,
  },
  {
    commands: {
      doctor: { says: 'what is installed, what is missing, what to do', takes: '' },
    },
    load: async () => (await import('./commands/doctor.ts')).addDoctorCommand,
  },
  {
    commands: {
      completion: {
        says: 'print a script that completes commands, options and values in a shell',
        takes: '<shell>',
      },
    },
    load: async () => (await import('./commands/completion.ts')).addCompletionCommand,
  },
];

/** Whoever makes a mistake is told which help is about it. */
const pointToHelp = (command: Command, path: string): void => {
  command.showHelpAfterError(
    `(${path} --help shows ${command.commands.length > 0 ? 'the commands' : 'what it takes, with examples'})`,
  );
  for (const one of command.commands) pointToHelp(one, `${path} ${one.name()}`);
};

/** Two words for a node of a chain: the one that a command follows, and the one that it asks. */
const WORDS = { '--endpoint': '--on', '--on': '--endpoint' } as const;

/** A command that has one of the two words says so to who gives the other. */
const pointToWord = (command: Command): void => {
  const has = (flag: string) => command.options.some(({ long }) => long === flag);
  for (const [given, meant] of Object.entries(WORDS)) {
    if (has(given) || !has(meant)) continue;
    const misnamed = new Option(`${given} <url>`).hideHelp().argParser(() => {
      throw new InvalidArgumentError(`Here the node is given by ${meant}.`);
    });
    command.addOption(misnamed);
    return;
  }
  for (const one of command.commands) pointToWord(one);
};

const version = (): string => {
  const { version: own } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  return own;
};

/** The command that words are for; `undefined` where it is the program. */
const commandIn = (words: readonly string[]): string | undefined =>
  words.find((word) => !word.startsWith('-') && word !== 'help');

/**
 * The command line. `run` is what commands are run with; `words`, when they are given, are what it will be asked, so that no other
 * command has to be loaded. A mistake in it is thrown as a `CommanderError`, which has been told already.
 */
export const createProgram = async (run: Run, words?: readonly string[]): Promise<Command> => {
  const program = new Command('veritrace')
    .description('Verified AI inference on a Substrate chain: scenarios, models, workers')
    .version(version(), '-V, --version', 'print the version')
    // What is written wrongly is thrown; whoever runs the program says with which code it ends.
    .exitOverride()
    .addHelpText(
      'after',
      examples('veritrace demo', 'veritrace scenario new my-scenario.yaml', 'veritrace doctor'),
    );
  const asked = words === undefined ? undefined : commandIn(words);
  // Completion knows all commands.
  const isWhole = words === undefined || asked === 'completion';
  for (const { commands, load } of GROUPS) {
    if (isWhole || (asked !== undefined && Object.hasOwn(commands, asked))) {
      (await load())(program, run);
      continue;
    }
    for (const [name, { says, takes }] of Object.entries(commands)) {
      const shown = program.command(`${name} ${takes ?? ''}`.trim()).description(says);
      // As those that are loaded have it in the help.
      if (takes !== undefined) shown.addOption(new Option('--json').hideHelp());
    }
  }
  pointToHelp(program, 'veritrace');
  pointToWord(program);
  return program;
};
