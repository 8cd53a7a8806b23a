/**
 * ONNX files as an attacker, a broken exporter or a bad disk would write them: sound models spoilt in one to three
 * places. Everything follows from a seed. `STRUCTURE` spoils the model as an object, `BYTES` the file.
 */
import { ATTRIBUTE_TYPE, decodeModel, encodeModel, type ModelDescription } from '../onnx/schema.ts';
import { createBudget, readMessage } from '../onnx/wire.ts';
import { createRandom, type Random } from '../random.ts';
import type { BaseModel } from './every-operator.ts';

type Graph = NonNullable<ModelDescription['graph']>;
type Node = NonNullable<Graph['node']>[number];
type Tensor = NonNullable<Graph['initializer']>[number];
type Attribute = NonNullable<Node['attribute']>[number];
type ValueInfo = NonNullable<Graph['input']>[number];

/** A model under the knife. The lists are the description's own. */
interface Patient {
  model: ModelDescription;
  graph: Graph;
  nodes: Node[];
  tensors: Tensor[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  random: Random;
}

/** Spoils a model; false if there is nothing for it to spoil. */
type Structural = (patient: Patient) => boolean;

/** Numbers at which programs break. */
const EXTREMES = [
  0,
  -1,
  1,
  2,
  255,
  256,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  2 ** 62,
];
const FLOAT_EXTREMES = [
  0,
  -0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e-45,
  1e-39,
  -1e-40,
  3.4e38,
  -3.4e38,
  1e-20,
  1e20,
];

const SIZES = new Map([
  [1, 4],
  [2, 1],
  [3, 1],
  [6, 4],
  [7, 8],
]);

const some = <T>(random: Random, items: readonly T[]): T | undefined =>
  items.length > 0 ? random.pick(items) : undefined;

/** Does something to one item, if there is one. */
const toOne =
  <T>(
    list: (patient: Patient) => readonly T[],
    change: (item: T, patient: Patient) => boolean | undefined,
  ): Structural =>
  (patient) => {
    const item = some(patient.random, list(patient));
    return item !== undefined && change(item, patient) !== false;
  };

const tensors = ({ tensors: list }: Patient) => list;
const nodes = ({ nodes: list }: Patient) => list;
const inputs = ({ inputs: list }: Patient) => list;
const attributes = ({ nodes: list }: Patient): Attribute[] =>
  list.flatMap(({ attribute }) => attribute ?? []);
const floatsOnly = (patient: Patient): Tensor[] =>
  patient.tensors.filter(({ dataType, rawData }) => dataType === 1 && (rawData?.length ?? 0) > 3);
const integersOnly = (patient: Patient): Tensor[] =>
  patient.tensors.filter(({ dataType, rawData }) => dataType === 7 && (rawData?.length ?? 0) > 7);

const onTensor = (change: (tensor: Tensor, patient: Patient) => boolean | undefined) =>
  toOne(tensors, change);
const onNode = (change: (node: Node, patient: Patient) => boolean | undefined) =>
  toOne(nodes, change);
const onAttribute = (change: (attribute: Attribute, patient: Patient) => boolean | undefined) =>
  toOne(attributes, change);
const onDims = (
  change: (
    dims: { dimValue?: number; dimParam?: string }[],
    patient: Patient,
  ) => boolean | undefined,
) =>
  toOne(inputs, (info, patient) => {
    const dims = info.type?.tensorType?.shape?.dim;
    return dims !== undefined && dims.length > 0 && change(dims, patient);
  });

/** Sets one item of a list to something else. */
const setOne = <T>(random: Random, list: T[], value: T): boolean => {
  if (list.length === 0) return false;
  list[random.integer(0, list.length - 1)] = value;
  return true;
};

const swap = <T>(list: T[], a: number, b: number): void => {
  const [first, second] = [list[a], list[b]];
  if (first === undefined || second === undefined) return;
  list[a] = second;
  list[b] = first;
};

const without = <T>(random: Random, list: T[]): boolean => {
  if (list.length === 0) return false;
  list.splice(random.integer(0, list.length - 1), 1);
  return true;
};

/** The tensor's bytes with a float or an integer of 64 bits put in. */
const poked = (
  tensor: Tensor,
  random: Random,
  poke: (view: DataView, at: number) => void,
): boolean => {
  const raw = new Uint8Array(tensor.rawData ?? []);
  const size = SIZES.get(tensor.dataType ?? 0) ?? 1;
  if (raw.length < size) return false;
  poke(new DataView(raw.buffer), size * random.integer(0, raw.length / size - 1));
  tensor.rawData = raw;
  return true;
};

const pokeFloat = (values: readonly number[]): Structural =>
  toOne(floatsOnly, (tensor, { random }) =>
    poked(tensor, random, (view, at) => {
      view.setFloat32(at, random.pick(values), true);
    }),
  );

const pokeInteger = (values: readonly bigint[]): Structural =>
  toOne(integersOnly, (tensor, { random }) =>
    poked(tensor, random, (view, at) => {
      view.setBigInt64(at, random.pick(values), true);
    }),
  );

const rename =
  (values: readonly string[]): Structural =>
  (patient) =>
    onNode((node, { random }) => {
      node.opType = random.pick(values);
      return true;
    })(patient);

const OPERATORS =
  'Add Conv MatMul Gemm Reshape Transpose Concat Slice Gather Softmax MaxPool AveragePool Pad Resize Clip Split Squeeze Unsqueeze Flatten ReduceMean LayerNormalization TopK ArgMax QuantizeLinear DequantizeLinear QLinearConv QLinearMatMul ConvInteger MatMulInteger Identity Constant Shape Cast Expand Tile Where Range ConstantOfShape BatchNormalization ConvTranspose Div Pow PRelu Dropout Upsample DepthToSpace'.split(
    ' ',
  );

/** Kinds of damage to the model as an object, by name. */
export const STRUCTURE: Readonly<Record<string, Structural>> = {
  'external data': onTensor((tensor, { random }) => {
    tensor.dataLocation = 1;
    tensor.externalData = [
      { key: 'location', value: random.pick(['../../etc/passwd', '/dev/zero', 'weights.bin', '']) },
      { key: 'length', value: '99999999999' },
    ];
    if (random.chance(0.5)) delete tensor.rawData;
    return true;
  }),
  'external data without its flag': onTensor((tensor) => {
    tensor.externalData = [{ key: 'location', value: '..\\..\\secret' }];
    return true;
  }),
  'a flag without external data': onTensor((tensor, { random }) => {
    tensor.dataLocation = random.pick([1, 2, -1]);
    return true;
  }),
  'a dimension of a constant': onTensor((tensor, { random }) =>
    setOne(random, tensor.dims ?? [], random.pick(EXTREMES)),
  ),
  'many dimensions of a constant': onTensor((tensor, { random }) => {
    tensor.dims = [...(tensor.dims ?? []), ...new Array(random.pick([1, 4, 12, 100_000])).fill(1)];
    return true;
  }),
  'no dimensions of a constant': onTensor((tensor) => {
    tensor.dims = [];
    return true;
  }),
  'dimensions of a constant in another order': onTensor((tensor) => {
    tensor.dims = (tensor.dims ?? []).toReversed();
    return true;
  }),
  'a constant that promises two gigabytes': onTensor((tensor) => {
    tensor.dims = [2 ** 29];
    tensor.rawData = new Uint8Array(8);
    return true;
  }),
  'an empty constant': onTensor((tensor) => {
    tensor.dims = [0];
    tensor.rawData = new Uint8Array();
    return true;
  }),
  'an element type': onTensor((tensor, { random }) => {
    tensor.dataType = random.integer(-1, 30);
    return true;
  }),
  'strings as weights': onTensor((tensor) => {
    tensor.dataType = 8;
    return true;
  }),
  'raw data cut short': onTensor((tensor, { random }) => {
    const raw = tensor.rawData ?? new Uint8Array();
    tensor.rawData = raw.subarray(0, random.integer(0, Math.max(0, raw.length - 1)));
    return true;
  }),
  'raw data too long': onTensor((tensor, { random }) => {
    const raw = new Uint8Array((tensor.rawData?.length ?? 0) + random.integer(1, 64));
    raw.set(tensor.rawData ?? []);
    tensor.rawData = raw;
    return true;
  }),
  'typed fields and raw data': onTensor((tensor, { random }) => {
    const list = random.pick(['floatData', 'int32Data', 'int64Data', 'doubleData'] as const);
    tensor[list] = [1, 2, 3];
    return true;
  }),
  'elements in typed fields': onTensor((tensor, { random }) => {
    const count = (tensor.dims ?? []).reduce((product, d) => product * d, 1);
    if (count > 10_000) return false;
    delete tensor.rawData;
    const list = random.pick(['floatData', 'int32Data', 'int64Data', 'doubleData'] as const);
    tensor[list] = new Array(count).fill(random.pick([0, 1, 100, 300, -129, 2 ** 31 - 1]));
    return true;
  }),
  'a long list in a typed field': onTensor((tensor, { random }) => {
    delete tensor.rawData;
    tensor[random.pick(['floatData', 'int32Data', 'int64Data'] as const)] = new Array(200_000).fill(
      1,
    );
    return true;
  }),
  'a float at the edge': pokeFloat(FLOAT_EXTREMES),
  'weights that are not numbers': pokeFloat([Number.NaN]),
  'infinite weights': pokeFloat([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
  'weights that are all zero': toOne(floatsOnly, (tensor) => {
    tensor.rawData = new Uint8Array(tensor.rawData?.length ?? 0);
    return true;
  }),
  'weights that are all subnormal': toOne(floatsOnly, (tensor) => {
    const raw = new Float32Array((tensor.rawData?.length ?? 0) / 4).fill(1e-42);
    tensor.rawData = new Uint8Array(raw.buffer);
    return true;
  }),
  'an integer at the edge': pokeInteger([
    0n,
    -1n,
    3n,
    1n << 31n,
    (1n << 53n) + 1n,
    (1n << 62n) + 3n,
    (1n << 63n) - 1n,
    -(1n << 63n),
    1_000_000n,
  ]),
  'a constant defined twice': onTensor((tensor, patient) => {
    patient.tensors.push({ ...tensor });
    return true;
  }),
  'a constant that is missing': ({ random, tensors: list }) => without(random, list),
  'constants exchanged': ({ random, tensors: list }) => {
    if (list.length < 2) return false;
    const [a, b] = [random.integer(0, list.length - 1), random.integer(0, list.length - 1)];
    const [first, second] = [list[a], list[b]];
    if (!first || !second || a === b) return false;
    const name = first.name ?? '';
    first.name = second.name ?? '';
    second.name = name;
    return true;
  },
  'a constant without a name': onTensor((tensor) => {
    tensor.name = '';
    return true;
  }),
  'an input that has the name of a constant': onTensor((tensor, patient) => {
    tensor.name = some(patient.random, patient.inputs)?.name ?? 'in0';
    return true;
  }),
  'many constants': (patient) => {
    for (let index = 0; index < 70_000; index++) {
      patient.tensors.push({
        name: `many${index}`,
        dims: [],
        dataType: 2,
        rawData: Uint8Array.of(1),
      });
    }
    return true;
  },
  'a node twice': onNode((node, patient) => {
    patient.nodes.push({ ...node });
    return true;
  }),
  'two nodes of one output': onNode((node, { nodes: list, random }) => {
    const other = random.pick(list);
    other.output = [...(node.output ?? [])];
    return other !== node;
  }),
  'nodes in another order': ({ nodes: list, random }) => {
    if (list.length < 2) return false;
    const at = random.integer(0, list.length - 2);
    swap(list, at, random.integer(at + 1, list.length - 1));
    return true;
  },
  'nodes backwards': ({ nodes: list }) => {
    list.reverse();
    return list.length > 1;
  },
  'a cycle': onNode((node, { nodes: list }) => {
    const [last] = list.at(-1)?.output ?? [];
    return last !== undefined && setOne(createRandom(1), node.input ?? [], last);
  }),
  'a node that reads itself': onNode((node, { random }) => {
    const [output] = node.output ?? [];
    return output !== undefined && setOne(random, node.input ?? [], output);
  }),
  'an input from nowhere': onNode((node, { random }) =>
    setOne(
      random,
      node.input ?? [],
      random.pick(['nowhere', '', '__proto__', 'constructor', '\u0000']),
    ),
  ),
  'another tensor as input': onNode((node, { random, nodes: list, tensors: constants }) => {
    const names = [
      ...list.flatMap(({ output }) => output ?? []),
      ...constants.map(({ name }) => name ?? ''),
      'in0',
    ];
    return setOne(random, node.input ?? [], random.pick(names));
  }),
  'inputs exchanged': onNode((node) => {
    node.input?.reverse();
    return (node.input?.length ?? 0) > 1;
  }),
  'an input too few': onNode((node) => node.input?.pop() !== undefined),
  'an input too many': onNode((node, { random }) => {
    node.input?.push(...new Array(random.pick([1, 3, 2000])).fill('in0'));
    return true;
  }),
  'a node that is missing': ({ random, nodes: list }) => without(random, list),
  'no nodes': ({ nodes: list }) => {
    list.length = 0;
    return true;
  },
  'a node without output': onNode((node, { random }) => {
    node.output = random.chance(0.5) ? [] : [''];
    return true;
  }),
  'a further output': onNode((node, { random }) => {
    node.output?.push(random.pick(['extra', '', 'in0', ...(node.output ?? [])]));
    return true;
  }),
  'an operator that is not known': rename(['Frobnicate', '', 'If', 'Loop', 'Scan', 'LSTM']),
  'an operator called as objects are': rename([
    'constructor',
    'toString',
    '__proto__',
    'hasOwnProperty',
    'valueOf',
  ]),
  'another operator': rename(OPERATORS),
  'another domain': onNode((node, { random }) => {
    node.domain = random.pick(['com.microsoft', 'ai.onnx.ml', '__proto__', 'x'.repeat(300)]);
    return true;
  }),
  'an attribute that is missing': onNode((node, { random }) =>
    without(random, node.attribute ?? []),
  ),
  'an attribute of another kind': onAttribute((attribute, { random }) => {
    attribute.type = random.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99, -1]);
    return true;
  }),
  'an attribute without a value': onAttribute((attribute) => {
    for (const key of ['i', 'f', 's', 't', 'ints', 'floats'] as const) delete attribute[key];
    return true;
  }),
  'an integer attribute at the edge': onAttribute((attribute, { random }) => {
    if (attribute.type !== ATTRIBUTE_TYPE.INT) return false;
    attribute.i = random.pick(EXTREMES);
    return true;
  }),
  'a float attribute at the edge': onAttribute((attribute, { random }) => {
    if (attribute.type !== ATTRIBUTE_TYPE.FLOAT) return false;
    attribute.f = random.pick(FLOAT_EXTREMES);
    return true;
  }),
  'a list attribute at the edge': onAttribute(
    (attribute, { random }) =>
      attribute.type === ATTRIBUTE_TYPE.INTS &&
      setOne(random, attribute.ints ?? [], random.pick(EXTREMES)),
  ),
  'a list attribute of another length': onAttribute((attribute, { random }) => {
    if (attribute.type !== ATTRIBUTE_TYPE.INTS) return false;
    const count = random.pick([0, 1, 3, 5, 17, 100_000]);
    attribute.ints = Array.from({ length: count }, () => random.integer(-1, 3));
    return true;
  }),
  'a list attribute with repeats': onAttribute((attribute, { random }) => {
    if (attribute.type !== ATTRIBUTE_TYPE.INTS) return false;
    attribute.ints = (attribute.ints ?? []).map(() => random.integer(0, 1));
    return true;
  }),
  'a text attribute of nonsense': onAttribute((attribute, { random }) => {
    if (attribute.type !== ATTRIBUTE_TYPE.STRING) return false;
    attribute.s = random.chance(0.5) ? Uint8Array.of(0xff, 0xfe) : new Uint8Array(100_000);
    return true;
  }),
  'an attribute twice': onNode((node) => {
    const [first] = node.attribute ?? [];
    if (first !== undefined) node.attribute?.push({ ...first });
    return first !== undefined;
  }),
  'an attribute nobody knows': onNode((node, { random }) => {
    const name = random.pick(['surprise', '__proto__', 'constructor', '']);
    node.attribute = [...(node.attribute ?? []), { name, type: ATTRIBUTE_TYPE.INT, i: 1 }];
    return true;
  }),
  'an enormous list of attributes': onNode((node, { random }) => {
    const count = random.pick([65, 1000, 50_000]);
    node.attribute = Array.from({ length: count }, (_, index) => ({
      name: `a${index}`,
      type: ATTRIBUTE_TYPE.INT,
      i: index,
    }));
    return true;
  }),
  'no opset': ({ model }) => {
    model.opsetImport = [];
    return true;
  },
  'an opset out of range': ({ model, random }) => {
    const version = random.pick([-1, 0, 1, 6, 23, 2 ** 31, 2 ** 53, 2 ** 62, -(2 ** 31)]);
    model.opsetImport = [{ domain: '', version }];
    return true;
  },
  'another opset': ({ model, random }) => {
    model.opsetImport = [{ domain: '', version: random.integer(7, 22) }];
    return true;
  },
  'two opsets': ({ model }) => {
    model.opsetImport = [
      { domain: '', version: 13 },
      { domain: '', version: 17 },
    ];
    return true;
  },
  'many opsets': ({ model }) => {
    model.opsetImport = Array.from({ length: 1000 }, (_, index) => ({
      domain: `d${index}`,
      version: 1,
    }));
    return true;
  },
  'an input of another type': toOne(inputs, (info, { random }) => {
    if (!info.type?.tensorType) return false;
    info.type.tensorType.elemType = random.integer(-1, 20);
    return true;
  }),
  'an input without a type': toOne(inputs, (info, { random }) => {
    if (random.chance(0.5)) delete info.type;
    else info.type = {};
    return true;
  }),
  'an input without a shape': toOne(inputs, (info) => {
    if (info.type?.tensorType) delete info.type.tensorType.shape;
    return true;
  }),
  'a dimension of an input': onDims((dims, { random }) =>
    setOne(random, dims, { dimValue: random.pick(EXTREMES) }),
  ),
  'an open dimension': onDims((dims, { random }) =>
    setOne(random, dims, random.chance(0.5) ? { dimParam: 'N' } : {}),
  ),
  'an input of another rank': onDims((dims, { random }) => {
    const count = random.pick([1, 3, 30]);
    if (random.chance(0.5)) dims.pop();
    else dims.push(...Array.from({ length: count }, () => ({ dimValue: 1 })));
    return true;
  }),
  'an input that is missing': ({ random, inputs: list }) => without(random, list),
  'an input twice': toOne(inputs, (info, patient) => {
    patient.inputs.push({ ...info });
    return true;
  }),
  'no output': ({ outputs: list }) => {
    list.length = 0;
    return true;
  },
  'an output twice': (patient) => {
    const output = some(patient.random, patient.outputs);
    if (output) patient.outputs.push({ ...output });
    return output !== undefined;
  },
  'another tensor as output': (patient) => {
    const [output] = patient.outputs;
    if (!output) return false;
    output.name = patient.random.pick([
      'nowhere',
      'in0',
      '',
      ...patient.tensors.map(({ name }) => name ?? ''),
      ...patient.nodes.flatMap((node) => node.output ?? []),
    ]);
    return true;
  },
  'more outputs': (patient) => {
    for (const node of patient.nodes.slice(0, patient.random.pick([2, 5, 2000]))) {
      patient.outputs.push(...(node.output ?? []).map((name) => ({ name })));
    }
    return true;
  },
  'many tiny nodes': ({ nodes: list, random }) => {
    const count = random.pick([1000, 20_000, 100_000]);
    let before = 'in0';
    for (let index = 0; index < count; index++) {
      const output = `tiny${index}`;
      list.push({
        opType: random.chance(0.9) ? 'Identity' : 'Relu',
        input: [before],
        output: [output],
      });
      before = output;
    }
    return true;
  },
  'a tensor that doubles again and again': ({ nodes: list, outputs }) => {
    let before = 'in0';
    for (let index = 0; index < 60; index++) {
      const output = `twice${index}`;
      list.push({
        opType: 'Concat',
        input: [before, before],
        output: [output],
        attribute: [{ name: 'axis', type: ATTRIBUTE_TYPE.INT, i: 0 }],
      });
      before = output;
    }
    outputs.push({ name: before });
    return true;
  },
  'a long name': onNode((node, { random }) => {
    node.name = 'n'.repeat(random.pick([1000, 5000, 1_000_000]));
    return true;
  }),
  'no graph': ({ model }) => {
    delete model.graph;
    return true;
  },
  'functions or sparse constants': ({ model, graph, random }) => {
    if (random.chance(0.5)) model.functions = [{}];
    else graph.sparseInitializer = [{}];
    return true;
  },
};

interface Shelf {
  random: Random;
  /** Another model's bytes. */
  other: Uint8Array;
}

type Bytewise = (bytes: Uint8Array, shelf: Shelf) => Uint8Array;

const joined = (...parts: (Uint8Array | number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));

const noise = (random: Random, length: number): number[] =>
  Array.from({ length }, () => random.integer(0, 255));

/** Where in the model, or the graph in it, a field with a length begins. */
const lengthPlaces = (bytes: Uint8Array): number[] => {
  const places: number[] = [];
  const note = (raw: Uint8Array) => {
    if (((raw[0] ?? 0) & 7) === 2) places.push(raw.byteOffset - bytes.byteOffset + 1);
  };
  try {
    readMessage(bytes, 'the model', createBudget(), (field) => {
      if (field.number !== 7) return note(field.raw());
      note(field.raw());
      return field.message('the graph', (inner) => note(inner.raw()));
    });
  } catch {
    // Spoilt already; what was found so far will do.
  }
  return places;
};

const varint = (value: bigint): number[] => {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...out, Number(rest)];
};

