/** The config file of a command: as an argument or as `--config`. */
import { CommandError } from '../errors.ts';

/** The file that is meant; `undefined` when none is given. Throws a `CommandError` when two are. */
export const oneFile = (
  argument: string | undefined,
  option: string | undefined,
): string | undefined => {
  if (argument !== undefined && option !== undefined) {
    throw new CommandError('give the config file once: as an argument or with --config');
  }
  return argument ?? option;
};
