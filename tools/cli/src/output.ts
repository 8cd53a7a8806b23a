/**
 * Where output goes. A command prints one result to standard output: text for people, or with `--json` one document.
 * Everything else, whoever writes it, goes to standard error.
 */
import { plainJson } from '@veritrace/harness/scenario';

export interface Output {
  readonly json: boolean;
  /** Prints the result: the document with `--json`, else the text. To be called once. */
  result(document: unknown, text: () => string): void;
  /** A line for those who watch. */
  note(text: string): void;
}

/** Noise of the embedded chain's executor. */
const NOISE = /chopsticks_executor::/;

/** Takes standard output away from everyone else: libraries that print there would spoil a document. */
export const createOutput = (json: boolean): Output => {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const callback = rest.find((one): one is () => void => typeof one === 'function');
    if (!NOISE.test(String(chunk))) process.stderr.write(chunk);
    callback?.();
    return true;
  }) as typeof process.stdout.write;
  return {
    json,
    result: (document, text) => {
      write(json ? `${plainJson(document, 2)}\n` : `${text()}\n`);
    },
    note: (text) => {
      process.stderr.write(`${text}\n`);
    },
  };
};
