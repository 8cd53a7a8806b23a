/** `veritrace model compile` and `veritrace model inspect`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, parse, resolve } from 'node:path';
import {
  type CalibrationMethod,
  type CompiledModel,
  CompileError,
  type CompileReport,
  compile,
  compileReport,
  createExactSession,
  type Head,
  type ImportOptions,
  type LayoutVersion,
  type Manifest,
  readCompiled,
  refusals,
  writeCompiled,
} from '@veritrace/compiler';
import { createReferee, type Referee } from '@veritrace/referee';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';
import { readSamples } from './samples.ts';

export interface CompileOptions {
  out: string;
  calibrate: string | undefined;
  name: string | undefined;
  accumulators: boolean;
  label: boolean;
  /** Shapes of inputs by name. */
  shapes: Readonly<Record<string, readonly number[]>>;
  head: Head | undefined;
  /** Layout version; `undefined` leaves it to the operators. */
  layout: LayoutVersion | undefined;
  method: CalibrationMethod;
  /** Share of the values that the method `percentile` keeps. */
  percentile: number | undefined;
  correctBiases: boolean;
  equalise: boolean;
  /** File for the float model in 8 bits, as other tools would write it. */
  qdq: string | undefined;
  /** File for the report of the nodes, as JSON. */
  report: string | undefined;
  /** Samples that the report compares with the float model. */
  reportSamples: number;
}

const describe = (dir: string, manifest: Manifest): string =>
  [
    `${manifest.name} in ${dir}: ${manifest.nodes} nodes, ${manifest.graph.bytes} bytes`,
    `graph root ${manifest.graphRoot}`,
    `artefact   ${manifest.artefact}`,
    `source     ${manifest.source.file} ${manifest.source.sha256}`,
    '',
    table(
      ['', 'name', 'type', 'scale', 'zero'],
      [
        ...manifest.inputs.map((port) => ['input', ...describePort(port)]),
        ...manifest.outputs.map((port) => ['output', ...describePort(port)]),
      ],
    ),
  ].join('\n');

const describePort = ({
  name,
  spec,
  quantisation,
}: Omit<Manifest['outputs'][number], 'node'>): (string | number)[] => [
  name,
  `${spec.dtype} ${spec.shape.join('×')}`,
  quantisation?.scale ?? '',
  quantisation?.zero ?? '',
];

/** Nodes that a report for people names. */
const WORST = 10;

const decibels = (sqnr: number | undefined): string => (sqnr === undefined ? '' : sqnr.toFixed(1));

/** The outputs against the float model, and the nodes that are furthest from it. */
const describeReport = ({ samples, outputs, nodes }: CompileReport): string => {
  const worst = nodes
    .filter(({ fidelity }) => fidelity !== undefined)
    .sort((a, b) => (a.fidelity?.sqnr ?? 0) - (b.fidelity?.sqnr ?? 0))
    .slice(0, WORST);
  const against = table(
    ['output', 'signal to noise, dB', 'largest error', 'same index'],
    outputs.map(({ name, fidelity, agreement }) => [
      name,
      decibels(fidelity?.sqnr),
      fidelity?.largestError.toPrecision(3) ?? '',
      agreement === undefined ? '' : `${(100 * agreement).toFixed(2)} %`,
    ]),
  );
  const furthest = table(
    ['node', 'op', 'in the file', 'signal to noise, dB'],
    worst.map(({ node, op, source, fidelity }) => [
      node,
      op,
      source ? `${source.onnxOp} ${source.name}` : '',
      decibels(fidelity?.sqnr),
    ]),
  );
  return `against the float model on ${samples} samples:\n${against}\n\nfurthest from it:\n${furthest}`;
};

const makeReport = async (
  onnx: Uint8Array,
  model: CompiledModel,
  referee: Referee,
  samples: readonly Float32Array[][],
  shapes: CompileOptions['shapes'],
): Promise<CompileReport> => {
  const loaded = referee.loadGraph(model.graphBin);
  const session = await createExactSession(model.graph);
  try {
    return await compileReport(onnx, model, loaded, {
      samples,
      shapes,
      evaluate: (inputs) => session.run(inputs),
    });
  } finally {
    await session.dispose();
    loaded.free();
  }
};

