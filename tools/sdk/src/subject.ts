/** What a worker can be asked to show of a claim: a node’s output, or the leaves of a page of a long trace. */
export type Subject = { type: 'Node'; value: number } | { type: 'Page'; value: number };

export const nodeSubject = (value: number): Subject => ({ type: 'Node', value });
export const pageSubject = (value: number): Subject => ({ type: 'Page', value });

/** In words, like `node 5`. */
export const subjectText = ({ type, value }: Subject): string => `${type.toLowerCase()} ${value}`;

/** As a part of a name that has no spaces, like `node:5`. */
export const subjectName = ({ type, value }: Subject): string => `${type.toLowerCase()}:${value}`;

/** The subject that a name has; `undefined` when it is none. */
export const parseSubject = (name: string): Subject | undefined => {
  const [, type, value] = /^(node|page):(\d+)$/.exec(name) ?? [];
  if (type === undefined) return undefined;
  return type === 'node' ? nodeSubject(Number(value)) : pageSubject(Number(value));
};

/** As calls and storage keys take it. */
export const subjectArgument = ({ type, value }: Subject): { [type: string]: number } => ({
  [type]: value,
});
