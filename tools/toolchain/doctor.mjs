#!/usr/bin/env node
// `npm run doctor`, `npx veritrace doctor`: what is installed, what is missing, what to do. Works where nothing is
// installed. Exit code 0 when all that `npm start` needs is there, 1 when something is missing.
//   --json   one JSON document on standard output
import { pathToFileURL } from 'node:url';
import { CHECKS } from './doctor/checks.mjs';
import { examine } from './doctor/examine.mjs';
import { machineProbes } from './doctor/probes.mjs';
import { render } from './doctor/render.mjs';

const HELP = `Usage: veritrace doctor [--json]

Says what is installed, what is missing and what to do. Exit code 0: nothing that npm start needs is missing.`;

/** Runs the doctor with these arguments. Resolves to the exit code. */
export const doctor = async (args) => {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return 0;
  }
  const unknown = args.find((arg) => arg !== '--json');
  if (unknown !== undefined) {
    console.error(`doctor does not know ${unknown}\n\n${HELP}`);
    return 2;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort());
  const report = await examine(CHECKS, machineProbes({ signal: interrupted.signal }));
  if (interrupted.signal.aborted) return 130;
  console.log(args.includes('--json') ? JSON.stringify(report, null, 2) : render(report));
  return report.ready.start ? 0 : 1;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await doctor(process.argv.slice(2));
}