/** All nodes that a model is refused for, where the first is not the only one. */
const withAllRefusals = (error: unknown, onnx: Uint8Array, options: ImportOptions): unknown => {
  if (!(error instanceof CompileError) || error.place.node === undefined) return error;
  const refused = (() => {
    try {
      return refusals(onnx, options);
    } catch {
      // The file as a whole is refused, which the first error says.
      return [];
    }
  })();
  if (refused.length < 2) return error;
  // What is supported instead is said once for all nodes of which it is the same.
  const said = new Set<string>();
  const lines = refused.map(({ reason }) => {
    const [what = '', ...alternatives] = reason.split('; supported: ');
    const instead = alternatives.join('; supported: ');
    if (instead === '' || said.has(instead)) return what;
    said.add(instead);
    return `${what}; supported: ${instead}`;
  });
  return new CommandError([`${refused.length} nodes are refused:`, ...lines].join('\n  '));
};

/** What a model is called by its file: as the file, or its folder where the file's name says only that it is a model. */
export const modelName = (file: string): string => {
  const { name, dir } = parse(resolve(file));
  return name === 'model' ? basename(dir) : name;
};

/** Compiles an ONNX file to a folder. */
export const modelCompile = async (
  file: string,
  options: CompileOptions,
  output: Output,
): Promise<boolean> => {
  const { out, calibrate, name, accumulators, label, head, shapes } = options;
  const onnx = await readFile(file).catch(() => {
    throw new CommandError(`${file} cannot be read`);
  });
  const samples = calibrate === undefined ? undefined : await readSamples(calibrate);
  const bytes = new Uint8Array(onnx);
  const model = await compile(bytes, {
    name: name ?? modelName(file),
    sourceFile: basename(file),
    shapes,
    ...(samples && {
      calibration: {
        samples,
        method: options.method,
        correctBiases: options.correctBiases,
        equalise: options.equalise,
        ...(options.percentile !== undefined && { percentile: options.percentile }),
      },
    }),
    ...(accumulators && { logits: 'I32' as const }),
    ...(head && { head }),
    ...(options.layout !== undefined && { layout: options.layout }),
    label,
    qdq: options.qdq !== undefined,
  }).catch((error: unknown) => {
    throw withAllRefusals(error, bytes, { shapes });
  });
  const referee = createReferee();
  await writeCompiled(out, model, referee);
  if (options.qdq !== undefined && model.qdq !== undefined) {
    await mkdir(dirname(options.qdq), { recursive: true });
    await writeFile(options.qdq, model.qdq);
  }
  const { manifest } = await readCompiled(out);
  const isReported = options.report !== undefined || output.json;
  const report = isReported
    ? await makeReport(
        onnx,
        model,
        referee,
        (samples ?? []).slice(0, options.reportSamples),
        shapes,
      )
    : undefined;
  if (options.report !== undefined) {
    await writeFile(options.report, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  output.result({ out, manifest, ...(report && { report }) }, () =>
    [describe(out, manifest), ...(report ? [describeReport(report)] : [])].join('\n\n'),
  );
  return true;
};

/** Shows a compiled model: manifest, and what proving each node costs. */
export const modelInspect = async (dir: string, output: Output): Promise<boolean> => {
  const { manifest, graphBin } = await readCompiled(dir);
  const loaded = createReferee().loadGraph(graphBin);
  try {
    const nodes = loaded.graph.nodes.map((node, index) => ({
      node: index,
      op: node.op.tag,
      output: node.output,
      cost: loaded.costs[index],
    }));
    output.result({ dir, manifest, nodes }, () => {
      const rows = nodes.map(({ node, op, output: spec, cost }) => [
        node,
        op,
        `${spec.dtype} ${spec.shape.join('×')}`,
        cost?.wholeBytes ?? '',
        cost?.wholeMacs ?? '',
        cost?.tileBytes ?? '',
        cost?.elementBytes ?? '',
      ]);
      const titles = ['node', 'op', 'output', 'input bytes', 'MACs', 'tile bytes', 'element bytes'];
      return `${describe(dir, manifest)}\n\n${table(titles, rows)}`;
    });
  } finally {
    loaded.free();
  }
  return true;
};
