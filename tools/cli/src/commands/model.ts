/** `veritrace model compile` and `veritrace model inspect`. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { compile, type Manifest, readCompiled, writeCompiled } from '@veritrace/compiler';
import { readPicture } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';

export interface CompileOptions {
  out: string;
  calibrate: string | undefined;
  name: string | undefined;
  accumulators: boolean;
  label: boolean;
}

interface ImageIndex {
  image: { range: [number, number]; shape: number[] };
  sets: { calibration?: { images: { file: string } } };
}

const isIndex = (json: unknown): json is ImageIndex =>
  typeof json === 'object' && json !== null && 'image' in json && 'sets' in json;

/** Samples of a folder: the calibration set its `index.json` names, else its `.png` and `.json` files in order of name. */
const readSamples = async (folder: string): Promise<Float32Array[][]> => {
  const names = await readdir(folder).catch(() => {
    throw new CommandError(`${folder} is no folder that can be read`);
  });
  if (names.includes('index.json')) {
    const index: unknown = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
    if (isIndex(index) && index.sets.calibration !== undefined) {
      const { range, shape } = index.image;
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      const pixels = await readFile(join(folder, index.sets.calibration.images.file));
      return Array.from({ length: Math.floor(pixels.length / size) }, (_, image) => [
        Float32Array.from(
          pixels.subarray(image * size, (image + 1) * size),
          (pixel) => pixel / range[1],
        ),
      ]);
    }
  }
  const samples: Float32Array[][] = [];
  for (const name of names.sort()) {
    const file = join(folder, name);
    if (name.endsWith('.png')) {
      samples.push([Float32Array.from(readPicture(await readFile(file), file))]);
    } else if (name.endsWith('.json')) {
      const json: unknown = JSON.parse(await readFile(file, 'utf8'));
      if (!Array.isArray(json)) throw new CommandError(`${file} is not a JSON array of numbers`);
      samples.push([Float32Array.from(json.flat(8) as number[])]);
    }
  }
  if (samples.length === 0) {
    throw new CommandError(
      `${folder} has no calibration set, no .png and no .json to calibrate with`,
    );
  }
  return samples;
};

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

/** Compiles an ONNX file to a folder. */
export const modelCompile = async (
  file: string,
  { out, calibrate, name, accumulators, label }: CompileOptions,
  output: Output,
): Promise<boolean> => {
  const onnx = await readFile(file).catch(() => {
    throw new CommandError(`${file} cannot be read`);
  });
  const samples = calibrate === undefined ? undefined : await readSamples(calibrate);
  const model = await compile(new Uint8Array(onnx), {
    name: name ?? basename(dirname(file)),
    sourceFile: basename(file),
    ...(samples === undefined ? {} : { calibration: { samples } }),
    ...(accumulators ? { logits: 'I32' as const } : {}),
    label,
  });
  const referee = createReferee();
  await writeCompiled(out, model, referee);
  const { manifest } = await readCompiled(out);
  output.result({ out, manifest }, () => describe(out, manifest));
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
