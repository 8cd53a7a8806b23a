/** The gate could not be run; the message says why and what to do. */
export class GateError extends Error {
  override readonly name = 'GateError';
}
