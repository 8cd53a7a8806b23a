/** `veritrace report RECORD` and `veritrace dashboard [RECORD|ws://…]`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { servePage } from '@veritrace/dashboard';
import { shownEndpoint } from '@veritrace/sdk';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from '../examples.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import type { Run } from '../program.ts';
import { jsonOption } from './json-option.ts';
import { pageWith, readAttached, readRecord } from './report-page.ts';

/** Writes the page with a record inside. */
export const report = async (
  record: string,
  { out, files }: { out: string; files: readonly string[] },
  output: Output,
): Promise<boolean> => {
  const page = await pageWith(
    { record: await readRecord(record), attachments: await readAttached(files) },
    output,
  );
  await mkdir(out, { recursive: true });
  const file = join(out, 'index.html');
  await writeFile(file, page);
  output.result({ record, page: file, bytes: Buffer.byteLength(page) }, () => `Report: ${file}`);
  return true;
};

const isAddress = (text: string): boolean => /^wss?:\/\//.test(text);

/** Serves the page until it is interrupted; a record is read anew whenever the page is loaded. */
export const dashboard = async (
  what: string | undefined,
  { port, files }: { port: number; files: readonly string[] },
  output: Output,
): Promise<boolean> => {
  const endpoints = what !== undefined && isAddress(what) ? what.split(',') : [];
  const record = endpoints.length === 0 ? what : undefined;
  const page = async () =>
    pageWith(
      {
        record: record === undefined ? undefined : await readRecord(record),
        attachments: await readAttached(files),
        endpoints,
      },
      output,
    );
  // What is wrong with it is told here, before anything is served.
  await page();
  const { signal, release } = onInterrupt();
  const served = await servePage(page, port).catch((error: unknown) => {
    release();
    throw error;
  });
  const url = `${served.url}${endpoints.length === 0 ? '' : '#/network'}`;
  output.result(
    { url, record, endpoints: endpoints.map(shownEndpoint) },
    () => `Dashboard: ${url}`,
  );
  output.note('until Ctrl-C');
  if (!signal.aborted) {
    await new Promise<void>((done) =>
      signal.addEventListener('abort', () => done(), { once: true }),
    );
  }
  await served.close();
  release();
  return true;
};

const portNumber = (text: string): number => {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value < 65_536) return value;
  throw new InvalidArgumentError('a port, from 0 (any that is free) to 65535');
};

const attached = () =>
  new Option(
    '--with <file...>',
    'results of benchmarks, reports of the gate or of model compile, shown beside it',
  ).default([], 'none');

export const addReportCommands = (program: Command, run: Run): void => {
  program
    .command('report')
    .description('write the page that shows a record, with the record inside')
    .argument('<record>', 'its folder')
    .requiredOption('--out <dir>', 'folder for index.html, made when missing')
    .addOption(attached())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'veritrace report records/demo-1-2026-11-26T10-25-50-058Z --out public',
        'veritrace report records/demo-1-2026-11-26T10-25-50-058Z --out public --with gate.json',
      ),
    )
    .action((record: string, options: { out: string; with: string[]; json: boolean }) =>
      run(options.json, (output) =>
        report(record, { out: options.out, files: options.with }, output),
      ),
    );
  program
    .command('dashboard')
    .description('serve the page on this machine: a record, a node to follow, or empty')
    .argument('[record]', "a record's folder, or ws://HOST:PORT (several with commas)")
    .addOption(
      new Option('--port <number>', 'where it listens').argParser(portNumber).default(8090),
    )
    .addOption(attached())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'veritrace dashboard records/demo-1-2026-11-26T10-25-50-058Z',
        'veritrace dashboard ws://127.0.0.1:9944 --port 0',
      ),
    )
    .action((what: string | undefined, options: { port: number; with: string[]; json: boolean }) =>
      run(options.json, (output) =>
        dashboard(what, { port: options.port, files: options.with }, output),
      ),
    );
};
