#!/usr/bin/env node
// `npm run doctor`, `npx veritrace doctor`: what is installed, what is missing, what to do. Works where nothing is
// installed. Exit code 0 when all that `npm start` needs is there, 1 when something is missing.
//   --json            one JSON document on standard output
//   --store PLACE...  whether these stores answer, too: folders and servers
import { pathToFileURL } from 'node:url';
import { CHECKS } from './doctor/checks.mjs';
import { examine } from './doctor/examine.mjs';
import { machineProbes } from './doctor/probes.mjs';
import { render } from './doctor/render.mjs';
import { storeChecks, storeProbe } from './doctor/stores.mjs';

const HELP = `Usage: veritrace doctor [--json] [--store PLACE...]

Says what is installed, what is missing and what to do, and whether the stores that are named answer. Exit code 0: nothing
that npm start needs is missing, and every store answers.`;

/** What the arguments say; the first that is not known stands in `unknown`. */
const read = (args) => {
  const places = [];
  let json = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at];
    if (arg === '--json') json = true;
    else if (arg === '--store') {
      const from = at + 1;
      while (at + 1 < args.length && !args[at + 1].startsWith('--')) at += 1;
      if (at < from) return { unknown: '--store without a place' };
      places.push(...args.slice(from, at + 1));
    } else return { unknown: arg };
  }
  return { json, places };
};

/** Runs the doctor with these arguments. Resolves to the exit code. */
export const doctor = async (args) => {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return 0;
  }
  const { unknown, json, places } = read(args);
  if (unknown !== undefined) {
    console.error(`doctor does not know ${unknown}\n\n${HELP}`);
    return 2;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort());
  const { signal } = interrupted;
  const report = await examine([...CHECKS, ...storeChecks(places)], {
    ...machineProbes({ signal }),
    store: storeProbe({ signal }),
  });
  if (signal.aborted) return 130;
  console.log(json ? JSON.stringify(report, null, 2) : render(report));
  const isMute = ({ neededFor, verdict }) => neededFor.length === 0 && verdict === 'missing';
  return report.ready.start && !report.checks.some(isMute) ? 0 : 1;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await doctor(process.argv.slice(2));
}
