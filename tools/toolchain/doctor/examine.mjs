// Runs checks and says what they mean. A check looks at one thing through probes, which are given to it, and judges:
//   { verdict: 'ok' | 'warning' | 'missing' | 'unknown', found: string, remedy?: string }
// `warning` is worth knowing and stops nothing; `unknown` means that it could not be looked at because of another check.

/** What things can be needed for, in the order in which people come to them. */
export const PURPOSES = ['start', 'test', 'networks', 'benchmarks'];

/** What each purpose is, in words. */
export const PURPOSE_WORDS = {
  start: '`npm start` and the veritrace command',
  test: '`npm test`',
  networks: 'networks of real nodes',
  benchmarks: 'benchmarks and the gate',
};

const messageOf = (error) => (error instanceof Error ? error.message : String(error));

const look = async (check, probes) => {
  try {
    return await check.look(probes);
  } catch (error) {
    // A probe that fails tells of something broken: that is a finding, not the doctor's end.
    return {
      verdict: 'missing',
      found: `it does not work: ${messageOf(error)}`,
      remedy: check.remedy,
    };
  }
};

/**
 * Runs every check, each after those it names in `after`; one that is missing there leaves it unknown. Resolves to the
 * findings in the order of the checks, and for each purpose whether everything needed is there.
 */
export const examine = async (checks, probes) => {
  const running = new Map();
  const byName = new Map(checks.map((check) => [check.name, check]));
  const resultOf = (check) => {
    const known = running.get(check.name);
    if (known !== undefined) return known;
    const result = (async () => {
      for (const name of check.after ?? []) {
        const earlier = await resultOf(byName.get(name));
        if (earlier.verdict === 'missing' || earlier.verdict === 'unknown') {
          return { verdict: 'unknown', found: `not looked at: it needs ${name}` };
        }
      }
      return look(check, probes);
    })();
    running.set(check.name, result);
    return result;
  };
  const findings = await Promise.all(
    checks.map(async (check) => {
      const { verdict, found, remedy } = await resultOf(check);
      return {
        name: check.name,
        what: check.what,
        neededFor: check.neededFor,
        verdict,
        found,
        ...(remedy === undefined || verdict === 'ok' ? {} : { remedy }),
      };
    }),
  );
  return {
    ready: Object.fromEntries(
      PURPOSES.map((purpose) => [
        purpose,
        findings
          .filter(({ neededFor }) => neededFor.includes(purpose))
          .every(({ verdict }) => verdict === 'ok' || verdict === 'warning'),
      ]),
    ),
    checks: findings,
  };
};
