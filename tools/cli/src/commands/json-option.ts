import { Option } from 'commander';

/** `--json`, which every command has. */
export const jsonOption = () =>
  new Option('--json', 'print one JSON document on standard output').default(false);
