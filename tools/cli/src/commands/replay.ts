/** `veritrace replay RECORD` */
import { readFile } from 'node:fs/promises';
import {
  type ClaimVerdict,
  formatUnits,
  plain,
  type Rehearsal,
  type ReplayOptions,
  type ReplayReport,
  rehearse,
  replayRecord,
  type ShownBlock,
  showBlock,
  TOKEN,
} from '@veritrace/harness';
import { describeDifference, RecordDiffers } from '@veritrace/replay';
import colors from 'picocolors';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';

export interface ReplayFlags {
  expectRoot?: string;
  models?: string[];
  /** Shows this block. */
  block?: number;
  /** A runtime to rehearse with. */
  against?: string;
  /** The first block that it executes. */
  from?: number;
  quiet: boolean;
}

const amount = (units: bigint): string => formatUnits(units, TOKEN.decimals);

/** What a claim turned out to be, in words. */
const truthOf = ({ truth }: ClaimVerdict): string => {
  switch (truth.kind) {
    case 'true':
      return colors.green('true');
    case 'false':
      return colors.red(`false at node ${truth.node}`);
    case 'false-in-page':
      return colors.red(
        `false in page ${truth.page} (nodes ${truth.firstNode} to ${truth.lastNode})`,
      );
    case 'false-somewhere':
      return colors.red('false');
    case 'unknown':
      return colors.yellow(`not known: ${truth.reason}`);
  }
};

