/** Drafts of scenario files: a whole story with a comment for every part, which checks and plays as it is. */
import type { NodeCost, Referee } from '@veritrace/referee';
import { type WorkerBehaviourSpec, workerBehaviourSpecs } from '../../behaviours/specs.ts';
import { isJsonObject, type Json } from '../../embedded/json.ts';
import { presetConfig } from '../../embedded/raw-genesis.ts';
import { readRuntime } from '../../embedded/runtime.ts';
import { readInputFile } from '../../models/input.ts';
import { labelOf, loadModel } from '../../models/model.ts';
import { parseScenario } from '../load.ts';
import { name as nameSchema } from '../schema.ts';
import type { DraftBehaviour } from './behaviours.ts';
import { renderDraft } from './render.ts';
import { LONG, type NodeSize, tales } from './tales.ts';

export { type DraftBehaviour, draftBehaviours, MOST_HONEST } from './behaviours.ts';

/** Why there can be no such scenario; the message says what is possible. */
export class DraftRefused extends Error {
  override readonly name = 'DraftRefused';
}

/** A path as this process reaches it, and as the file writes it. */
export interface DraftPath {
  path: string;
  written: string;
}

/** What a scenario is to be like. */
export interface DraftOptions {
  name: string;
  behaviour: DraftBehaviour;
  /** Honest workers; the fewest that the story takes when absent. */
  workers: number | undefined;
  /** Where it lies; a node that suits the story when absent. */
  node: number | 'random' | undefined;
  /** Folder of a compiled model. */
  model: DraftPath;
  /** What the model is asked about. */
  input: DraftPath;
  /** The input of models that are made on the fly, as the file writes it. */
  generatedInput: string;
  /** The JSON Schema for editors, as the file writes it. */
  schema: string;
  referee: Referee;
  /** Bytes of inputs up to which a node is shown whole, in one transaction. */
  maxWholeBytes: number;
}

const readWholeLimit = async (): Promise<number> => {
  const { bytes } = await readRuntime();
  const at = (value: Json | undefined, key: string): Json | undefined =>
    isJsonObject(value) ? value[key] : undefined;
  const config = await presetConfig(bytes, 'development');
  const limit = at(at(at(config, 'disputes'), 'parameters'), 'maxWholeBytes');
  if (typeof limit === 'number') return limit;
  throw new DraftRefused("the runtime's preset says nothing of disputes.parameters.maxWholeBytes");
};

// To ask the runtime takes seconds.
let limit: Promise<number> | undefined;

/** Bytes of a node's inputs up to which the preset of scenarios convicts in one transaction: what the runtime says. */
export const wholeLimit = (): Promise<number> => {
  limit ??= readWholeLimit();
  return limit;
};

/** What a story has to know of its model. */
interface Known {
  name: string;
  costs: readonly NodeCost[];
  /** The class that an honest answer names. */
  label: number | undefined;
}

/** Runs the model once, as an honest worker would. Throws a `BadInput` when the input does not fit it. */
const known = async ({ model, input, referee }: DraftOptions): Promise<Known> => {
  const found = await loadModel(model.path, 'model', referee);
  const { loaded, card } = found;
  try {
    const outputs = loaded.evaluate([await readInputFile(input.path, found.input)]);
    return {
      name: nameSchema.safeParse(card.name).success ? card.name : 'model',
      costs: loaded.costs,
      label: labelOf(
        found,
        loaded.header.outputs.map((node) => outputs[node] ?? new Uint8Array()),
      ),
    };
  } finally {
    loaded.free();
  }
};

const sizeOf = (cost: NodeCost | undefined, limit: number): NodeSize =>
  cost !== undefined && cost.wholeBytes <= limit ? 'small' : 'large';

/** Most nodes of a trace that a claim shows leaf by leaf. */
const MOST_LEAVES = 1024;

/** The text of a scenario file. Throws a `DraftRefused` or a `BadInput` that says what is possible. */
export const draftScenario = async (options: DraftOptions): Promise<string> => {
  const { name, behaviour, maxWholeBytes } = options;
  const tale = tales[behaviour];
  const [least, most] = tale.honest;
  const workers = options.workers ?? least;
  if (workers < least || workers > most) {
    const range = least === most ? least : `${least} to ${most}`;
    throw new DraftRefused(
      `a story of "${behaviour}" has ${range} honest ${most === 1 ? 'worker' : 'workers'}, not ${workers}`,
    );
  }
  if (options.node !== undefined && tale.lies === undefined) {
    throw new DraftRefused(`"${behaviour}" takes no node: leave it out`);
  }
  const isMade = tale.models !== 'compiled';
  const model = isMade ? undefined : await known(options);
  const nodes = model?.costs.length ?? LONG.nodes;
  if (typeof options.node === 'number' && options.node >= nodes) {
    throw new DraftRefused(
      `the model has nodes 0 to ${nodes - 1}; there is no node ${options.node}`,
    );
  }
  const suits = (model?.costs ?? []).findIndex((cost) => sizeOf(cost, maxWholeBytes) === tale.lies);
  const node = options.node ?? (tale.models === 'long' ? LONG.node : Math.max(0, suits));
  const size =
    tale.lies === undefined || node === 'random' || (!isMade && nodes > MOST_LEAVES)
      ? undefined
      : sizeOf(model?.costs[node], maxWholeBytes);
  const text = renderDraft({
    name,
    behaviour: { kind: behaviour, ...tale.takes(node) } as WorkerBehaviourSpec,
    does: workerBehaviourSpecs[behaviour].description ?? behaviour,
    tale,
    workers,
    model: {
      name: model?.name ?? 'model',
      dir: options.model.written,
      label: model?.label,
      input: isMade ? options.generatedInput : options.input.written,
    },
    // Of a long trace the page is what is shown, whatever the node.
    node: tale.lies === undefined || node === 'random' || tale.models === 'long' ? undefined : node,
    transactions: size === undefined ? undefined : tale.falls?.[size],
    schema: options.schema,
  });
  // What is handed out has been read: a mistake in it would be one of this module.
  parseScenario(text, `${name}.yaml`);
  return text;
};
