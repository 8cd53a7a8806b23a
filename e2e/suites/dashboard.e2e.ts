import { dashboardFollows } from '../src/dashboard.ts';
import { scenariosTogether } from '../src/scenarios.ts';
import { useNetwork } from '../src/use-network.ts';

const shared = useNetwork('local');

scenariosTogether(shared, () => dashboardFollows(shared), ['demo']);
