import { EARLIER_VERSION, earlierRuntimePath } from '@veritrace/harness';
import { upgradeFromEarlier } from '../src/upgrade-from-earlier.ts';
import { useNetwork } from '../src/use-network.ts';

upgradeFromEarlier(
  useNetwork('local', { bootstrap: false, runtime: earlierRuntimePath(EARLIER_VERSION) }),
);
