import { dashboardFollows } from '../src/dashboard.ts';
import { nodeFaults } from '../src/node-faults.ts';
import { scenariosTogether } from '../src/scenarios.ts';
import { useNetwork } from '../src/use-network.ts';
import { workersBothWays } from '../src/workers-both-ways.ts';

const shared = useNetwork('local');

scenariosTogether(shared, () => {
  dashboardFollows(shared);
  workersBothWays(shared, { random: false });
});
nodeFaults(shared);