/** A field with a length around bytes. */
const wrapped = (number: number, content: Uint8Array): Uint8Array =>
  joined(varint(BigInt((number << 3) | 2)), varint(BigInt(content.length)), content);

/** `content` put into the graph as a further field. */
const intoGraph = (bytes: Uint8Array, content: Uint8Array): Uint8Array => {
  const parts: Uint8Array[] = [];
  try {
    readMessage(bytes, 'the model', createBudget(), (field) => {
      if (field.number !== 7) {
        parts.push(field.raw());
        return;
      }
      const inside: Uint8Array[] = [];
      field.message('the graph', (inner) => {
        inside.push(inner.raw());
      });
      parts.push(wrapped(7, joined(...inside, content)));
    });
  } catch {
    return joined(bytes, content);
  }
  return joined(...parts);
};

/** Kinds of damage to the file, by name. */
export const BYTES: Readonly<Record<string, Bytewise>> = {
  truncated: (bytes, { random }) => bytes.slice(0, random.integer(0, bytes.length - 1)),
  'cut at the front': (bytes, { random }) => bytes.slice(random.integer(1, bytes.length)),
  'a bit flipped': (bytes, { random }) => {
    const out = bytes.slice();
    for (let count = random.pick([1, 1, 1, 8, 64]); count > 0; count--) {
      const at = random.integer(0, out.length - 1);
      out[at] = (out[at] ?? 0) ^ (1 << random.integer(0, 7));
    }
    return out;
  },
  'bytes overwritten': (bytes, { random }) => {
    const out = bytes.slice();
    const at = random.integer(0, out.length - 1);
    out.set(noise(random, Math.min(random.integer(1, 32), out.length - at)), at);
    return out;
  },
  'bytes put in': (bytes, { random }) => {
    const at = random.integer(0, bytes.length);
    return joined(bytes.subarray(0, at), noise(random, random.integer(1, 32)), bytes.subarray(at));
  },
  'bytes taken out': (bytes, { random }) => {
    const at = random.integer(0, bytes.length - 1);
    return joined(bytes.subarray(0, at), bytes.subarray(at + random.integer(1, 32)));
  },
  'bytes repeated': (bytes, { random }) => {
    const at = random.integer(0, bytes.length - 1);
    return joined(bytes.subarray(0, at + random.integer(1, 64)), bytes.subarray(at));
  },
  'spliced with another model': (bytes, { random, other }) =>
    joined(
      bytes.subarray(0, random.integer(0, bytes.length)),
      other.subarray(random.integer(0, other.length)),
    ),
  'two models in one': (bytes, { other }) => joined(bytes, other),
  'a length that lies': (bytes, { random }) => {
    const at = some(random, lengthPlaces(bytes));
    if (at === undefined) return bytes.slice(1);
    const lie = random.pick([0n, 1n, 127n, BigInt(bytes.length), 1n << 31n, 1n << 40n, -1n]);
    return joined(bytes.subarray(0, at), varint(lie), bytes.subarray(at + 1));
  },
  'a length that is a little off': (bytes, { random }) => {
    const at = some(random, lengthPlaces(bytes));
    if (at === undefined) return bytes.slice(1);
    const out = bytes.slice();
    out[at] = ((out[at] ?? 0) + random.pick([1, 2, 255, 254])) & 255;
    return out;
  },
  'an integer that never ends': (bytes, { random }) =>
    joined(bytes, new Array(random.pick([1, 11, 100_000])).fill(0xff)),
  'an integer that never ends, inside': (bytes) =>
    intoGraph(bytes, joined([0x08], new Array(64).fill(0x80))),
  'an old group': (bytes, { random }) =>
    joined(bytes, new Array(random.pick([1, 100, 100_000])).fill(0x0b)),
  'a field without a number': (bytes) => joined(bytes, [0x00, 0x00]),
  'a graph that is a number': (bytes) => joined(bytes, [0x38, 0x01]),
  'graphs in graphs in graphs': (bytes, { random }) => {
    let inner: Uint8Array = new Uint8Array();
    // Node in graph, attribute in node, graph in attribute, and so on.
    for (let depth = random.pick([3, 50, 500]); depth > 0; depth--) {
      inner = wrapped(6, wrapped(1, joined([0x22, 0x02, 0x49, 0x66], wrapped(5, inner))));
    }
    return intoGraph(bytes, wrapped(1, joined([0x22, 0x02, 0x49, 0x66], wrapped(5, inner))));
  },
  'a million tiny nodes': (bytes, { random }) =>
    intoGraph(
      bytes,
      Uint8Array.from({ length: random.pick([40_000, 2_000_000]) }, (_, i) => (i % 2 ? 0 : 0x0a)),
    ),
  'a million tiny constants': (bytes) =>
    intoGraph(
      bytes,
      Uint8Array.from({ length: 2_000_000 }, (_, i) => (i % 2 ? 0 : 0x2a)),
    ),
  'a million dimensions': (bytes) =>
    intoGraph(bytes, wrapped(5, wrapped(1, new Uint8Array(1_000_000).fill(1)))),
  'millions of listed integers': (bytes) =>
    intoGraph(bytes, wrapped(5, wrapped(7, new Uint8Array(12_000_000).fill(1)))),
  'a text that is not UTF-8': (bytes) => intoGraph(bytes, wrapped(2, Uint8Array.of(0xc3, 0x28))),
  'unknown fields': (bytes, { random }) =>
    joined(bytes, wrapped(random.integer(100, 5000), Uint8Array.from(noise(random, 40)))),
  nothing: () => new Uint8Array(),
  noise: (_, { random }) => Uint8Array.from(noise(random, random.integer(1, 2000))),
};

