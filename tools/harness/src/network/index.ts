/** Networks of real nodes: their specifications, and their supervisor. */

export { defaultFolder, isRunning, prepareFolder } from './process/folder.ts';
export { nodeBinary, veritraceProgram } from './process/launches.ts';
export { followLog, tail } from './process/logs.ts';
export { shutDown } from './process/shut-down.ts';
export { type NetworkState, readState as readNetworkState } from './process/state.ts';
export { NetworkGone, type NetworkStatus, networkStatus } from './process/status.ts';
export { type Look, type UntilOptions, until } from './process/until.ts';
export { knownFlags, ownFlags } from './rules/flags.ts';
export { loadNetwork, type NetworkSpec, parseNetwork } from './spec/load.ts';
export { startNetwork } from './start-network.ts';
export * from './types.ts';
export { loadZndsl, type ZndslTest } from './zndsl/check.ts';
export { runZndsl, type ZndslResult } from './zndsl/run.ts';
