/** Hostile ONNX files by name: what each is refused with, and that the words say what and where. */
import { describe, expect, it } from 'vitest';
import { CompileError, type CompileErrorCode } from '../errors.ts';
import { sketch } from '../testing/onnx-models.ts';
import { importOnnx } from './import.ts';
import { decodeModel, encodeModel, type ModelDescription } from './schema.ts';

type Graph = NonNullable<ModelDescription['graph']>;

const { onnx } = sketch([[2, 6]], (s, [x = '']) =>
  s.op('Tanh', [s.op('Gemm', [x, s.weights([6, 4]), s.weights([4])])]),
);

/** The model above with its description changed. */
const changed = (change: (graph: Graph, model: ModelDescription) => void): Uint8Array => {
  const decoded = decodeModel(onnx);
  const model = {
    ...decoded,
    graph: decoded.graph && {
      ...decoded.graph,
      node: decoded.graph.node.map(({ attribute: _, ...node }) => node),
    },
  } as ModelDescription;
  if (model.graph) change(model.graph, model);
  return encodeModel(model);
};

const bytes = (...parts: (number | readonly number[] | Uint8Array)[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat(parts.map((part) => Uint8Array.from(typeof part === 'number' ? [part] : part))),
  );

type Tensor = NonNullable<Graph['initializer']>[number];

const tensor = (change: (tensor: Tensor) => void): Uint8Array =>
  changed((graph) => {
    const [first] = graph.initializer ?? [];
    if (first) change(first);
  });

const HOSTILE: Record<string, [file: () => Uint8Array, code: CompileErrorCode, says: RegExp]> = {
  'a varint that never ends': [
    () => bytes(onnx, new Array(20).fill(0xff)),
    'malformed',
    /the model, byte \d+: an integer is longer than ten bytes/,
  ],
  'a varint that ends with the file': [
    () => bytes(onnx, 0x08, 0x80),
    'malformed',
    /an integer ends before its last byte/,
  ],
  'a length past the end': [
    () => bytes(onnx, 0x12, 0x7f, 1, 2),
    'malformed',
    /field 2, byte \d+: 127 bytes are promised, 2 are left/,
  ],
  'two gigabytes promised in a hundred bytes': [
    () => bytes(0x3a, [0x80, 0x80, 0x80, 0x80, 0x08], new Array(90).fill(0)),
    'malformed',
    /2147483648 bytes are promised, 90 are left/,
  ],
  'two gigabytes promised by a shape': [
    () => tensor((t) => Object.assign(t, { dims: [2 ** 29], rawData: Uint8Array.of(1, 2, 3, 4) })),
    'malformed',
    /tensor ".*" has not as many bytes as its shape says: 4, not 2147483648 for \[536870912\]/,
  ],
  'a group of protobuf 1': [
    () => bytes(onnx, 0x0b, 0x0c),
    'malformed',
    /field 1 has wire type 3, which ONNX does not use/,
  ],
  'two graphs': [() => bytes(onnx, onnx), 'malformed', /the graph is given twice/],
  'a name that is not UTF-8': [
    () => bytes(onnx, 0x12, 2, 0xc3, 0x28),
    'malformed',
    /a text is not UTF-8/,
  ],
  'a path out of the folder': [
    () =>
      tensor((t) =>
        Object.assign(t, {
          dataLocation: 1,
          externalData: [{ key: 'location', value: '../../../etc/passwd' }],
        }),
      ),
    'external-data',
    /is stored outside the file/,
  ],
  'a negative dimension': [
    () => tensor((t) => Object.assign(t, { dims: [-6, -4] })),
    'malformed',
    /has an impossible shape, \[-6,-4\]/,
  ],
  'a dimension of zero': [
    () => tensor((t) => Object.assign(t, { dims: [0, 4], rawData: new Uint8Array() })),
    'unsupported-shape',
    /Gemm/,
  ],
  'seventeen dimensions': [
    () => tensor((t) => Object.assign(t, { dims: new Array(17).fill(1) })),
    'malformed',
    /a tensor has more than 16 dimensions/,
  ],
  'strings as weights': [
    () => tensor((t) => Object.assign(t, { dataType: 8 })),
    'unsupported-operator',
    /has ONNX type string \(8\); supported: float32/,
  ],
  'an element type nobody knows': [
    () => tensor((t) => Object.assign(t, { dataType: 99 })),
    'unsupported-operator',
    /has ONNX type unknown type 99/,
  ],
  'typed fields and raw data': [
    () => tensor((t) => Object.assign(t, { floatData: [1, 2, 3] })),
    'malformed',
    /has both raw data and floatData; one of them must go/,
  ],
  'elements in the field of another type': [
    () => tensor((t) => Object.assign(t, { int32Data: [1, 2, 3] })),
    'malformed',
    /has type float32 \(1\), but its elements are in int32Data/,
  ],
  'a byte of 300': [
    () =>
      tensor((t) =>
        Object.assign(t, {
          dataType: 2,
          rawData: new Uint8Array(),
          int32Data: new Array(24).fill(300),
        }),
      ),
    'malformed',
    /holds 300 at element 0; supported: 0 to 255 in uint8 \(2\)/,
  ],
  'an integer beyond 2^53': [
    () =>
      tensor((t) =>
        Object.assign(t, {
          dataType: 7,
          dims: [1],
          rawData: new Uint8Array(BigInt64Array.of((1n << 53n) + 1n).buffer),
        }),
      ),
    'malformed',
    /holds 9007199254740992 at element 0; supported: -9007199254740991 to 9007199254740991/,
  ],
  'a weight that is no number': [
    () => tensor((t) => Object.assign(t, { rawData: new Uint8Array(96).fill(255) })),
    'malformed',
    /holds NaN at element 0/,
  ],
  'a weight that is infinite': [
    () =>
      tensor((t) =>
        Object.assign(t, {
          rawData: new Uint8Array(new Float32Array(24).fill(Number.POSITIVE_INFINITY).buffer),
        }),
      ),
    'malformed',
    /Gemm ".*": the weights hold Infinity at element 0; must be finite/,
  ],
  'a bias of another length': [
    () =>
      sketch([[1, 4, 6, 6]], (s, [x = '']) =>
        s.op('Conv', [x, s.weights([8, 4, 3, 3]), s.weights([9])]),
      ).onnx,
    'unsupported-shape',
    /Conv ".*": the bias has 9 values for 8 channels/,
  ],
  'a cycle': [
    () =>
      changed(({ node = [] }) => {
        const [gemm, tanh] = node;
        if (gemm?.input && tanh?.output) gemm.input[0] = tanh.output[0] ?? '';
      }),
    'malformed',
    /Gemm "(.*)": waits for its own output: "\1" → "t_\d+"; a graph has no cycles/,
  ],
  'a node before its inputs': [
    () => changed(({ node = [] }) => node.reverse()),
    'malformed',
    /Tanh ".*": reads ".*", which Gemm ".*" computes only after it; nodes must be in order/,
  ],
  'one tensor from two nodes': [
    () => changed(({ node = [] }) => node.push({ ...node[1] })),
    'malformed',
    /Tanh ".*": tensor ".*" is defined twice/,
  ],
  'two constants of one name': [
    () => changed(({ initializer = [] }) => initializer.push({ ...initializer[0] })),
    'malformed',
    /initialiser ".*" is defined twice/,
  ],
  'an operator called constructor': [
    () => changed(({ node = [] }) => Object.assign(node[1] ?? {}, { opType: 'constructor' })),
    'unsupported-operator',
    /constructor ".*": this operator is not supported/,
  ],
  'a tensor called __proto__': [
    () =>
      changed(({ node = [], output = [] }) => {
        Object.assign(node[1] ?? {}, { output: ['__proto__'] });
        Object.assign(output[0] ?? {}, { name: '__proto__' });
      }),
    'malformed',
    /is called "__proto__"; rename it/,
  ],
  'a loop': [
    () => changed(({ node = [] }) => Object.assign(node[1] ?? {}, { opType: 'Loop' })),
    'unsupported-operator',
    /Loop ".*": this operator is not supported.*unrolled/,
  ],
  'no opset': [
    () => changed((_, model) => Object.assign(model, { opsetImport: [] })),
    'unsupported-version',
    /opset unknown; supported: 7 to 22/,
  ],
  'a negative opset': [
    () => changed((_, model) => Object.assign(model, { opsetImport: [{ version: -5 }] })),
    'unsupported-version',
    /opset -5/,
  ],
  'two opsets': [
    () =>
      changed((_, model) =>
        Object.assign(model, {
          opsetImport: [{ version: 13 }, { domain: 'ai.onnx', version: 17 }],
        }),
      ),
    'malformed',
    /several opsets, 13 and 17/,
  ],
  'an absurd input': [
    () =>
      changed(({ input = [] }) => {
        const shape = input[0]?.type?.tensorType?.shape;
        if (shape) shape.dim = [{ dimValue: 2 ** 31 }, { dimValue: 2 ** 31 }];
      }),
    'too-large',
    /input "in0" has shape \[2147483648,2147483648\]/,
  ],
  'a million tiny nodes': [
    () => {
      const nodes = new Uint8Array(2_000_000);
      for (let at = 0; at < nodes.length; at += 2) nodes[at] = 0x0a;
      return bytes(0x3a, [0x80, 0x89, 0x7a], nodes);
    },
    'too-large',
    /more than 16384 nodes/,
  ],
  'a name of a megabyte': [
    () => changed(({ node = [] }) => Object.assign(node[0] ?? {}, { name: 'n'.repeat(2 ** 20) })),
    'too-large',
    /node 0, field 3: 1048576 bytes, more than 4096/,
  ],
};

describe('hostile files', () => {
  it.each(Object.entries(HOSTILE))('%s', (_, [file, code, says]) => {
    let error: unknown;
    try {
      importOnnx(file());
    } catch (cause) {
      error = cause;
    }
    expect(error).toBeInstanceOf(CompileError);
    expect((error as CompileError).message).toMatch(says);
    expect((error as CompileError).code).toBe(code);
  });

  it('take the largest integer as "to the end"', () => {
    const { onnx: sliced } = sketch([[2, 6]], (s, [x = '']) =>
      s.op('Slice', [
        x,
        s.ints([1]),
        s.builder.constant('int64', [1], {
          bytes: new Uint8Array(BigInt64Array.of((1n << 63n) - 1n).buffer),
        }),
        s.ints([1]),
      ]),
    );
    const graph = importOnnx(sliced);
    expect(graph.shapes.get(graph.outputs[0] ?? '')).toEqual([2, 5]);
  });
});
