import { upgrade } from '../src/upgrade.ts';
import { useNetwork } from '../src/use-network.ts';

upgrade(useNetwork('local'));
