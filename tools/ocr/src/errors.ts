/** What went wrong, for callers that act on it. */
export type OcrErrorCode =
  /** A model file is missing or is not the pinned one. */
  | 'invalid-model'
  /** Bytes that are no picture, or one larger than allowed. */
  | 'invalid-picture'
  /** An argument that makes no sense. */
  | 'invalid-argument';

export class OcrError extends Error {
  override readonly name = 'OcrError';
  readonly code: OcrErrorCode;

  constructor(code: OcrErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
