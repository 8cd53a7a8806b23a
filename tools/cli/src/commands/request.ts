/** `veritrace request submit` and `veritrace request show`: a question, and a request's whole life as the chain has it now. */
import { formatUnits, TOKEN } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import {
  type AuditLife,
  connect,
  getRequestLife,
  type NextStep,
  type RequestLife,
  subjectText,
  type VeritraceClient,
} from '@veritrace/sdk';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../errors.ts';
import { examples } from '../examples.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import type { Run } from '../program.ts';
import { table } from '../table.ts';
import { contentOf } from './content.ts';
import { wholeBetween } from './counts.ts';
import { ownStoresOption, type StoreFlags, secretOption, storeOption } from './daemon-flags.ts';
import { jsonOption } from './json-option.ts';
import { readSecretAt, type SecretSource } from './on.ts';
import { contentInWords, contentOfRequest } from './request-content.ts';
import { requestSubmit, type SubmitOptions } from './request-submit.ts';

const ENDPOINT = 'ws://127.0.0.1:9944';

const requestId = (text: string): bigint => {
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('the number of a request, as its RequestSubmitted event says it');
};

const endpoint = (text: string): string => {
  if (/^wss?:\/\/[^\s/]/.test(text)) return text;
  throw new InvalidArgumentError('an address that begins with ws:// or wss://');
};

const amount = (units: bigint): string => `${formatUnits(units, TOKEN.decimals)} ${TOKEN.symbol}`;

/** What comes next, in words. */
export const nextInWords = (next: NextStep): string => {
  switch (next.type) {
    case 'Draw':
      return 'workers are drawn';
    case 'DrawAgain':
      return 'the late are penalised, and workers drawn anew';
    case 'Replace':
      return 'the late are penalised and replaced';
    case 'OpenReveals':
      return 'those who committed reveal';
    case 'OpenWindow':
      return 'the window opens in which claims may be contradicted';
    case 'Pay':
      return 'it is paid';
    case 'Contest':
      return 'it is contested: the user is refunded, the locks wait for a verdict';
    case 'Refund':
      return `the user is refunded (${next.value})`;
    case 'CloseContest':
      return 'the locks that are left are given back';
    case 'AwaitChallenges':
      return 'it waits for its challenges to end';
    case 'AwaitVerdict':
      return 'it waits until one of its unequal claims is proved wrong';
    case 'DrawAudit':
      return 'it is drawn whether a claim is audited';
  }
};

const auditInWords = ({ auditor, worker, node, fee, due, isAttested }: AuditLife): string =>
  `node ${node} of ${worker}’s claim by ${auditor} for ${amount(fee)}: ${isAttested ? 'shown' : `to be shown, until #${due}`}`;

const stateOf = ({ state }: RequestLife['workers'][number]): string =>
  typeof state === 'string' ? state : state.type;

const short = (hex: string): string => `${hex.slice(0, 12)}…`;

/** A life as lines. `head` is the block it was read at. */
export const picture = (life: RequestLife, head: number): string => {
  const { request, user, model, redundancy, terms, escrow, deposit, status, since, due } = life;
  const when = life.nextAt === undefined ? '' : `, from block ${life.nextAt} on`;
  const workers = life.workers.map((worker) => [
    worker.worker,
    stateOf(worker),
    worker.claim === undefined ? '–' : `${short(worker.claim.traceRoot)} in #${worker.claim.at}`,
    worker.challenges.length === 0
      ? '–'
      : worker.challenges
          .map(
            ({ subject, isOpened, due: until }) =>
              `${subjectText(subject)} ${isOpened ? 'opened' : 'to be opened'}, until #${until}`,
          )
          .join('; '),
  ]);
  return [
    `Request ${request}: ${status} since block ${since}, until ${due}; now ${head}`,
    `  by       ${user}`,
    `  model    ${model}`,
    `  price    ${amount(terms.price)} for each of ${redundancy}`,
    `  held     ${amount(escrow)} escrow, ${amount(deposit)} deposit`,
    `  asks     ${life.inputs
      .map(
        ({ spec, bytes, root, isPublished }) =>
          `${spec.dtype} [${spec.shape}] ${bytes} bytes ${short(root)}${isPublished ? '' : ', not on chain'}`,
      )
      .join('; ')}`,
    `  answer   ${life.visibility === 'Public' ? 'public: anyone can check it' : 'private: whoever has the inputs can check it'}`,
    `  next     ${nextInWords(life.next)}${when}`,
    `  attempts ${life.attemptsLeft} left`,
    ...(life.audit === undefined ? [] : [`  audit    ${auditInWords(life.audit)}`]),
    ...(life.convicted.length === 0
      ? []
      : [`  proved wrong: ${life.convicted.map(short).join(', ')}`]),
    ...(workers.length === 0
      ? []
      : ['', table(['worker', 'state', 'claim', 'challenges'], workers)]),
  ].join('\n');
};

