import { flagsOfTheLint, plainTests } from '../src/plain-tests.ts';
import { useNetwork } from '../src/use-network.ts';

plainTests(useNetwork('local', { bootstrap: false }));
flagsOfTheLint();
