import { supervision } from '../src/supervision.ts';

supervision({ rounds: 6 });
