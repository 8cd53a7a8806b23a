/** All rules, over one specification that fits the schema. */
import type { Issue } from '../../declared/problem.ts';
import {
  argumentsAreOneWord,
  flagsAreGivenOnce,
  flagsAreKnown,
  ownArgumentsAreLeft,
  warpingNodesKeepNoArchive,
} from './arguments.ts';
import {
  argsVersionIsOne,
  chainNameIsRaw,
  chainSpecIsExported,
  genesisIsPatched,
  placeholdersAreKnown,
} from './chain-spec.ts';
import { numbersAreSafe, tablesAreTables } from './layout.ts';
import {
  commandsAreNamed,
  faultsLeaveAMajority,
  faultsNameNodes,
  keyTypesAreWellFormed,
  namesAreDistinct,
  restartedNodesHaveNoEnv,
  someoneMakesBlocks,
  validatorsAreNamed,
  validatorsKeepTheirKeys,
} from './nodes.ts';
import { portsAreDistinct, wsPortIsRpcPort } from './ports.ts';
import type { Rule, Subject } from './rule.ts';
import { metricsStayInside, networksAreIsolated, providerIsChosenLater } from './settings.ts';
import {
  modelsAreCompiled,
  offchainWorkersAreOn,
  offchainWorkersHaveKeys,
  oneOffchainWorkerANode,
  workersAreAtNodesThatRun,
  workersNameThings,
} from './workers.ts';

const rules: readonly Rule[] = [
  tablesAreTables,
  numbersAreSafe,
  metricsStayInside,
  networksAreIsolated,
  providerIsChosenLater,
  chainSpecIsExported,
  chainNameIsRaw,
  placeholdersAreKnown,
  genesisIsPatched,
  argsVersionIsOne,
  argumentsAreOneWord,
  ownArgumentsAreLeft,
  flagsAreKnown,
  flagsAreGivenOnce,
  warpingNodesKeepNoArchive,
  namesAreDistinct,
  validatorsAreNamed,
  commandsAreNamed,
  someoneMakesBlocks,
  faultsNameNodes,
  faultsLeaveAMajority,
  restartedNodesHaveNoEnv,
  validatorsKeepTheirKeys,
  keyTypesAreWellFormed,
  portsAreDistinct,
  wsPortIsRpcPort,
  workersNameThings,
  workersAreAtNodesThatRun,
  modelsAreCompiled,
  offchainWorkersHaveKeys,
  oneOffchainWorkerANode,
  offchainWorkersAreOn,
];

/** Every known trap that the specification has stepped into. */
export const checkSpec = (subject: Subject): Issue[] => rules.flatMap((rule) => rule(subject));
