/** Plain Zombienet tests, checked for what would make them pass whatever the network does. */
import { dirname, resolve } from 'node:path';
import { readDeclared } from '../../declared/load.ts';
import { InvalidFile, type Problem } from '../../declared/problem.ts';
import { loadNetwork } from '../spec/load.ts';

/** A test that can be run. */
export interface ZndslTest {
  file: string;
  description: string;
  /** Absolute path of the specification it is for. */
  network: string;
  /** Its assertions as they are written. */
  assertions: string[];
}

const HEADER = /^(Description|Network|Creds)\s*:\s*(.*)$/;

/** Assertions that a metric which does not exist satisfies: it reads as zero. */
const LENIENT =
  /\b(reports|histogram)\b.*\b(is\s+(equal to\s+)?0\b|(is\s+)?at least 0\b|(is\s+)?(lower|less|smaller) than\b|(is\s+)?at most\b|(is\s+)?below\b)/;

/**
 * Reads a test. Throws an `InvalidFile` with every mistake found: no network, nodes that it does not have, assertions
 * that cannot fail.
 */
export const loadZndsl = async (file: string): Promise<ZndslTest> => {
  const problems: Problem[] = [];
  const report = (line: number, message: string) =>
    problems.push({ file, line, column: 1, message });
  const lines = (await readDeclared(file)).split('\n');
  const header = (name: string) =>
    lines.map((line) => HEADER.exec(line)).find((match) => match?.[1] === name)?.[2];
  const named = header('Network');
  const network = named === undefined ? undefined : resolve(dirname(file), named);
  let nodes: string[] | undefined;
  if (network === undefined) {
    report(1, 'no network is named; write Network: ../networks/NAME.toml');
  } else {
    try {
      const { content } = await loadNetwork(network);
      nodes = content.relaychain.nodes.map(({ name }) => name);
    } catch (error) {
      if (!(error instanceof InvalidFile)) throw error;
      problems.push(...error.problems);
    }
  }
  const assertions: string[] = [];
  for (const [index, text] of lines.entries()) {
    const line = text.trim();
    if (line === '' || line.startsWith('#') || HEADER.test(line)) continue;
    assertions.push(line);
    const [, node = '', what = ''] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (nodes !== undefined && node !== '' && !nodes.includes(node)) {
      report(index + 1, `the network has no node "${node}" (${nodes.join(', ')})`);
    }
    if (LENIENT.test(what)) {
      report(
        index + 1,
        'a metric that does not exist reads as zero and would satisfy this; ask for at least 1, or for one more',
      );
    }
    if (/\breports\b.*\d\.\d/.test(what)) {
      report(index + 1, 'metrics are cut to whole numbers before they are compared; write one');
    }
    if (/\b(ts|js)-script\b/.test(what)) {
      report(
        index + 1,
        'scripts are neither type-checked nor able to import; write a suite in e2e/suites instead',
      );
    }
    if (/\b(pause|resume|restart)\b/.test(what)) {
      report(
        index + 1,
        'a test that joins a running network cannot strike its nodes; write a suite in e2e/suites instead',
      );
    }
  }
  if (assertions.length === 0) report(lines.length, 'nothing is asserted');
  if (problems.length > 0 || network === undefined) throw new InvalidFile(problems);
  return { file: resolve(file), description: header('Description') ?? '', network, assertions };
};
