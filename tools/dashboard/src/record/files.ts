/** The files of a record, however they came here: dropped, chosen, or inside the page. */

/** A file's content: text, or bytes for inputs of requests. */
export type Content = string | Uint8Array;

export interface NamedFiles {
  /** What the folder is called. */
  name: string;
  /** By path inside the folder. */
  files: ReadonlyMap<string, Content>;
}

/** Largest file that is read; the record's own documents are far below. */
export const MOST_BYTES = 256 * 1024 * 1024;

const TEXT = /\.(jsonl?|log|ya?ml)$/;

/** Whether the page has a use for a file: the runtime, the genesis and weights are not shown. */
export const isWanted = (path: string): boolean =>
  (TEXT.test(path) && path !== 'genesis.json') || /^inputs\/[^/]+\.bin$/.test(path);

export const isText = (path: string): boolean => TEXT.test(path);

/** As it lies in the page: text as it is, bytes in base64. */
export interface EmbeddedFiles {
  name: string;
  files: Readonly<Record<string, { text: string } | { base64: string }>>;
}

export const bytesOfBase64 = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export const fromEmbedded = ({ name, files }: EmbeddedFiles): NamedFiles => ({
  name,
  files: new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      'text' in content ? content.text : bytesOfBase64(content.base64),
    ]),
  ),
});