/** Prints the life of a request at the present head. Throws a `CommandError` when there is none that is open. */
export const showRequest = async (
  client: VeritraceClient,
  id: bigint,
  output: Output,
  stores: StoreFlags = {},
  signal?: AbortSignal,
): Promise<boolean> => {
  const { number, hash } = client.heads.current('best');
  const life = await getRequestLife(client, id, hash);
  if (life === undefined) {
    throw new CommandError(
      `no open request has the number ${id}: it was never made, or is closed; its events say how it ended`,
    );
  }
  if (stores.store === undefined) {
    output.result({ block: { number, hash }, ...life }, () => picture(life, number));
    return true;
  }
  const referee = createReferee();
  const content = await contentOfRequest(client, life, await client.blocks.header(hash), {
    store: contentOf(stores, referee, output),
    referee,
    ...(signal === undefined ? {} : { signal }),
  });
  output.result({ block: { number, hash }, ...life, content }, () =>
    [picture(life, number), ...contentInWords(content)].join('\n'),
  );
  return true;
};

const show = async (
  id: bigint,
  on: string,
  stores: StoreFlags,
  output: Output,
): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  try {
    const client = await connect(on, { signal });
    const leave = () => void client.disconnect();
    signal.addEventListener('abort', leave, { once: true });
    try {
      signal.throwIfAborted();
      return await showRequest(client, id, output, stores, signal);
    } finally {
      signal.removeEventListener('abort', leave);
      await client.disconnect();
    }
  } finally {
    release();
  }
};

const modelId = (text: string): `0x${string}` => {
  if (/^0x[0-9a-f]{64}$/.test(text)) return text as `0x${string}`;
  throw new InvalidArgumentError('the id of a model: 0x and 64 lower-case hex digits');
};

const tokenAmount = (text: string): number => {
  const value = Number(text);
  if (/^\d+(\.\d{1,6})?$/.test(text) && value <= 1_000_000_000) return value;
  throw new InvalidArgumentError('an amount in tokens, at most six decimal places');
};

const onOption = () =>
  new Option('--on <url>', 'a node of the chain').argParser(endpoint).default(ENDPOINT);

/** Adds the commands. */
export const addRequestCommands = (program: Command, run: Run): void => {
  const request = program
    .command('request')
    .description('ask, and look at requests')
    .addHelpText(
      'after',
      examples(
        'veritrace request show 7',
        'veritrace request submit 0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b --input input.bin --key env:USER_KEY --final',
      ),
    );
  request
    .command('submit')
    .description('ask a registered model and print its answer')
    .addHelpText(
      'after',
      examples(
        'veritrace request submit 0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b --compiled scenarios/models/digits-cnn/compiled --input scenarios/inputs/digits/samples/7-0.png --key env:USER_KEY --final',
        'veritrace request submit 0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b --input input.bin --key file:user.key --redundancy 2 --max-price 2.5',
      ),
    )
    .argument('<id>', 'the id of the model', modelId)
    .requiredOption(
      '--input <file...>',
      "a file for each of the model's inputs: its bytes or, with --compiled, a .png or .json",
    )
    .addOption(onOption())
    .addOption(secretOption('--key <source>', "the user's key").makeOptionMandatory())
    .option('--compiled <dir>', 'the compiled model, which pictures and numbers are made inputs by')
    .option('--latest', 'the id is that of a family, whose latest version is asked', false)
    .addOption(
      new Option('--redundancy <number>', 'how many workers compute it')
        .argParser(wholeBetween(1, 64))
        .default(1),
    )
    .addOption(
      new Option(
        '--max-price <tokens>',
        'most that all workers together may cost (default: the present price)',
      ).argParser(tokenAmount),
    )
    .option('--by-root', 'name the inputs by their roots and put them into the stores', false)
    .option('--no-publish', 'do not publish them when a worker cannot get them')
    .addOption(storeOption())
    .addOption(ownStoresOption())
    .option('--final', 'wait until nobody can contradict it any more and everyone is paid', false)
    .addOption(jsonOption())
    .action(
      (
        model: `0x${string}`,
        {
          on,
          key,
          json,
          compiled,
          maxPrice,
          ...options
        }: Omit<SubmitOptions, 'endpoint' | 'key' | 'compiled' | 'maxPrice'> & {
          on: string;
          key: SecretSource;
          json: boolean;
          compiled?: string;
          maxPrice?: number;
        },
      ) =>
        run(json, (output) =>
          requestSubmit(
            model,
            { ...options, endpoint: on, key: readSecretAt(key), compiled, maxPrice },
            output,
          ),
        ),
    );
  request
    .command('show')
    .description('show the whole life of an open request')
    .addHelpText(
      'after',
      examples(
        'veritrace request show 7',
        'veritrace request show 7 --on ws://10.0.0.5:9944 --store kept',
      ),
    )
    .argument('<id>', 'the number of the request', requestId)
    .addOption(onOption())
    .addOption(storeOption())
    .addOption(ownStoresOption())
    .addOption(jsonOption())
    .action((id: bigint, { on, json, ...stores }: StoreFlags & { on: string; json: boolean }) =>
      run(json, (output) => show(id, on, stores, output)),
    );
};
