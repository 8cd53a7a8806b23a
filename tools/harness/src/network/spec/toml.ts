/** TOML with places: what a file says, and where it says it. */
import { type AST, getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { BadSyntax, type Written } from '../../declared/load.ts';
import type { Path, Position } from '../../declared/problem.ts';

/** A `[table]` or `[[table]]` as it is written: where its header line ends, and all of its text. */
export interface TableText {
  path: Path;
  headerEnd: number;
  start: number;
  end: number;
}

export interface TomlFile extends Written {
  readonly text: string;
  readonly data: Record<string, unknown>;
  /** Its tables in the order of the file. */
  readonly tables: readonly TableText[];
  /** Whole numbers that JavaScript, and so the tools that read this file, cannot hold. */
  readonly tooBig: readonly { path: Path; digits: string }[];
}

interface Place {
  key: Position;
  value: Position;
}

const startOf = ({ loc: { start } }: AST.TOMLNode): Position => ({
  line: start.line,
  column: start.column + 1,
});

const nameOf = (part: AST.TOMLBare | AST.TOMLQuoted): string =>
  part.type === 'TOMLBare' ? part.name : part.value;

const idOf = (path: Path): string => JSON.stringify(path);

/** Reads TOML 1.0. Throws a `BadSyntax` at the first thing that is none. */
export const parseToml = (text: string): TomlFile => {
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text, { tomlVersion: '1.0.0' });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { lineNumber = 1, column = 0 } = error as { lineNumber?: number; column?: number };
    const message = error.message.replace(/^./, (first) => first.toLowerCase());
    throw new BadSyntax([{ position: { line: lineNumber, column: column + 1 }, message }]);
  }

  const places = new Map<string, Place>();
  const tables: TableText[] = [];
  const tooBig: { path: Path; digits: string }[] = [];
  const put = (path: Path, place: Place): void => {
    if (!places.has(idOf(path))) places.set(idOf(path), place);
  };

  const content = (node: AST.TOMLContentNode, path: Path): void => {
    switch (node.type) {
      case 'TOMLArray':
        for (const [index, element] of node.elements.entries()) {
          const place = startOf(element);
          put([...path, index], { key: place, value: place });
          content(element, [...path, index]);
        }
        return;
      case 'TOMLInlineTable':
        for (const pair of node.body) keyValue(pair, path);
        return;
      case 'TOMLValue':
        if (node.kind === 'integer' && !Number.isSafeInteger(Number(node.bigint))) {
          tooBig.push({ path, digits: node.number });
        }
        return;
    }
  };

  const keyValue = ({ key, value }: AST.TOMLKeyValue, base: Path): void => {
    let path = base;
    for (const part of key.keys) {
      path = [...path, nameOf(part)];
      put(path, { key: startOf(part), value: startOf(value) });
    }
    content(value, path);
  };

  const [top] = program.body;
  for (const node of top.body) {
    if (node.type === 'TOMLKeyValue') {
      keyValue(node, []);
      continue;
    }
    const path: Path = node.resolvedKey;
    // `[a.b.c]` names a and b as well, unless they stand elsewhere.
    let depth = 0;
    for (const part of node.key.keys) {
      const place = startOf(part);
      depth += 1;
      put(path.slice(0, depth), { key: place, value: place });
      // An element of an array of tables, whose index is not written.
      if (typeof path[depth] === 'number') depth += 1;
      put(path.slice(0, depth), { key: place, value: place });
    }
    const headerEnd = text.indexOf('\n', node.key.range[1]);
    tables.push({
      path,
      headerEnd: headerEnd < 0 ? text.length : headerEnd,
      start: node.range[0],
      end: node.range[1],
    });
    for (const pair of node.body) keyValue(pair, path);
  }

  return {
    text,
    data: getStaticTOMLValue(program) as Record<string, unknown>,
    tables,
    tooBig,
    locate: ({ path, at }) => {
      const whole = places.get(idOf(path));
      if (whole !== undefined) return at === 'key' ? whole.key : whole.value;
      for (let depth = path.length - 1; depth > 0; depth -= 1) {
        const around = places.get(idOf(path.slice(0, depth)));
        if (around !== undefined) return around.key;
      }
      return { line: 1, column: 1 };
    },
  };
};
