/** Where things lie in this repository. */
import { resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
export const MODELS = resolve(ROOT, 'scenarios/models');
export const INPUTS = resolve(ROOT, 'scenarios/inputs');
export const LOCAL_NETWORK = resolve(ROOT, 'e2e/networks/local.toml');
/** Where the tables of `npm run economy` are. */
export const ECONOMY_PAGE = 'pallets/disputes/ECONOMY.md';
/** Where the tables of convictions are, and what they are made from. */
export const CONVICTION_PAGE = 'bench/CONVICTION.md';
export const CONVICTION_DATA = 'bench/testdata/conviction.json';
