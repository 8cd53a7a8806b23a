import { useNetwork } from '../src/use-network.ts';
import { workersBothWays } from '../src/workers-both-ways.ts';

workersBothWays(useNetwork('local'), { random: true });
