/** `veritrace request show ID --on URL`: a request's whole life, as the chain has it now. */
import { formatUnits, TOKEN } from '@veritrace/harness';
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
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import type { Run } from '../program.ts';
import { table } from '../table.ts';

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
): Promise<boolean> => {
  const { number, hash } = client.heads.current('best');
  const life = await getRequestLife(client, id, hash);
  if (life === undefined) {
    throw new CommandError(
      `no open request has the number ${id}: it was never made, or is closed; its events say how it ended`,
    );
  }
  output.result({ block: { number, hash }, ...life }, () => picture(life, number));
  return true;
};

const show = async (id: bigint, on: string, output: Output): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  try {
    const client = await connect(on);
    const leave = () => void client.disconnect();
    signal.addEventListener('abort', leave, { once: true });
    try {
      signal.throwIfAborted();
      return await showRequest(client, id, output);
    } finally {
      signal.removeEventListener('abort', leave);
      await client.disconnect();
    }
  } finally {
    release();
  }
};

/** Adds the command. */
export const addRequestCommands = (program: Command, run: Run): void => {
  const request = program.command('request').description('look at requests');
  request
    .command('show')
    .description('show the whole life of an open request')
    .argument('<id>', 'the number of the request', requestId)
    .addOption(
      new Option('--on <url>', 'a node of the chain').argParser(endpoint).default(ENDPOINT),
    )
    .addOption(new Option('--json', 'print one JSON document on standard output').default(false))
    .action((id: bigint, options: { on: string; json: boolean }) =>
      run(options.json, (output) => show(id, options.on, output)),
    );
};
