/** Ending what does not end by itself. */
import { createContext, Script } from 'node:vm';

const sandbox: { act: (() => void) | undefined } = { act: undefined };
const context = createContext(sandbox);
const script = new Script('act()');

/** Something had not come to its end in time, and was ended. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';

  constructor(milliseconds: number) {
    super(`it had not come to its end after ${milliseconds / 1_000} s, and was stopped`);
  }
}

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/**
 * What `act` gives or throws. A loop without an end, in JavaScript or in wasm, is left after so many milliseconds by the clock
 * with a `DeadlinePassed`: the engine ends scripts that way, on the thread that runs them.
 */
export const withDeadline = <T>(act: () => T, milliseconds: number): T => {
  const given: T[] = [];
  const outer = sandbox.act;
  sandbox.act = () => {
    given.push(act());
  };
  try {
    script.runInContext(context, { timeout: milliseconds });
  } catch (error) {
    throw isTimeout(error) ? new DeadlinePassed(milliseconds) : error;
  } finally {
    sandbox.act = outer;
  }
  return given[0] as T;
};
