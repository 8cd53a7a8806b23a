/** A compiled model as a folder: `graph.bin`, the artefact, and `manifest.json`, which says what it is. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Referee } from '@veritrace/referee';
import { decodeGraph, type Graph } from '@veritrace/referee/graph';
import { z } from 'zod';
import type { CompiledModel } from '../compile.ts';
import { CompileError } from '../errors.ts';
import { readBounded } from './read-bounded.ts';

/** Version of the compiler, part of every manifest. */
export const COMPILER_VERSION = '0.1.0';

const GRAPH_FILE = 'graph.bin';
const MANIFEST_FILE = 'manifest.json';
const MAX_MANIFEST_BYTES = 1 << 20;
const MAX_GRAPH_BYTES = 2 ** 30;

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');
const spec = z.strictObject({
  dtype: z.enum(['U8', 'I8', 'I32', 'F32']),
  shape: z.array(z.int().positive()).max(6),
});
const quantisation = z.strictObject({ scale: z.number().positive(), zero: z.int() });

/** Schema of `manifest.json`. Hashes are SHA-256 in lower-case hex. */
export const manifestSchema = z.strictObject({
  name: z.string().min(1).max(128),
  compiler: z.string(),
  source: z.strictObject({ file: z.string(), sha256: hash }),
  /** What the chain registers the model's meaning under. */
  graphRoot: hash,
  /** Hash of the graph file. */
  artefact: hash,
  graph: z.strictObject({
    file: z
      .string()
      .min(1)
      .max(255)
      .refine((file) => !file.includes('\0'), 'must not hold a null'),
    bytes: z.int().positive(),
  }),
  nodes: z.int().positive(),
  inputs: z
    .array(z.strictObject({ name: z.string(), spec, quantisation }))
    .min(1)
    .max(4),
  outputs: z
    .array(
      z.strictObject({
        name: z.string(),
        node: z.int().nonnegative(),
        spec,
        /** Absent for indices. */
        quantisation: quantisation.optional(),
      }),
    )
    .min(1)
    .max(4),
  /** What the classes are called. */
  labels: z.array(z.string()).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** A compiled model as read from its folder. */
export interface CompiledFolder {
  manifest: Manifest;
  graph: Graph;
  /** The artefact's bytes. */
  graphBin: Uint8Array;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The manifest of a compiled model. Throws a `RefereeError` when the chain would refuse the graph. */
export const manifestOf = (model: CompiledModel, referee: Referee): Manifest => {
  const loaded = referee.loadGraph(model.graphBin);
  try {
    return {
      name: model.name,
      compiler: COMPILER_VERSION,
      source: model.source,
      graphRoot: hex(loaded.graphRoot),
      artefact: hex(loaded.artefact),
      graph: { file: GRAPH_FILE, bytes: model.graphBin.length },
      nodes: model.graph.nodes.length,
      inputs: model.inputs,
      outputs: model.outputs,
      ...(model.labels && { labels: [...model.labels] }),
    };
  } finally {
    loaded.free();
  }
};

/**
 * Writes a compiled model into `dir`, which is made if need be. Each file appears whole or not at all, the manifest
 * last. Throws a `RefereeError` when the chain would refuse the graph; then nothing is written.
 */
export const writeCompiled = async (
  dir: string,
  model: CompiledModel,
  referee: Referee,
): Promise<Manifest> => {
  const manifest = manifestOf(model, referee);
  await mkdir(dir, { recursive: true });
  const place = async (file: string, content: Uint8Array | string) => {
    const draft = join(dir, `.${file}.${process.pid}.tmp`);
    try {
      await writeFile(draft, content, { flush: true });
      await rename(draft, join(dir, file));
    } catch (cause) {
      await rm(draft, { force: true });
      throw cause;
    }
  };
  await place(GRAPH_FILE, model.graphBin);
  await place(MANIFEST_FILE, `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
};

const parseManifest = (text: string, path: string): Manifest => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CompileError('invalid-folder', `${path} is not JSON: ${(cause as Error).message}`);
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    throw new CompileError('invalid-folder', `${path}: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
};

/** The file's real path, which must lie inside the folder's. */
const inside = async (dir: string, file: string): Promise<string> => {
  const refused = new CompileError('invalid-folder', `"${file}" leads out of ${dir}`);
  if (isAbsolute(file)) throw refused;
  const [folder, path] = await Promise.all([realpath(dir), realpath(join(dir, file))]);
  const way = relative(folder, path);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) throw refused;
  return path;
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** What a folder is that has no manifest, and what to do. */
const notCompiled = async (dir: string): Promise<CompileError> => {
  const compile = (file: string) => `compile it: veritrace model compile ${file} --out DIR`;
  const what = async (): Promise<string> => {
    if (!(await isThere(dir))) return 'there is no such file or folder';
    if (!(await stat(dir)).isDirectory()) {
      return dir.endsWith('.onnx')
        ? `it is an ONNX model; ${compile(dir)}`
        : 'it is a file, not the folder of a compiled model';
    }
    const inner = join(dir, 'compiled');
    if (await isThere(join(inner, MANIFEST_FILE))) return `did you mean ${inner}?`;
    const onnx = (await readdir(dir)).find((file) => file.endsWith('.onnx'));
    const way =
      onnx === undefined ? 'veritrace model compile writes such folders' : compile(join(dir, onnx));
    return `it has no ${MANIFEST_FILE}; ${way}`;
  };
  return new CompileError('invalid-folder', `${dir} is no compiled model: ${await what()}`);
};

/**
 * Reads a compiled model's folder. Throws a `CompileError` when it is none, when a file is too large, leads out of the
 * folder, is not what the manifest says, or does not decode; other file system errors pass through.
 */
export const readCompiled = async (dir: string): Promise<CompiledFolder> => {
  const manifestPath = await inside(dir, MANIFEST_FILE).catch(
    async (cause: NodeJS.ErrnoException) => {
      throw cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? await notCompiled(dir) : cause;
    },
  );
  const text = new TextDecoder().decode(await readBounded(manifestPath, MAX_MANIFEST_BYTES));
  const manifest = parseManifest(text, join(dir, MANIFEST_FILE));
  const graphPath = await inside(dir, manifest.graph.file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new CompileError(
      'invalid-folder',
      `${dir} has no file "${manifest.graph.file}", which its manifest names`,
    );
  });
  const graphBin = new Uint8Array(await readBounded(graphPath, MAX_GRAPH_BYTES));
  if (graphBin.length !== manifest.graph.bytes) {
    throw new CompileError(
      'invalid-folder',
      `${graphPath} has ${graphBin.length} bytes; the manifest says ${manifest.graph.bytes}`,
    );
  }
  const artefact = createHash('sha256').update(graphBin).digest('hex');
  if (artefact !== manifest.artefact) {
    throw new CompileError(
      'invalid-folder',
      `${graphPath} has SHA-256 ${artefact}; the manifest says ${manifest.artefact}`,
    );
  }
  let graph: Graph;
  try {
    graph = decodeGraph(graphBin);
  } catch (cause) {
    throw new CompileError('invalid-folder', `${graphPath}: ${(cause as Error).message}`);
  }
  const agrees =
    graph.nodes.length === manifest.nodes &&
    graph.header.outputs.join() === manifest.outputs.map(({ node }) => node).join() &&
    JSON.stringify(graph.header.inputs) ===
      JSON.stringify(manifest.inputs.map((input) => input.spec)) &&
    manifest.outputs.every(
      ({ node, spec: output }) =>
        JSON.stringify(graph.nodes[node]?.output) === JSON.stringify(output),
    );
  if (!agrees) {
    throw new CompileError('invalid-folder', `${dir}: the manifest does not describe its graph`);
  }
  return { manifest, graph, graphBin };
};
