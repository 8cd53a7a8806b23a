export { writeManifest as sealRecord } from '@veritrace/replay';
export { type AccountDirectory, createAccountDirectory } from './actors/accounts.ts';
export { DaemonFailed } from './actors/cast.ts';
export { createRandom, pick } from './actors/random.ts';
export * from './behaviours/specs.ts';
export { formatProblem, InvalidFile, type Problem } from './declared/problem.ts';
export { ChainStalled, type Driver, type Network, type NetworkOptions } from './drivers/driver.ts';
export { createEmbeddedDriver, endEmbedded } from './embedded/driver.ts';
export { buildRawGenesis, GenesisRefused, type RawGenesis } from './embedded/raw-genesis.ts';
export {
  earlierRuntimePath,
  RuntimeMissing,
  readEarlierRuntime,
  readRuntime,
} from './embedded/runtime.ts';
export { type Invariant, invariants } from './invariants/checks.ts';
export { createMonitor, type InvariantReport, type Violation } from './invariants/monitor.ts';
export { readState } from './invariants/read.ts';
export type { ChainState } from './invariants/state.ts';
export { FaucetEmpty } from './live/faucet.ts';
export {
  createEndpointDriver,
  createNetworkDriver,
  type EndpointOptions,
  type LiveDriver,
} from './live/on-network.ts';
export {
  BadInput,
  type InputPort,
  quantise,
  readImage,
  readInputFile,
  readPicture,
  readScenarioInput,
} from './models/input.ts';
export { labelOf, loadModel, type Model } from './models/model.ts';
export * from './network/index.ts';
export { startNetwork } from './network/start-network.ts';
export * from './network/types.ts';
export {
  type FetchedRecord,
  type FetchRecordOptions,
  fetchRecord,
} from './recorder/fetch-record.ts';
export { writeLedger } from './recorder/ledger.ts';
export { type NodesDocument, nodesOf } from './recorder/nodes.ts';
export { plain, plainJson } from './recorder/plain.ts';
export { type Rehearsal, rehearse } from './replay/rehearse.ts';
export { type ReplayOptions, replayRecord } from './replay/replay-record.ts';
export type { ClaimVerdict, ReplayReport } from './replay/report.ts';
export { type ShownBlock, showBlock } from './replay/show-block.ts';
export type { Met } from './run/expectations.ts';
export type { Latency, Moment } from './run/latency.ts';
export { tokens } from './run/narrate.ts';
export { demandPlayable, type PlayOptions, play, ScenarioRefused, skippedOn } from './run/play.ts';
export type { OnProgress, Progress } from './run/progress.ts';
export type { ActorReport, RequestReport, RunReport, VerdictReport } from './run/report.ts';
export type { Situation } from './run/situation.ts';
export { formatUnits, toUnits } from './scenario/amount.ts';
export {
  type DraftBehaviour,
  type DraftPath,
  DraftRefused,
  draftBehaviours,
  draftScenario,
  MOST_HONEST,
  wholeLimit,
} from './scenario/draft/draft.ts';
export { scenarioJsonSchema } from './scenario/json-schema.ts';
export { type LoadedScenario, loadScenario, parseScenario } from './scenario/load.ts';
export {
  type DriverName,
  driverNames,
  type NodeFault,
  name as scenarioName,
  type Scenario,
  scenarioSchema,
} from './scenario/schema.ts';
export { TOKEN } from './token.ts';
export type { Ground } from './upgrade/ground.ts';
export {
  EARLIER_VERSION,
  EXPECTED,
  tellUpgrade,
  type UpgradeOutcome,
} from './upgrade/story.ts';
