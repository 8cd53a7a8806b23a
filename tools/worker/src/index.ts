export type { Action, Chain, ClaimMade, Outcome } from './chain.ts';
export { createChallenger } from './challenger.ts';
export { createChildEngines, EngineError, type EngineLimits } from './child-engine/child-engine.ts';
export { entryOf } from './claim.ts';
export { chainOf } from './client-chain.ts';
export {
  type ChallengerOverrides,
  type ChallengerSettings,
  type KeeperOverrides,
  type KeeperSettings,
  type PublisherOverrides,
  type PublisherSettings,
  readChallengerConfig,
  readKeeperConfig,
  readPublisherConfig,
  readSidecarConfig,
  readWorkerConfig,
  type SidecarSettings,
  type WorkerOverrides,
  type WorkerSettings,
} from './config.ts';
export {
  ConfigError,
  type LogLevel,
  logLevels,
  type ModelSource,
  readSecret,
  type SecretPlace,
  type StoreSettings,
  shownConfig,
  shownSettings,
} from './config-file.ts';
export { identityOf } from './digest.ts';
export {
  createMemoryJournal,
  type EarlierEntry,
  type Entry,
  type Journal,
  openJournal,
} from './journal.ts';
export { createKeeper } from './keeper.ts';
export { loadModel } from './load-model.ts';
export { pageOfNode, placeOf } from './long-trace.ts';
export { freeModels, type ModelSettings, openModels } from './open-models.ts';
export { PROOF_CAP, type ProofCap } from './proof-cap.ts';
export { createPublisher } from './publisher.ts';
export {
  type RunOptions,
  runChallenger,
  runKeeper,
  runPublisher,
  runWorker,
} from './run-daemon.ts';
export { type Listen, LOOPBACK } from './sidecar/loopback.ts';
export {
  type Answer,
  decodeAnswer,
  encodeJob,
  type Job,
  type JobAction,
  PROTOCOL_VERSION,
} from './sidecar/protocol.ts';
export { runSidecar, type SidecarReady } from './sidecar/run-sidecar.ts';
export {
  ListenError,
  limitsFor,
  type ServerLimits,
  type SidecarServer,
  serveSidecar,
} from './sidecar/server.ts';
export {
  createSidecar,
  type Sidecar,
  type SidecarDeps,
  type SidecarStatus,
} from './sidecar/sidecar.ts';
export { backendsOf, openStores } from './stores.ts';
export type * from './types.ts';
export { verifySample } from './verify-sample.ts';
export { createWorker } from './worker.ts';