export interface Malformed {
  seed: number;
  /** Model that was spoilt. */
  base: string;
  /** What was done to it, in order. */
  kinds: string[];
  bytes: Uint8Array;
}

/** `decodeModel`'s answer with lists of its own, and nothing where nothing was. */
const describe = (bytes: Uint8Array): ModelDescription => {
  const model = decodeModel(bytes);
  return {
    ...model,
    graph: model.graph && {
      ...model.graph,
      node: model.graph.node.map((node) => ({
        ...node,
        attribute: node.attribute.map(({ t, ...rest }) => ({ ...rest, ...(t && { t }) })),
      })),
    },
  } as ModelDescription;
};

/** Spoils `onnx` by the structural `kind`; undefined if it has nothing to spoil there, or cannot be written any more. */
export const spoil = (
  onnx: Uint8Array,
  kind: keyof typeof STRUCTURE,
  random: Random,
): Uint8Array | undefined => {
  const model = describe(onnx);
  const graph = model.graph ?? {};
  const patient: Patient = {
    model,
    graph,
    nodes: graph.node ?? [],
    tensors: graph.initializer ?? [],
    inputs: graph.input ?? [],
    outputs: graph.output ?? [],
    random,
  };
  return STRUCTURE[kind]?.(patient) ? encodeModel(model) : undefined;
};

