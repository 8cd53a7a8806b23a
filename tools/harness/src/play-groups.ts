/** Plays groups of liars made from seeds, as many as one likes (npm run groups). */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GROUPS, groupScenario } from './behaviours/groups.ts';
import { createEmbeddedDriver, endEmbedded } from './embedded/driver.ts';
import { play } from './run/play.ts';

const USAGE = `npm run groups -- [--seeds N] [--from SEED] [--json]

Plays groups of seven workers, of which one, two or five lie, together and not, with one honest challenger.
  --seeds N    how many seeds, five groups each (default: 1)
  --from SEED  the first of them (default: 1)
  --json       one document on standard output
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
if (values.help) {
  process.stdout.write(USAGE);
} else if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from) || from < 0) {
  process.stderr.write(`--seeds and --from are whole numbers\n${USAGE}`);
  process.exitCode = 2;
} else {
  const scenarios = fileURLToPath(new URL('../../../scenarios/', import.meta.url));
  const outcomes: {
    group: string;
    seed: number;
    passed: boolean;
    lies: number;
    unmet: string[];
  }[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) {
    for (const options of GROUPS) {
      const loaded = groupScenario(options, seed, scenarios);
      const { passed, requests, expectations, invariants } = await play(loaded, {
        driver: createEmbeddedDriver(),
        seed,
        record: undefined,
      });
      const lies = requests.flatMap(({ claims }) => claims).filter((claim) => !claim.true).length;
      const unmet = [
        ...expectations.filter((one) => !one.passed).map((one) => `${one.name}: ${one.detail}`),
        ...invariants.violated.map((one) => `block ${one.block}, ${one.invariant}: ${one.detail}`),
      ];
      outcomes.push({ group: loaded.scenario.name, seed, passed, lies, unmet });
      process.stderr.write(
        `${passed ? '✓' : '✗'} ${loaded.scenario.name}: ${lies} lies${passed ? ', all struck' : unmet.map((one) => `\n    ${one}`).join('')}\n`,
      );
    }
  }
  await endEmbedded();
  const failed = outcomes.filter(({ passed }) => !passed).length;
  if (values.json) process.stdout.write(`${JSON.stringify(outcomes, undefined, 2)}\n`);
  else {
    const lies = outcomes.reduce((sum, one) => sum + one.lies, 0);
    process.stdout.write(`${outcomes.length} groups, ${lies} lies, ${failed} failed\n`);
  }
  if (failed > 0) process.exitCode = 1;
}
