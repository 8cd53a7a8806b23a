/**
 * ONNX's own tests of quantised operators (`testdata/onnx-backend`, written by `tools/training/backend-tests.py`):
 * imported, lowered, run by the referee, and compared with the expected output to the last bit. What does not pass stands
 * in a table with the reason.
 */
import { readFileSync } from 'node:fs';
import { createReferee, type TensorSpec } from '@veritrace/referee';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compile } from '../compile.ts';
import { CompileError, type CompileErrorCode } from '../errors.ts';
import { bytesOf, readElements } from '../model/tensors.ts';
import { dequantiseValues, quantiseValues } from '../values.ts';
import { readConstant } from './constants.ts';
import { decodeModel } from './schema.ts';

const tensor = z.strictObject({ type: z.string(), shape: z.array(z.int()), data: z.base64() });
const { cases } = z
  .strictObject({
    source: z.string(),
    licence: z.string(),
    cases: z.array(
      z.strictObject({
        name: z.string(),
        operator: z.string(),
        opset: z.int(),
        model: z.base64(),
        input: tensor,
        outputs: z.array(tensor).min(1),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('../../testdata/onnx-backend/quantised.json', import.meta.url), 'utf8'),
    ),
  );

type Case = (typeof cases)[number];

/** A test that does not pass: the code of the error, and words of it. */
interface Exception {
  code: CompileErrorCode;
  says: RegExp;
}

const type = (name: string): Exception => ({
  code: 'unsupported-operator',
  says: new RegExp(`ONNX type ${name} `),
});
const inputOf = (name: string): Exception => ({
  code: 'unsupported-shape',
  says: new RegExp(`input "x" has ONNX type ${name} `),
});
/** Of types that came after the newest supported operator set. */
const NEWER: Exception = { code: 'unsupported-version', says: /opset 28; supported: 7 to 22/ };
/** Activations have one scale: the chain requantises whole tensors. */
const AXIS: Exception = { code: 'unsupported-shape', says: /activations have one constant scale/ };
const BLOCKED: Exception = { code: 'unsupported-attribute', says: /attribute block_size is/ };
/** The scale depends on the input; the chain knows fixed ones. */
const DYNAMIC: Exception = { code: 'unsupported-operator', says: /its scale depends on the input/ };
/** A stack of constant matrices. */
const STACKED: Exception = { code: 'unsupported-shape', says: /supported: \[\.\., M, K\] times/ };
/** Nothing to compute: it says what the bytes of an input or output stand for. Checked below, as such. */
const NOTHING: Exception = {
  code: 'unsupported-operator',
  says: /is not computed from the inputs/,
};

const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  test_convinteger_with_padding: {
    code: 'unsupported-shape',
    says: /channels have different zero points/,
  },
  test_dequantizelinear: NOTHING,
  test_dequantizelinear_axis: AXIS,
  test_dequantizelinear_blocked: BLOCKED,
  test_dequantizelinear_e4m3fn: inputOf('float8e4m3fn'),
  test_dequantizelinear_e4m3fn_float16: inputOf('float8e4m3fn'),
  test_dequantizelinear_e4m3fn_zero_point: type('float8e4m3fn'),
  test_dequantizelinear_e5m2: inputOf('float8e5m2'),
  test_dequantizelinear_float4e2m1: NEWER,
  test_dequantizelinear_int16: type('int16'),
  test_dequantizelinear_int2: NEWER,
  test_dequantizelinear_int4: type('int4'),
  test_dequantizelinear_uint16: type('uint16'),
  test_dequantizelinear_uint2: NEWER,
  test_dequantizelinear_uint4: type('uint4'),
  test_dynamicquantizelinear: DYNAMIC,
  test_dynamicquantizelinear_max_adjusted: DYNAMIC,
  test_dynamicquantizelinear_min_adjusted: DYNAMIC,
  test_qlinearmatmul_3D_int8_float16: STACKED,
  test_qlinearmatmul_3D_int8_float32: STACKED,
  test_qlinearmatmul_3D_uint8_float16: STACKED,
  test_qlinearmatmul_3D_uint8_float32: STACKED,
  test_quantizelinear: NOTHING,
  test_quantizelinear_axis: AXIS,
  test_quantizelinear_blocked_asymmetric: BLOCKED,
  test_quantizelinear_blocked_symmetric: BLOCKED,
  test_quantizelinear_e4m3fn: type('float8e4m3fn'),
  test_quantizelinear_e5m2: type('float8e5m2'),
  test_quantizelinear_float4e2m1: NEWER,
  test_quantizelinear_int16: type('int16'),
  test_quantizelinear_int2: NEWER,
  test_quantizelinear_int4: type('int4'),
  test_quantizelinear_uint16: type('uint16'),
  test_quantizelinear_uint2: NEWER,
  test_quantizelinear_uint4: type('uint4'),
};

const referee = createReferee();
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const floats = (data: Uint8Array): Float32Array => new Float32Array(data.buffer.slice(0));

/** Output bytes of a case, as ONNX would have them: integers as they are, reals as singles. */
const run = async ({ name, model, input, outputs }: Case): Promise<Uint8Array> => {
  const compiled = await compile(bytes(model), { name, label: false, logits: 'I32' });
  const [takes] = compiled.inputs;
  const [gives] = compiled.outputs;
  if (takes === undefined || gives === undefined) throw new Error('no input or no output');
  const given = bytes(input.data);
  const request =
    input.type === 'float' ? quantiseValues(takes.spec, takes.quantisation, floats(given)) : given;
  const graph = referee.loadGraph(compiled.graphBin);
  try {
    const result = graph.evaluate([request])[gives.node] ?? new Uint8Array();
    return outputs[0]?.type === 'float'
      ? bytesOf(Float32Array.from(dequantiseValues(gives.spec, gives.quantisation, result)))
      : bytesOf(readElements(gives.spec.dtype, result));
  } finally {
    graph.free();
  }
};

describe("ONNX's backend tests", () => {
  it('are all there', () => {
    expect(cases.length).toBe(42);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    for (const name of Object.keys(EXCEPTIONS)) {
      expect(cases.map((known) => known.name)).toContain(name);
    }
  });

  it.each(cases.map((known) => [known.name, known] as const))('%s', async (name, known) => {
    const exception = EXCEPTIONS[name];
    if (exception === undefined) {
      const [expected] = known.outputs;
      expect(Buffer.from(await run(known)).toString('hex')).toBe(
        Buffer.from(expected?.data ?? '', 'base64').toString('hex'),
      );
      return;
    }
    const error = await run(known).catch((cause: unknown) => cause);
    // Listed, but it passes: then the table is what is wrong.
    expect(error).toBeInstanceOf(CompileError);
    expect((error as CompileError).code).toBe(exception.code);
    expect((error as CompileError).message).toMatch(exception.says);
  });

  /** Scale and zero point of a case whose two constants these are. */
  const quantisationOf = ({ model }: Case) => {
    const { graph } = decodeModel(bytes(model));
    const [scale, zero] = (graph?.initializer ?? []).map((constant) =>
      Number(readConstant(constant, constant.name).values[0]),
    );
    return { scale: scale ?? Number.NaN, zero: zero ?? Number.NaN };
  };
  const caseOf = (name: string): Case => {
    const found = cases.find((known) => known.name === name);
    if (found === undefined) throw new Error(`no case ${name}`);
    return found;
  };

  it('quantise an input as a client does', () => {
    const known = caseOf('test_quantizelinear');
    const values = floats(bytes(known.input.data));
    const spec: TensorSpec = { dtype: 'U8', shape: [values.length] };
    expect(quantiseValues(spec, quantisationOf(known), values)).toEqual(
      bytes(known.outputs[0]?.data ?? ''),
    );
  });

  it('read an output as a client does', () => {
    const known = caseOf('test_dequantizelinear');
    const input = bytes(known.input.data);
    const reals = dequantiseValues(
      { dtype: 'U8', shape: [input.length] },
      quantisationOf(known),
      input,
    );
    expect(Float32Array.from(reals)).toEqual(floats(bytes(known.outputs[0]?.data ?? '')));
  });
});
