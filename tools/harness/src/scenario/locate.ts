/** Finds the line and column of a place in a YAML document. */
import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml';
import type { Issue } from './problem.ts';

interface Position {
  line: number;
  column: number;
}

const startOf = (node: unknown): number | undefined =>
  isNode(node) && node.range ? node.range[0] : undefined;

/**
 * Position of an issue's key or value, or of the nearest thing around it that is written in the file. `document` must
 * have been parsed with `lines`.
 */
export const locate = (document: Document, lines: LineCounter, issue: Issue): Position => {
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
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
};