/** The malformed file of a seed. Two of three are spoilt as objects, the others as bytes, some in several places. */
export const malformed = (bases: readonly BaseModel[], seed: number): Malformed => {
  const random = createRandom(seed);
  const base = random.pick(bases);
  const kinds: string[] = [];
  // A copy: files as read are Node buffers, whose slices share memory.
  let bytes: Uint8Array = new Uint8Array(base.onnx);
  const structural = random.chance(0.67) ? random.pick([1, 1, 1, 2, 3]) : 0;
  for (let tries = 0; kinds.length < structural && tries < 20; tries++) {
    const kind = random.pick(Object.keys(STRUCTURE));
    const spoilt = kinds.length === 0 || decodes(bytes) ? spoil(bytes, kind, random) : undefined;
    if (spoilt === undefined) continue;
    bytes = spoilt;
    kinds.push(kind);
  }
  if (structural === 0 || random.chance(0.05)) {
    const kind = random.pick(Object.keys(BYTES));
    bytes = BYTES[kind]?.(bytes, { random, other: random.pick(bases).onnx }) ?? bytes;
    kinds.push(kind);
  }
  return { seed, base: base.name, kinds, bytes };
};

const decodes = (bytes: Uint8Array): boolean => {
  try {
    return decodeModel(bytes).graph !== null;
  } catch {
    return false;
  }
};
