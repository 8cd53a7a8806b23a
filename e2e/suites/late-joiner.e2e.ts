import { lateJoiner } from '../src/node-faults.ts';
import { useNetwork } from '../src/use-network.ts';

lateJoiner(useNetwork('late-joiner', { bootstrap: false }), 'latecomer');
