/** Why a story did not come to its end, and what to look at. */
import type { RunReport } from '@veritrace/harness';
import colors from 'picocolors';

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

/** Lines about a run that stopped; none about one that came to its end. */
export const failure = ({ failure: situation, scenario, record }: RunReport): string[] => {
  if (situation === undefined) return [];
  const { reason, state, daemons, nodes } = situation;
  const logs = [
    ...daemons.map(({ actor, lines }) => ({ who: actor, lines })),
    ...nodes.map(({ node, lines }) => ({ who: node, lines })),
  ];
  return [
    colors.red(`${scenario} stopped: ${reason}`),
    '  last state seen:',
    ...indented(state),
    ...logs.flatMap(({ who, lines }) =>
      lines.length === 0 ? [] : [`  last lines of ${who}:`, ...indented(lines)],
    ),
    ...(record === undefined ? [] : [`  record: ${record}`]),
  ];
};
