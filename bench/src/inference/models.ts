/** The models of the tree: every folder with a compiler's manifest, and the ONNX files it was made from. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Manifest, manifestSchema } from '@veritrace/compiler';

/** A file, or why there is none. */
export type Source = { type: 'file'; file: string } | { type: 'absent'; reason: string };

/** A compiled model with what else there is of it. */
export interface FoundModel {
  name: string;
  /** Absolute path of the compiled folder. */
  dir: string;
  manifest: Manifest;
  /** The float model that it was compiled from. */
  float: Source;
  /** The same model in QuantizeLinear and DequantizeLinear. */
  int8: Source;
}

/** A model's folder is not what its manifest says. The message says which file, and what to do. */
export class InvalidModel extends Error {
  override readonly name = 'InvalidModel';
}

const MANIFEST = 'manifest.json';

const foldersWithManifest = (folder: string): string[] => {
  if (existsSync(join(folder, MANIFEST))) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => foldersWithManifest(join(folder, entry.name)))
    .sort();
};

const readManifest = (file: string): Manifest => {
  const parsed = (() => {
    try {
      return manifestSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    } catch (cause) {
      throw new InvalidModel(`${file}: not JSON; compile the model again`, { cause });
    }
  })();
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InvalidModel(
    `${file}: ${issue?.path.join('.')}: ${issue?.message}; compile the model again`,
  );
};

/** Operators' names are plain text in an ONNX file. */
const isQdq = (onnx: Uint8Array): boolean =>
  Buffer.from(onnx.buffer, onnx.byteOffset, onnx.length).includes('DequantizeLinear');

const sourcesOf = (dir: string, { source }: Manifest): Pick<FoundModel, 'float' | 'int8'> => {
  const folder = dirname(dir);
  const absent = (reason: string): Source => ({ type: 'absent', reason });
  const file = join(folder, source.file);
  if (!existsSync(file)) {
    const reason = `${source.file}, which it was compiled from, is not beside it`;
    return { float: absent(reason), int8: absent(reason) };
  }
  const onnx = readFileSync(file);
  if (createHash('sha256').update(onnx).digest('hex') !== source.sha256) {
    throw new InvalidModel(`${file}: not the file that ${dir} was compiled from; compile it again`);
  }
  if (isQdq(onnx)) {
    return {
      float: absent('it was compiled from a quantised model'),
      int8: { type: 'file', file },
    };
  }
  const [qdq] = readdirSync(folder)
    .filter((name) => name.endsWith('.onnx') && join(folder, name) !== file)
    .filter((name) => isQdq(readFileSync(join(folder, name))))
    .sort();
  return {
    float: { type: 'file', file },
    int8:
      qdq === undefined
        ? absent('there is no QDQ model beside it')
        : { type: 'file', file: join(folder, qdq) },
  };
};

/** All models below a folder, by name. Throws an `InvalidModel`. */
export const findModels = (folder: string): FoundModel[] => {
  const root = resolve(folder);
  const found = existsSync(root) ? foldersWithManifest(root) : [];
  if (found.length === 0) {
    throw new InvalidModel(
      `${root}: there is no compiled model, a folder with ${MANIFEST}; links to folders are not followed. See: veritrace model compile --help`,
    );
  }
  const models = found
    .map((dir): FoundModel => {
      const manifest = readManifest(join(dir, MANIFEST));
      return { name: manifest.name, dir, manifest, ...sourcesOf(dir, manifest) };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
  for (const [index, { name, dir }] of models.entries()) {
    const other = models[index + 1];
    if (other?.name === name) {
      throw new InvalidModel(
        `${dir} and ${other.dir} are both called "${name}", and results go by name; compile one with another --name`,
      );
    }
  }
  return models;
};

/** Those of the given names, or all. Throws an `InvalidModel` that lists what there is. */
export const chooseModels = (
  models: readonly FoundModel[],
  names: readonly string[] | undefined,
): FoundModel[] => {
  if (names === undefined) return [...models];
  return names.map((name) => {
    const model = models.find((one) => one.name === name);
    if (model === undefined) {
      const known = models.map((one) => one.name).join(', ') || 'none';
      throw new InvalidModel(`there is no model "${name}"; there are: ${known}`);
    }
    return model;
  });
};
