/** What stopped the compiler; stable names for programs, the message is for people. */
export type CompileErrorCode =
  | 'too-large'
  | 'malformed'
  | 'unsupported-version'
  | 'unsupported-operator'
  | 'unsupported-attribute'
  | 'unsupported-shape'
  | 'external-data'
  | 'missing-calibration'
  | 'overflow'
  | 'invalid-option'
  | 'invalid-graph'
  | 'invalid-folder'
  | 'unsupported-provider';

/** Where in the model the trouble is. */
export interface CompileErrorPlace {
  /** Name of the ONNX node, or of its first output when it has none. */
  node?: string;
  op?: string;
  attribute?: string;
  tensor?: string;
}

/** Longest message; names and lists out of a stranger's file may be of any length. */
const MAX_MESSAGE = 2000;

/** The only error this package throws on purpose. */
export class CompileError extends Error {
  readonly code: CompileErrorCode;
  readonly place: CompileErrorPlace;

  /** `cause` is what went wrong beneath, if anything did. */
  constructor(
    code: CompileErrorCode,
    message: string,
    place: CompileErrorPlace = {},
    cause?: unknown,
  ) {
    super(
      message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'CompileError';
    this.code = code;
    this.place = place;
  }
}

/**
 * What a stranger's file made fail, as a `CompileError`: one already, or else `what` and the words of the cause, which
 * only the runtime beneath us has.
 */
export const asCompileError = (
  cause: unknown,
  what: string,
  place: CompileErrorPlace = {},
): CompileError => {
  if (cause instanceof CompileError) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  // JavaScript has no other sign that a size is beyond it.
  const tooLarge = /invalid (typed )?array length|allocation failed|string longer/i.test(words);
  return new CompileError(tooLarge ? 'too-large' : 'malformed', `${what}: ${words}`, place, cause);
};

/** The record's own entry; not, for a name such as "constructor", what every object has. */
export const ownEntry = <T>(record: Readonly<Record<string, T>> | undefined, name: string) =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
