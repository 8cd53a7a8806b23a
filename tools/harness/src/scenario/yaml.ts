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

/** Reads YAML without aliases. Throws a `BadSyntax` for anything else. */
export const parseYaml = (text: string): Written => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new BadSyntax(
      faults.map(({ message, pos: [start] }) => {
        const [summary = message] = message.split('\n');
        return {
          position: at(start),
          message: summary.replace(/^./, (first) => first.toLowerCase()),
        };
      }),
    );
  }
  visit(document, (_key, node) => {
    if (!isAlias(node)) return undefined;
    const message = 'aliases are not used here: write it out';
    throw new BadSyntax([{ position: at(startOf(node) ?? 0), message }]);
  });
  return { data: document.toJS(), locate: (issue) => at(offsetOf(document, issue)) };
};
