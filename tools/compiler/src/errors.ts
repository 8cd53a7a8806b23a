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

/** The only error this package throws on purpose. */
export class CompileError extends Error {
  readonly code: CompileErrorCode;
  readonly place: CompileErrorPlace;

  constructor(code: CompileErrorCode, message: string, place: CompileErrorPlace = {}) {
    super(message);
    this.name = 'CompileError';
    this.code = code;
    this.place = place;
  }
}
