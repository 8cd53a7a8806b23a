/** Reading a node's attributes: every one is either read or refused by name. */
import { CompileError } from '../errors.ts';
import { ATTRIBUTE_TYPE, type AttributeProto, type NodeProto, type TensorProto } from './schema.ts';

/** What to call a node in messages. */
export const nodeLabel = (node: NodeProto): string => node.name || node.output[0] || '(unnamed)';

export interface Attributes {
  int(name: string, fallback: number): number;
  float(name: string, fallback: number): number;
  string(name: string, fallback: string): string;
  ints(name: string): number[] | undefined;
  floats(name: string): number[] | undefined;
  tensor(name: string): TensorProto | undefined;
  has(name: string): boolean;
}

/** Refuses an attribute's value, saying what would do. */
export const unsupportedAttribute = (
  node: NodeProto,
  attribute: string,
  value: unknown,
  supported: string,
): CompileError =>
  new CompileError(
    'unsupported-attribute',
    `${node.opType} "${nodeLabel(node)}": attribute ${attribute} is ${JSON.stringify(value)}; supported: ${supported}`,
    { node: nodeLabel(node), op: node.opType, attribute },
  );

/** The attributes of `node`; throws a `CompileError` on any that `known` does not list. */
export const readAttributes = (node: NodeProto, known: readonly string[]): Attributes => {
  const byName = new Map<string, AttributeProto>();
  for (const attribute of node.attribute) {
    if (!known.includes(attribute.name)) {
      throw new CompileError(
        'unsupported-attribute',
        `${node.opType} "${nodeLabel(node)}": attribute ${attribute.name} is not supported; supported: ${known.join(', ') || 'none'}`,
        { node: nodeLabel(node), op: node.opType, attribute: attribute.name },
      );
    }
    byName.set(attribute.name, attribute);
  }
  const typed = (name: string, type: number, kind: string): AttributeProto | undefined => {
    const attribute = byName.get(name);
    if (attribute !== undefined && attribute.type !== type) {
      throw new CompileError(
        'malformed',
        `${node.opType} "${nodeLabel(node)}": attribute ${name} is not ${kind}`,
        { node: nodeLabel(node), op: node.opType, attribute: name },
      );
    }
    return attribute;
  };
  return {
    int: (name, fallback) => typed(name, ATTRIBUTE_TYPE.INT, 'an integer')?.i ?? fallback,
    float: (name, fallback) => typed(name, ATTRIBUTE_TYPE.FLOAT, 'a float')?.f ?? fallback,
    string(name, fallback) {
      const attribute = typed(name, ATTRIBUTE_TYPE.STRING, 'a string');
      return attribute ? new TextDecoder().decode(attribute.s) : fallback;
    },
    ints: (name) => typed(name, ATTRIBUTE_TYPE.INTS, 'a list of integers')?.ints,
    floats: (name) => typed(name, ATTRIBUTE_TYPE.FLOATS, 'a list of floats')?.floats,
    tensor: (name) => typed(name, ATTRIBUTE_TYPE.TENSOR, 'a tensor')?.t ?? undefined,
    has: (name) => byName.has(name),
  };
};
