/** Finds the values of constants in an ONNX file, so that they can be changed where they lie. */
import { OcrError } from '../errors.ts';

/** A field of a protobuf message: its number, and where its bytes are, or its number if it is one. */
type Field = { number: number; from: number; to: number } | { number: number; value: number };

const malformed = () => new OcrError('invalid-model', 'the ONNX file is malformed');

/** The fields of the message that lies in [from, to). */
function* fields(bytes: Uint8Array, from: number, to: number): Generator<Field> {
  let at = from;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (let count = 0; count < 10; count++) {
      const byte = bytes[at++];
      if (byte === undefined || at > to) throw malformed();
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) return value;
    }
    throw malformed();
  };
  while (at < to) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (at + length > to) throw malformed();
        yield { number, from: at, to: at + length };
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw malformed();
    }
  }
  if (at !== to) throw malformed();
}

/** A node of the graph, as far as it is needed. */
export interface WireNode {
  op: string;
  inputs: string[];
  outputs: string[];
  /** Of a `Constant` with raw float32 values: its dimensions, and where the values begin and end in the file. */
  constant?: { dims: number[]; from: number; to: number };
}

// Field numbers of `onnx.proto`.
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const NODE = { input: 1, output: 2, op: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, tensor: 5 } as const;
const TENSOR = { dims: 1, type: 2, raw: 9 } as const;
const FLOAT = 1;

const readTensor = (bytes: Uint8Array, from: number, to: number): WireNode['constant'] => {
  const dims: number[] = [];
  let type = 0;
  let raw: { from: number; to: number } | undefined;
  for (const field of fields(bytes, from, to)) {
    if ('value' in field) {
      if (field.number === TENSOR.dims) dims.push(field.value);
      if (field.number === TENSOR.type) type = field.value;
    } else if (field.number === TENSOR.raw) {
      raw = { from: field.from, to: field.to };
    } else if (field.number === TENSOR.dims) {
      // Packed: one number after another.
      let value = 0;
      let factor = 1;
      for (const byte of bytes.subarray(field.from, field.to)) {
        value += (byte & 127) * factor;
        factor *= 128;
        if (byte < 128) {
          dims.push(value);
          [value, factor] = [0, 1];
        }
      }
    }
  }
  const size = dims.reduce((product, dimension) => product * dimension, 1);
  if (type !== FLOAT || raw === undefined || raw.to - raw.from !== 4 * size) return undefined;
  return { dims, ...raw };
};

const readNode = (bytes: Uint8Array, from: number, to: number): WireNode => {
  const text = (field: { from: number; to: number }) =>
    new TextDecoder().decode(bytes.subarray(field.from, field.to));
  const node: WireNode = { op: '', inputs: [], outputs: [] };
  for (const field of fields(bytes, from, to)) {
    if ('value' in field) continue;
    if (field.number === NODE.input) node.inputs.push(text(field));
    if (field.number === NODE.output) node.outputs.push(text(field));
    if (field.number === NODE.op) node.op = text(field);
    if (field.number === NODE.attribute) {
      let [name, tensor]: [string, WireNode['constant']] = ['', undefined];
      for (const inner of fields(bytes, field.from, field.to)) {
        if ('value' in inner) continue;
        if (inner.number === ATTRIBUTE.name) name = text(inner);
        if (inner.number === ATTRIBUTE.tensor) tensor = readTensor(bytes, inner.from, inner.to);
      }
      if (name === 'value' && tensor !== undefined) node.constant = tensor;
    }
  }
  return node;
};

/** The nodes of a model, in order. Throws an `OcrError` when the bytes are no ONNX model. */
export const readNodes = (bytes: Uint8Array): WireNode[] => {
  const nodes: WireNode[] = [];
  for (const field of fields(bytes, 0, bytes.length)) {
    if ('value' in field || field.number !== MODEL_GRAPH) continue;
    for (const inner of fields(bytes, field.from, field.to)) {
      if ('value' in inner || inner.number !== GRAPH_NODE) continue;
      nodes.push(readNode(bytes, inner.from, inner.to));
    }
  }
  return nodes;
};
