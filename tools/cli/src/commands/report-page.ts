/** The page with a record inside. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  builtPage,
  type Embedded,
  type EmbeddedFiles,
  readRecordFolder,
  renderPage,
} from '@veritrace/dashboard';
import { nodesOf, plainJson, type RunReport, sealRecord } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import { CommandError, messageOf } from '../errors.ts';
import type { Output } from '../output.ts';

/** Costs of models in records that have none: what an earlier version wrote. */
const withNodes = async (folder: string, record: EmbeddedFiles): Promise<EmbeddedFiles> => {
  const names = Object.keys(record.files).flatMap(
    (path) => /^models\/([^/]+)\/manifest\.json$/.exec(path)?.[1] ?? [],
  );
  const files = { ...record.files };
  for (const name of names) {
    const path = `models/${name}/nodes.json`;
    if (path in files) continue;
    try {
      const loaded = createReferee().loadGraph(
        new Uint8Array(await readFile(join(folder, 'models', name, 'graph.bin'))),
      );
      files[path] = { text: plainJson(nodesOf(loaded)) };
      loaded.free();
    } catch {
      // Then the page says that there is no graph to draw.
    }
  }
  return { ...record, files };
};

/** Reads a record's folder for the page. Throws a `CommandError` when it is none. */
export const readRecord = async (folder: string): Promise<EmbeddedFiles> => {
  const record = await readRecordFolder(folder).catch(() => {
    throw new CommandError(
      `${folder}: no such folder. A record is the folder that \`veritrace scenario run\` names at its end`,
    );
  });
  const isRecord = ['summary.json', 'run.json', 'events.jsonl'].some(
    (name) => name in record.files,
  );
  if (!isRecord) {
    throw new CommandError(
      `${folder}: this is no record: it has no summary.json. A record is the folder that \`veritrace scenario run\` names at its end`,
    );
  }
  return withNodes(folder, record);
};

/** Largest result that is put beside a record. */
const MOST_ATTACHED = 64 * 1024 * 1024;

/** Reads results that are shown beside it, by file name. */
export const readAttached = async (files: readonly string[]): Promise<Record<string, string>> => {
  const read: Record<string, string> = {};
  for (const file of files) {
    const { size } = await stat(file);
    if (size > MOST_ATTACHED) {
      throw new CommandError(
        `${file}: ${size} bytes are too many for a page that is to be opened; ${MOST_ATTACHED} is the most`,
      );
    }
    read[basename(file)] = await readFile(file, 'utf8');
  }
  return read;
};

/** The page for such data. */
export const pageWith = async (data: Embedded, output: Output): Promise<string> =>
  renderPage(
    await builtPage({ onBuild: () => output.note('building the page, only this time') }),
    data,
  );

/**
 * Puts the page in the place of a record's plain report, which stays where the page cannot be built. The record, which has
 * another file then, gets its root anew.
 */
export const writeReportPage = async (
  report: Pick<RunReport, 'record' | 'recordRoot'>,
  output: Output,
): Promise<void> => {
  const { record: folder } = report;
  if (folder === undefined) return;
  try {
    const page = await pageWith({ record: await readRecord(folder) }, output);
    await writeFile(join(folder, 'report.html'), page);
    report.recordRoot = await sealRecord(folder);
  } catch (error) {
    output.note(
      `the report is the plain one, since its page could not be made: ${messageOf(error)}`,
    );
  }
};