const costOf = ({ truth, conviction }: ClaimVerdict): string => {
  if (conviction === undefined) {
    return truth.kind === 'true' || truth.kind === 'unknown'
      ? ''
      : colors.yellow('nobody proved it on chain');
  }
  const { challenger, evidence, subject, transactions, block, paid, burned, paidTo } = conviction;
  const how = evidence === 'Silence' ? 'by silence' : 'by contradiction';
  const to = paidTo.map(({ who, amount: got }) => `${amount(got)} to ${who}`).join(', ');
  return `convicted ${how} at ${subject} by ${challenger} in block ${block}, ${
    transactions === 1 ? '1 transaction' : `${transactions} transactions`
  }; lost ${amount(paid + burned)} (${to === '' ? `${amount(paid)} to others` : to}, ${amount(burned)} burned)`;
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** The report for people. */
const picture = (report: ReplayReport): string => {
  const { chain, claims, proofs, invariants, difference } = report;
  const mark = (held: boolean) => (held ? colors.green('✓') : colors.red('✗'));
  const lines = [
    ...(difference === undefined
      ? []
      : [`${mark(false)} ${colors.red(describeDifference(difference))}`]),
    `${mark(report.root !== undefined)} ${report.files} files, ${megabytes(report.bytes)}, root ${report.root ?? 'not computed'}`,
  ];
  if (chain.base !== undefined && chain.last !== undefined) {
    const runtimes = chain.runtimes
      .map(({ name, version, from }) => `${name} ${version} from block ${from}`)
      .join(', ');
    lines.push(
      `${mark(difference === undefined)} ${chain.blocks} blocks executed again on ${chain.name}: ${chain.extrinsics} extrinsics, ${chain.events} events, every state root compared${chain.seals === 0 ? '' : `, ${chain.seals} seals verified`}; ${runtimes}`,
      ...(chain.unread === 0
        ? []
        : [
            colors.yellow(
              `  ${chain.unread} blocks are of an earlier runtime: executed, but no claims judged and no invariants checked`,
            ),
          ]),
      `  block ${chain.base.number}: state root ${chain.base.root}`,
      `  block ${chain.last.number}: state root ${chain.last.root}`,
    );
  }
  if (claims.length > 0) {
    lines.push('', colors.bold('Claims'));
    const rows = claims.map((claim) => [
      claim.request,
      claim.worker,
      claim.block,
      truthOf(claim),
      costOf(claim),
    ]);
    lines.push(
      table(['request', 'worker', 'block', 'computed again', 'what came of it'], rows),
      '',
    );
  }
  if (proofs.accepted + proofs.rejected > 0) {
    lines.push(
      `${mark(true)} proofs checked again: ${proofs.accepted} hold, ${proofs.rejected} do not, as the chain said`,
    );
  }
  if (invariants.checked > 0) {
    lines.push(
      `${mark(invariants.violated.length === 0)} ${invariants.checked} checks of invariants, ${invariants.violated.length} violated`,
      ...invariants.violated
        .slice(0, 10)
        .map(({ invariant, block, detail }) =>
          colors.red(`  block ${block}, ${invariant}: ${detail}`),
        ),
    );
  }
  const seconds = report.durationMs / 1000;
  lines.push(
    `${(chain.blocks / Math.max(seconds, 0.001)).toFixed(1)} blocks a second: ${seconds.toFixed(1)} s, ${(report.executingMs / 1000).toFixed(1)} s of it executing`,
    report.passed ? colors.green('everything is as recorded') : colors.red('NOT as recorded'),
  );
  return lines.join('\n');
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(plain(value)) ?? 'nothing';
  return text.length > 160 ? `${text.slice(0, 160)}… (${text.length} characters)` : text;
};

/** One block for people. */
const blockPicture = ({ number, hash, stateRoot, extrinsics, events, storage }: ShownBlock) =>
  [
    colors.bold(`block ${number} ${hash}`),
    `state root ${stateRoot}, as it was computed`,
    '',
    colors.bold(`${extrinsics.length} extrinsics`),
    ...extrinsics.map(
      ({ call, signer, arguments: given }, index) =>
        `  ${index} ${colors.cyan(call)} ${signer === undefined ? '' : `by ${signer} `}${colors.dim(shown(given))}`,
    ),
    '',
    colors.bold(`${events.length} events`),
    ...events.map(
      ({ phase, event, data }) =>
        `  ${colors.dim(phase.padEnd(13))} ${colors.cyan(event)} ${colors.dim(shown(data))}`,
    ),
    '',
    colors.bold(`${storage.length} values of the storage changed`),
    ...storage.flatMap(({ item, keys, before, after }) => [
      `  ${colors.cyan(item)} ${keys.map(shown).join(', ')}`,
      `    ${colors.red('-')} ${shown(before)}`,
      `    ${colors.green('+')} ${shown(after)}`,
    ]),
  ].join('\n');

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} (${count})`)
    .join(', ');

/** So much of a text that a table stays one. */
const short = (text: string): string => (text.length > 72 ? `${text.slice(0, 72)}…` : text);

/** Changed extrinsics that people are shown. */
const MOST_ROWS = 30;

/** A rehearsal for people. */
const rehearsalPicture = (report: Rehearsal): string => {
  const { from, to, at, blocks, extrinsics, stopped, migrated, results, events, storage } = report;
  const rows = results
    .slice(0, MOST_ROWS)
    .map(({ block, index, call, recorded, rehearsed }) => [
      block,
      index,
      call,
      short(recorded),
      short(rehearsed),
    ]);
  return [
    `${blocks} blocks with ${extrinsics} extrinsics under ${to.name} ${to.version} from block ${at} on, recorded under ${from.name} ${from.version}; signatures taken as good`,
    ...(stopped === undefined
      ? []
      : [colors.red(`block ${stopped.block} could not be executed: ${stopped.reason}`)]),
    ...(from.version === to.version ? [] : [`Its first block changed ${counted(migrated)}`]),
    ...(rows.length === 0
      ? []
      : ['', table(['block', 'extrinsic', 'call', 'recorded', 'rehearsed'], rows)]),
    ...(results.length > MOST_ROWS ? [`… and ${results.length - MOST_ROWS} more`] : []),
    ...Object.entries(events).map(
      ([name, { recorded, rehearsed }]) =>
        `event ${name}: ${recorded} times, rehearsed ${rehearsed}`,
    ),
    ...Object.entries(storage).map(
      ([name, { onlyRecorded, onlyRehearsed, changed }]) =>
        `storage ${name}: ${changed} values are others, ${onlyRecorded} are no more, ${onlyRehearsed} are new`,
    ),
    report.isSame
      ? colors.green('nothing else changes')
      : `${results.length} extrinsics, ${Object.keys(events).length} kinds of events and ${Object.keys(storage).length} items of storage are different`,
  ].join('\n');
};

/** How often progress is told, in milliseconds. */
const TELL_MS = 2_000;

/** Replays a record. Returns whether everything is as recorded; of a rehearsal, whether it came to its end. */
export const replay = async (
  record: string,
  { expectRoot, models, block, against, from, quiet }: ReplayFlags,
  output: Output,
): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  let told = performance.now();
  const options: ReplayOptions = {
    expectRoot,
    ...(models === undefined ? {} : { models }),
    signal,
    onProgress: (done, of) => {
      if (quiet || (performance.now() - told < TELL_MS && done !== of)) return;
      told = performance.now();
      output.note(colors.dim(`· ${done} of ${of} blocks`));
    },
  };
  try {
    if (block !== undefined) {
      const one = await showBlock(record, block, options);
      output.result(one, () => blockPicture(one));
      return true;
    }
    if (against !== undefined) {
      const code = new Uint8Array(await readFile(against));
      const rehearsal = await rehearse(record, code, { ...options, at: from });
      output.result(rehearsal, () => rehearsalPicture(rehearsal));
      return rehearsal.stopped === undefined;
    }
    const report = await replayRecord(record, options);
    output.result(report, () => picture(report));
    return report.passed;
  } catch (error) {
    if (!(error instanceof RecordDiffers)) throw error;
    const { difference } = error;
    output.result({ record, passed: false, difference }, () => colors.red(error.message));
    return false;
  } finally {
    release();
  }
};
