import { describe, expect, it } from 'vitest';
import { suiteFiles } from './suites.mjs';

describe('suites', () => {
  const files = ['core.e2e.ts', 'faults.e2e.ts', 'faults-long.e2e.ts', 'helper.ts'];

  it('are chosen by how their names begin', () => {
    expect(suiteFiles(['faults'], files)).toEqual(['faults', 'faults-long']);
    expect(suiteFiles(['core', 'faults-'], files)).toEqual(['core', 'faults-long']);
    expect(suiteFiles(['moon'], files)).toEqual([]);
  });

  it('are all chosen by name', () => {
    expect(suiteFiles(['all'], files)).toEqual(['core', 'faults', 'faults-long']);
  });
});
