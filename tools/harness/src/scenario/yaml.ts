/** YAML with places: what a file says, and where it says it. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { BadSyntax, type Written } from '../declared/load.ts';
import type { Issue } from '../declared/problem.ts';

const startOf = (node: unknown): number | undefined =>
  isNode(node) && node.range ? node.range[0] : undefined;

/** Offset of an issue's key or value, or of the nearest thing around it that is written. */
const offsetOf = (document: Document, issue: Issue): number => {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of issue.path.entries()) {
    const last = depth === issue.path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(part),
      );
      if (pair === undefined) break;
      const key = startOf(pair.key) ?? offset;
      // An empty value has no text of its own worth pointing at.
      const empty = pair.value === null || (isScalar(pair.value) && pair.value.source === '');
      offset = (last && issue.at === 'key') || empty ? key : (startOf(pair.value) ?? key);
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (item === undefined) break;
      offset = startOf(item) ?? offset;
      node = item;
    } else {
      break;
    }
  }
  return offset;
};

/** Offsets of keys that their map has already. The library compares every key with every other. */
const repeatedKeys = (document: Document): number[] => {
  const repeated: number[] = [];
  visit(document, {
    Map: (_key, { items }) => {
      const known = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (known.has(name)) repeated.push(startOf(key) ?? 0);
        known.add(name);
      }
    },
  });
  return repeated;
};

const TOO_DEEP = 'it is nested too deeply';
/** Levels within each other; files that people write have about six. */
const MOST_LEVELS = 200;

/** Whether a text opens more than can be read. Brackets in quotes count, too: nobody writes so many of them. */
const isTooDeep = (text: string): boolean => {
  let level = 0;
  for (const [part = ''] of text.matchAll(/[[{]|[\]}]|^[ -]*(?:- ){50}/gm)) {
    if (part.length > 1) return true;
    level += part === '[' || part === '{' ? 1 : -1;
    if (level > MOST_LEVELS) return true;
  }
  return false;
};

/** Reads YAML without aliases. Throws a `BadSyntax` for anything else. */
export const parseYaml = (text: string): Written => {
  const tooDeep = () => new BadSyntax([{ position: { line: 1, column: 1 }, message: TOO_DEEP }]);
  if (isTooDeep(text)) throw tooDeep();
  try {
    return parseNested(text);
  } catch (error) {
    // The library calls itself for each level, and the stack may end before the text does.
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
};

const parseNested = (text: string): Written => {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new BadSyntax(
      faults.map(({ code, message, pos: [start] }) => {
        const [summary = message] = message.split('\n');
        const remedy = code === 'TAB_AS_INDENT' ? ': indent with spaces' : '';
        return {
          position: at(start),
          message: `${summary.replace(/^./, (first) => first.toLowerCase())}${remedy}`,
        };
      }),
    );
  }
  const repeated = repeatedKeys(document);
  if (repeated.length > 0) {
    throw new BadSyntax(
      repeated.map((offset) => ({ position: at(offset), message: 'map keys must be unique' })),
    );
  }
  visit(document, (_key, node) => {
    if (!isAlias(node)) return undefined;
    const message = 'aliases are not used here: write it out';
    throw new BadSyntax([{ position: at(startOf(node) ?? 0), message }]);
  });
  return { data: document.toJS(), locate: (issue) => at(offsetOf(document, issue)) };
};
