/** A run on a page: who did what, what each was paid, what the cheats lost, and whether everything held. */
import { join, relative } from 'node:path';
import { type ActorReport, formatUnits, type RunReport, TOKEN } from '@veritrace/harness';
import { subjectText } from '@veritrace/sdk';
import colors from 'picocolors';
import { table } from './table.ts';

/** A path from the present folder where it lies below it, else as it is. */
const nearby = (path: string): string => {
  const way = relative('', path);
  return way.startsWith('..') ? path : way;
};

const amount = (units: bigint): string => {
  const text = formatUnits(units, TOKEN.decimals);
  const [whole = '0', fraction = ''] = text.split('.');
  return fraction.length > 3 ? `${whole}.${fraction.slice(0, 3)}` : text;
};

const orDash = (units: bigint): string => (units === 0n ? colors.dim('–') : amount(units));

const lost = (units: bigint): string =>
  units === 0n ? colors.dim('–') : colors.red(amount(units));

const gained = (units: bigint): string =>
  units === 0n ? colors.dim('–') : colors.green(amount(units));

const mark = (passed: boolean): string => (passed ? colors.green('✓') : colors.red('✗'));

const behaviour = ({ behaviour: kind }: ActorReport): string =>
  kind === 'honest' || kind === '' ? '' : colors.yellow(` (${kind})`);

/** Why an actor is poorer, apart from transaction fees. */
const losses = ({ spent, slashed, penalised, fined }: ActorReport): string => {
  const parts = [
    spent === 0n ? [] : [`${amount(spent)} price`],
    slashed === 0n ? [] : [`${lost(slashed)} slashed`],
    penalised === 0n ? [] : [`${lost(penalised)} no-show`],
    fined === 0n ? [] : [`${lost(fined)} fined`],
  ].flat();
  return parts.join(', ') || colors.dim('–');
};

const actorsTable = (report: RunReport): string =>
  table(
    ['who', '', 'did', 'received', 'paid or lost'],
    report.actors
      .filter(({ role, fees }) => role !== 'keeper' || fees > 0n)
      .map((actor) => [
        actor.name,
        `${actor.role}${behaviour(actor)}`,
        actor.did || colors.dim('nothing'),
        gained(actor.received),
        losses(actor),
      ]),
  );

const signed = (units: bigint): string => (units < 0n ? `−${amount(-units)}` : amount(units));

/** Everyone's money before and after, and whether it is what it must be. */
const moneyTable = (report: RunReport): string =>
  table(
    ['who', 'before', 'after', 'fees', 'net of fees', 'owed', '', 'must'],
    report.actors.map(({ name, before, after, fees, net, owed, held, ends }) => [
      name,
      amount(before),
      amount(after),
      orDash(fees),
      net === 0n ? colors.dim('–') : signed(net),
      owed === 0n ? colors.dim('–') : signed(owed),
      ends === 'any' ? colors.dim('–') : mark(held),
      ends,
    ]),
  );

const answer = ({ label, text }: RunReport['requests'][number]): string => {
  if (text !== undefined) return `"${text}"`;
  return label === undefined ? colors.dim('–') : String(label);
};

const requestsTable = (report: RunReport): string =>
  table(
    ['request', 'workers', 'answer', 'true', 'ends', 'paid', 'back', 'blocks'],
    report.requests.map((request) => {
      const settled = request.claims.filter((claim) => !claim.struck);
      const right = settled.length > 0 && settled.every((claim) => claim.true);
      const { blocks } = request;
      return [
        request.name,
        request.workers.join(', ') || colors.dim('–'),
        answer(request),
        settled.length === 0 ? colors.dim('–') : mark(right),
        request.error ?? request.state,
        orDash(request.paid),
        orDash(request.refunded),
        blocks?.closed === undefined ? colors.dim('–') : String(blocks.closed - blocks.submitted),
      ];
    }),
  );

