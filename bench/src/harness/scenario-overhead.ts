/** What a scenario takes besides the blocks it is made of. */
import {
  createEmbeddedDriver,
  type Driver,
  loadScenario,
  type Network,
  play,
  readState,
} from '@veritrace/harness';

/** One run. */
export interface ScenarioRun {
  scenario: string;
  blocks: number;
  wallMs: number;
  /** Making the chain. */
  startMs: number;
  /** Making blocks and telling daemons of them. */
  buildingMs: number;
  /** Reading the state after each block and checking the invariants on it. */
  watchingMs: number;
}

/** Everything that is neither: daemons that compute and sign, steps, expectations, the end. */
export const restOf = ({ wallMs, startMs, buildingMs, watchingMs }: ScenarioRun): number =>
  Math.max(0, wallMs - startMs - buildingMs - watchingMs);

interface Clock {
  start: number;
  advancing: number;
  reading: number;
  /** What this benchmark itself adds. */
  own: number;
}

/** The embedded driver, timed. */
const timed = (clock: Clock): Driver => {
  const driver = createEmbeddedDriver();
  const watch = (network: Network): Network => ({
    ...network,
    advance: async (from, signal) => {
      const began = performance.now();
      const advance = await network.advance(from, signal);
      const made = performance.now();
      clock.advancing += made - began;
      // A driver reads the state within `advance`: read once more, it tells how long that took.
      await readState(network.client, advance.taken.state.block);
      const took = performance.now() - made;
      clock.reading += took;
      clock.own += took;
      return advance;
    },
  });
  return {
    ...driver,
    start: async (options) => {
      const began = performance.now();
      const network = await driver.start(options);
      clock.start = performance.now() - began;
      return watch(network);
    },
  };
};

/** Plays a scenario once. Throws when it does not pass: how long it took would mean nothing. */
export const timeScenario = async (
  file: string,
  seed: number,
  signal?: AbortSignal,
): Promise<ScenarioRun> => {
  const loaded = await loadScenario(file);
  const clock: Clock = { start: 0, advancing: 0, reading: 0, own: 0 };
  const began = performance.now();
  const report = await play(loaded, {
    driver: timed(clock),
    seed,
    record: undefined,
    ...(signal === undefined ? {} : { signal }),
  });
  const wallMs = performance.now() - began - clock.own;
  if (!report.passed) {
    const failed = report.expectations.find(({ passed }) => !passed);
    throw new Error(
      `${report.scenario} did not pass: ${failed?.name ?? 'an invariant was violated'}`,
    );
  }
  return {
    scenario: report.scenario,
    blocks: report.blocks,
    wallMs,
    startMs: clock.start,
    buildingMs: clock.advancing - clock.reading,
    watchingMs: clock.reading,
  };
};
