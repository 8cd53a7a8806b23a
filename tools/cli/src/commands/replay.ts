/** `veritrace replay RECORD` */
import {
  type ClaimVerdict,
  formatUnits,
  type ReplayReport,
  replayRecord,
  TOKEN,
} from '@veritrace/harness';
import { describeDifference } from '@veritrace/replay';
import colors from 'picocolors';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';

export interface ReplayFlags {
  expectRoot?: string;
  models?: string[];
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
      `${mark(difference === undefined)} ${chain.blocks} blocks executed again on ${chain.name}: ${chain.extrinsics} extrinsics, ${chain.events} events, every state root compared; ${runtimes}`,
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

/** How often progress is told, in milliseconds. */
const TELL_MS = 2_000;

/** Replays a record. Returns whether everything is as recorded. */
export const replay = async (
  record: string,
  { expectRoot, models, quiet }: ReplayFlags,
  output: Output,
): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  let told = performance.now();
  try {
    const report = await replayRecord(record, {
      expectRoot,
      ...(models === undefined ? {} : { models }),
      signal,
      onProgress: (block, of) => {
        if (quiet || (performance.now() - told < TELL_MS && block !== of)) return;
        told = performance.now();
        output.note(colors.dim(`· ${block} of ${of} blocks`));
      },
    });
    output.result(report, () => picture(report));
    return report.passed;
  } finally {
    release();
  }
};
