import { nodeFaults } from '../src/node-faults.ts';
import { useNetwork } from '../src/use-network.ts';
import { workersBothWays } from '../src/workers-both-ways.ts';

const shared = useNetwork('local');

nodeFaults(shared);
workersBothWays(shared, { random: false });
