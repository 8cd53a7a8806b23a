/** What the page was given: inside itself, dropped on it, or as the address of a node. */
import { type EmbeddedFiles, fromEmbedded, type NamedFiles } from '../record/files.ts';

/** As it lies in the page. */
export interface Embedded {
  record?: EmbeddedFiles | undefined;
  /** Results of benchmarks, reports of the gate and of the compiler, by file. */
  attachments?: Readonly<Record<string, string>> | undefined;
  /** Nodes to follow. */
  endpoints?: readonly string[] | undefined;
}

export interface Given {
  record: NamedFiles | undefined;
  attachments: ReadonlyMap<string, string>;
  endpoints: readonly string[];
}

/** The element that has it. */
export const DATA_ID = 'veritrace-data';

/** Reads what is inside the page; nothing where there is nothing. Throws what `JSON.parse` throws. */
export const readEmbedded = (text: string | undefined | null): Given => {
  const embedded = text ? (JSON.parse(text) as Embedded) : {};
  return {
    record: embedded.record && fromEmbedded(embedded.record),
    attachments: new Map(Object.entries(embedded.attachments ?? {})),
    endpoints: embedded.endpoints ?? [],
  };
};