const verdictLines = ({ verdicts }: RunReport): string[] =>
  verdicts.map(
    ({ worker, challenger, subject, transactions, request, paid, burned }) =>
      ` ${colors.yellow(worker)} lied about ${request} at ${subjectText(subject)}: ${challenger} proved it in ${colors.bold(
        `${transactions} transaction${transactions === 1 ? '' : 's'}`,
      )}; lost ${colors.red(amount(paid + burned))} (${amount(paid)} to others, ${amount(burned)} burned)`,
  );

const invariantLines = (report: RunReport): string[] => {
  const { violated, checked } = report.invariants;
  const names = report.verdictsOfInvariants.map(({ name, held }) => `${mark(held)} ${name}`);
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += 6) lines.push(` ${names.slice(at, at + 6).join('  ')}`);
  return [
    ...lines,
    ` ${checked} checks over ${report.blocks} blocks, ${violated.length} violated`,
    ...violated
      .slice(0, 10)
      .map(({ invariant, block, detail }) =>
        colors.red(` block ${block}, ${invariant}: ${detail}`),
      ),
  ];
};

const atLine = (line: number | undefined): string =>
  line === undefined ? '' : colors.dim(` (line ${line})`);

/** Those that were met in a line, the others with what was found instead. */
const expectationLines = ({ expectations }: RunReport): string[] => {
  const failed = expectations.filter(({ passed }) => !passed);
  return [
    ` ${mark(failed.length === 0)} ${expectations.length - failed.length} of ${expectations.length} met`,
    ...failed.map(
      ({ name, detail, line }) => ` ${mark(false)} ${name}: ${colors.red(detail)}${atLine(line)}`,
    ),
  ];
};

/** The whole page; amounts in tokens. */
export const summary = (report: RunReport): string => {
  const title = (text: string) => colors.bold(colors.cyan(text));
  const part = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title(name), ...lines];
  return [
    `${mark(report.passed)} ${colors.bold(report.scenario)}: ${report.description.trim()}`,
    ...part(`Who did what (${TOKEN.symbol})`, [actorsTable(report)]),
    ...part(`Money before and after (${TOKEN.symbol})`, [moneyTable(report)]),
    ...part('Requests', [requestsTable(report)]),
    ...part('Verdicts', verdictLines(report)),
    ...part('Expectations', expectationLines(report)),
    ...part('Invariants after every block', invariantLines(report)),
    '',
    `Step limit ${report.stepLimit} bytes: nodes with more input take three transactions. Burned ${amount(report.burned)} ${TOKEN.symbol}.`,
    `${report.blocks} blocks in ${(report.durationMs / 1000).toFixed(1)} s, seed ${report.seed}, ${report.driver} driver.`,
    ...(report.record === undefined
      ? []
      : [
          `Record: ${nearby(report.record)}`,
          ...(report.recordRoot === undefined ? [] : [`        root ${report.recordRoot}`]),
          `Report: ${nearby(join(report.record, 'report.html'))}`,
        ]),
  ].join('\n');
};

/** What a line about a run is made from; its JSON document has it too. */
export type Outline = Pick<
  RunReport,
  'scenario' | 'passed' | 'expectations' | 'blocks' | 'durationMs'
> & { invariants: Pick<RunReport['invariants'], 'violated'> };

/** One line of a run among several. */
export const line = ({
  scenario,
  passed,
  expectations,
  invariants: { violated },
  blocks,
  durationMs,
}: Outline): string => {
  const failed = expectations.filter((one) => !one.passed);
  return [
    `${mark(passed)} ${scenario.padEnd(24)} ${expectations.length - failed.length}/${expectations.length} expectations, ${violated.length} violations, ${blocks} blocks, ${(durationMs / 1000).toFixed(1)} s`,
    ...failed.map(
      ({ name, detail, line }) => `${colors.red(`    ${name}: ${detail}`)}${atLine(line)}`,
    ),
    ...violated
      .slice(0, 5)
      .map(({ invariant, block, detail }) =>
        colors.red(`    block ${block}, ${invariant}: ${detail}`),
      ),
  ].join('\n');
};
