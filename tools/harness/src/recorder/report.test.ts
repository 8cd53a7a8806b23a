import { describe, expect, it } from 'vitest';
import type { ChainFacts } from '../drivers/driver.ts';
import type { RunReport } from '../run/report.ts';
import { renderReport } from './report.ts';

const report: RunReport = {
  scenario: 'small',
  description: 'Is 1 < 2 & "true"? <script>alert(1)</script>',
  driver: 'embedded',
  seed: 1,
  passed: false,
  expectations: [{ name: 'it holds', passed: false, detail: 'it does not' }],
  invariants: { checked: 18, violated: [{ invariant: 'escrow', block: 4, detail: '1 < 2' }] },
  verdictsOfInvariants: [{ name: 'escrow', says: 'it adds up', held: false }],
  requests: [],
  verdicts: [],
  actors: [],
  stepLimit: 1024,
  burned: 0n,
  skipped: [],
  failure: undefined,
  blocks: 4,
  durationMs: 1200,
  record: undefined,
  recordRoot: undefined,
};

const facts: ChainFacts = {
  genesisRoot: '0x01',
  runtime: { name: 'veritrace', version: 1, sha256: 'ab' },
  preset: 'development',
};

describe('the report page', () => {
  it('shows what failed, and lets no text become markup', () => {
    const html = renderReport(report, {
      facts,
      story: [{ block: 3, text: 'paul asks "<b>"' }],
      inputs: new Map(),
    });
    expect(html).toContain('Is 1 &lt; 2 &amp; &quot;true&quot;? &lt;script&gt;');
    expect(html).toContain('<td>3</td><td>paul asks &quot;&lt;b&gt;&quot;</td>');
    expect(html).toContain('block 4, escrow: 1 &lt; 2');
    expect(html).not.toMatch(/<script|<b>|https?:/);
  });
});
