import { drawDistribution } from '../src/draw.ts';
import { useNetwork } from '../src/use-network.ts';

drawDistribution(useNetwork('local', { bootstrap: false }));
