/**
 * A daemon's lasting memory: JSON lines, appended and synced to disk before what they announce is done, replayed at
 * start. A line torn by a crash is the last one and is dropped.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Hex, SignedCall } from '@veritrace/sdk';

/** A thing worth remembering. Digests and byte strings are hex, request ids decimal. */
export type Entry =
  /** What will be published for a request; written before anything is sent. */
  | {
      type: 'prepared';
      request: string;
      /** Tells requests of one number on different forks apart. */
      identity: Hex;
      leaves: Hex[];
      outputs: Hex[];
      outputRoot: Hex;
      salt: Hex;
      /** Where one journal serves several workers: the chain's genesis, the worker's account, the block it was asked in. */
      owner?: { chain: Hex; worker: Hex; block: number };
    }
  /** A transaction is about to be sent. */
  | { type: 'signed'; action: string; identity: string; request: string; signed: SignedCall }
  /** It was included, or it can be included no more. */
  | { type: 'closed'; action: string; hash: Hex; outcome: 'included' | 'failed' | 'expired' }
  /** A proof was not accepted: it is not sent again. */
  | { type: 'rejected'; action: string; identity: string; request: string }
  /** A claim was looked at. `fault` is where it is wrong: a node or, where the trace is revealed by pages, a page. */
  | { type: 'assessed'; request: string; worker: string; identity: string; fault: number | null }
  /** A claim is about to be accused under seal; written before the seal is sent. */
  | {
      type: 'sealed';
      request: string;
      identity: string;
      traceRoot: Hex;
      /** The node, or the page. */
      place: number;
      salt: Hex;
    }
  /** Nothing about this request matters any more; when an identity is given, nothing about that one. */
  | { type: 'forgotten'; request: string; identity?: Hex };

/** What daemons before runtime version 2 wrote otherwise: a seal was over a node, there being no pages. */
export type EarlierEntry = Omit<Extract<Entry, { type: 'sealed' }>, 'place'> & { node: number };

/** A journal has a line that no daemon wrote. The message says which, and what to do. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

const TYPES: Record<Entry['type'], true> = {
  prepared: true,
  signed: true,
  closed: true,
  rejected: true,
  assessed: true,
  sealed: true,
  forgotten: true,
};

const isEntry = (value: unknown): value is Entry | EarlierEntry =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  Object.hasOwn(TYPES, value.type);

const presentForm = (entry: Entry | EarlierEntry): Entry => {
  if (entry.type !== 'sealed' || !('node' in entry)) return entry;
  const { node: place, ...rest } = entry;
  return { ...rest, place };
};

export interface Journal {
  /** What was written before, oldest first. */
  entries(): readonly Entry[];
  /** Appends and syncs. When this returns, the entry survives a crash. */
  append(entry: Entry): void;
  /** Replaces everything by these, atomically. */
  compact(entries: readonly Entry[]): void;
  close(): void;
}

/** A journal in memory, for tests and for runs whose memory may end with the process. */
export const createMemoryJournal = (initial: readonly (Entry | EarlierEntry)[] = []): Journal => {
  let entries = initial.map(presentForm);
  return {
    entries: () => entries,
    append: (entry) => {
      entries.push(entry);
    },
    compact: (kept) => {
      entries = [...kept];
    },
    close: () => undefined,
  };
};

const writeAll = (file: number, text: string): void => {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  fsyncSync(file);
};

const line = (entry: Entry): string => `${JSON.stringify(entry)}\n`;

const syncFolder = (path: string): void => {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

/**
 * Opens a journal file, made when missing, readable by its owner alone (it holds salts). Throws a `JournalError`
 * naming the line when one that is not the last is none.
 */
export const openJournal = (path: string): Journal => {
  mkdirSync(dirname(path), { recursive: true });
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  // What follows the last line end was torn by a crash.
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  let entries = lines.map((each, index): Entry => {
    try {
      const written: unknown = JSON.parse(each);
      if (!isEntry(written)) throw new SyntaxError('it has no type of an entry');
      return presentForm(written);
    } catch (cause) {
      throw new JournalError(
        `${path}:${index + 1}: not a journal entry. The file was changed by something else; restore it, or move it ` +
          'away if no request is open.',
        { cause },
      );
    }
  });

  const rewrite = (kept: readonly Entry[]): void => {
    const fresh = `${path}.new`;
    const out = openSync(fresh, 'w', 0o600);
    try {
      writeAll(out, kept.map(line).join(''));
    } finally {
      closeSync(out);
    }
    renameSync(fresh, path);
    syncFolder(path);
  };

  rewrite(entries);
  let file = openSync(path, 'a', 0o600);

  return {
    entries: () => entries,
    append: (entry) => {
      writeAll(file, line(entry));
      entries.push(entry);
    },
    compact: (kept) => {
      rewrite(kept);
      closeSync(file);
      file = openSync(path, 'a', 0o600);
      entries = [...kept];
    },
    close: () => closeSync(file),
  };
};
