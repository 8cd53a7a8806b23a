/** Engines, one per model, made when first needed. */
import type { Engine, EngineFactory, EngineOptions, LoadedModel } from './types.ts';

export interface Engines {
  run(model: LoadedModel, inputs: Uint8Array[]): Promise<Uint8Array[]>;
  dispose(): Promise<void>;
}

export const createEngines = (create: EngineFactory, options: EngineOptions): Engines => {
  const engines = new Map<string, Promise<Engine>>();
  return {
    run: async (model, inputs) => {
      let engine = engines.get(model.graphRoot);
      if (engine === undefined) {
        engine = create(model.loaded.graph, options);
        engines.set(model.graphRoot, engine);
        engine.catch(() => engines.delete(model.graphRoot));
      }
      return (await engine).run(inputs);
    },
    dispose: async () => {
      const made = await Promise.allSettled(engines.values());
      engines.clear();
      await Promise.all(made.map((each) => each.status === 'fulfilled' && each.value.dispose()));
    },
  };
};

/** The referee as an engine: slow, and right by definition. */
export const refereeEngines = (): Engines => ({
  run: async (model, inputs) => model.loaded.evaluate(inputs),
  dispose: async () => undefined,
});
