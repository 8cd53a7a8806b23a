import { scenariosTogether } from '../src/scenarios.ts';
import { useNetwork } from '../src/use-network.ts';

scenariosTogether(useNetwork('local', { bootstrap: false }));
