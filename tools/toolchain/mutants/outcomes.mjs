// What became of each mutant: kept beside the build, a line each time one is tried, so that a later run can go on.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const bookOf = (folder) => join(folder, 'outcomes.jsonl');

/** The last outcome of each mutant, by its key. */
export const readOutcomes = (folder) => {
  if (!existsSync(bookOf(folder))) return new Map();
  const lines = readFileSync(bookOf(folder), 'utf8').split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const { key, name: _name, ...outcome } = JSON.parse(line);
      return [key, outcome];
    }),
  );
};

export const appendOutcome = (folder, { key, name }, outcome) => {
  appendFileSync(bookOf(folder), `${JSON.stringify({ key, name, ...outcome })}\n`);
};

const KINDS = ['caught', 'timeout', 'missed', 'unviable', 'untried', 'justified'];

const none = () => Object.fromEntries(KINDS.map((kind) => [kind, 0]));

/** Counts by file and in all, and the names of those that no test noticed. */
export const summarise = ({ mutants, justified, outcomes }) => {
  const files = new Map();
  const total = none();
  const missed = [];
  const count = (file, kind) => {
    const counts = files.get(file) ?? none();
    files.set(file, counts);
    counts[kind] += 1;
    total[kind] += 1;
  };
  for (const mutant of mutants) {
    const said = outcomes.get(mutant.key)?.outcome;
    const kind = said === 'unreached' ? 'missed' : KINDS.includes(said) ? said : 'untried';
    count(mutant.file, kind);
    if (kind === 'missed') missed.push(mutant.name);
  }
  for (const mutant of justified) count(mutant.file, 'justified');
  return {
    files: [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([file, counts]) => ({ file, ...counts })),
    total,
    score: scoreOf(total),
    missed,
  };
};

/**
 * Of the mutants that a test could notice, the share that one did. There is none while some are untried: those that quick
 * tests do not catch are tried last, and what is left of them would make the share look larger than it is.
 */
const scoreOf = ({ caught, timeout, missed, untried }) =>
  untried > 0 || caught + timeout + missed === 0
    ? undefined
    : (caught + timeout) / (caught + timeout + missed);

const percent = (score) => (score === undefined ? '–' : `${(100 * score).toFixed(1)} %`);

/** A table in Markdown. */
export const renderOutcomes = ({ files, total, score, missed }) => {
  const row = (name, counts, share) =>
    `| ${[name, counts.caught, counts.timeout, counts.missed, counts.justified, counts.unviable, counts.untried, percent(share)].join(' | ')} |`;
  return [
    '| file | caught | endless | missed | justified | do not compile | not tried | score |',
    '|---|---|---|---|---|---|---|---|',
    ...files.map((file) => row(`\`${file.file.replace(/^pallets\//, '')}\``, file, scoreOf(file))),
    row('all', total, score),
    ...(missed.length === 0 ? [] : ['', 'Missed:', '', ...missed.map((name) => `- \`${name}\``)]),
  ].join('\n');
};
