// The doctor's report, for people.
import { PURPOSE_WORDS, PURPOSES } from './examine.mjs';

const SIGNS = { ok: '✓', warning: '!', missing: '✗', unknown: '?' };
const WIDTH = 17;

const linesOf = ({ name, what, verdict, found, remedy }) => [
  ` ${SIGNS[verdict]} ${name.padEnd(WIDTH)} ${found}`,
  ...(verdict === 'ok' ? [] : [`   ${' '.repeat(WIDTH)} (${what})`]),
  ...(remedy ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => `   ${' '.repeat(WIDTH)} ${index === 0 ? '→' : ' '} ${line}`),
];

/** Checks that nothing needs: they were asked for. */
const askedFor = (checks) => {
  const asked = checks.filter(({ neededFor }) => neededFor.length === 0);
  return asked.length === 0 ? [] : ['Asked for', ...asked.flatMap(linesOf), ''];
};

/** Checks under the first purpose that needs them, then what can be done here. */
export const render = ({ ready, checks }) =>
  [
    ...PURPOSES.flatMap((purpose) => {
      const mine = checks.filter(({ neededFor }) => neededFor[0] === purpose);
      if (mine.length === 0) return [];
      const others = PURPOSES.slice(0, PURPOSES.indexOf(purpose));
      const besides = others.length === 0 ? '' : ', besides';
      return [`Needed for ${PURPOSE_WORDS[purpose]}${besides}`, ...mine.flatMap(linesOf), ''];
    }),
    ...askedFor(checks),
    ...PURPOSES.map((purpose) => {
      const lacks = checks.filter(
        ({ neededFor, verdict }) =>
          neededFor.includes(purpose) && (verdict === 'missing' || verdict === 'unknown'),
      );
      const state = ready[purpose]
        ? 'ready'
        : `not ready: ${lacks.map(({ name }) => name).join(', ')}`;
      return `${purpose.padEnd(10)} ${state}`;
    }),
  ].join('\n');
