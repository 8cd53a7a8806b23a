import { nodeFaults } from '../src/node-faults.ts';
import { faultScenarios } from '../src/scenarios.ts';
import { useNetwork } from '../src/use-network.ts';

const shared = useNetwork('restless', { bootstrap: false });

nodeFaults(shared);
faultScenarios(shared);
