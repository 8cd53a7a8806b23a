/** Traps in how the file is written. */
import { misplaced, type Rule, wrong } from './rule.ts';

/** The supervisor takes its own tables out and puts ports in, so tables are written as tables. */
export const tablesAreTables: Rule = ({ toml, content }) => {
  const written = new Set(toml.tables.map(({ path }) => JSON.stringify(path)));
  const top = Object.keys(toml.data).flatMap((key) =>
    toml.tables.some(({ path }) => path[0] === key)
      ? []
      : [misplaced([key], `write [${key}]: Zombienet reads only files that begin with a table`)],
  );
  const nodes = content.relaychain.nodes.flatMap((_node, index) =>
    written.has(JSON.stringify(['relaychain', 'nodes', index]))
      ? []
      : [
          misplaced(
            ['relaychain', 'nodes', index],
            'write each node as [[relaychain.nodes]]: its ports are put in there',
          ),
        ],
  );
  return [...top, ...nodes];
};

/** Zombienet's reader loses the last digits of larger whole numbers. */
export const numbersAreSafe: Rule = ({ toml }) =>
  toml.tooBig.map(({ path, digits }) =>
    wrong(
      path,
      `${digits} is more than 2^53, and would be rounded; set it in the runtime's preset instead`,
    ),
  );
