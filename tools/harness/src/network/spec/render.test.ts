import { describe, expect, it } from 'vitest';
import { leastSpec } from '../testing/least-spec.ts';
import { parseNetwork } from './load.ts';
import { renderForZombienet } from './render.ts';
import { parseToml } from './toml.ts';

const text = `# A comment stays.
${leastSpec('small')}
[[relaychain.nodes]] # the first
name = "alice"
validator = true

  [[relaychain.nodes]]
  name = "bob"
  validator = true
  rpc_port = 9944

[veritrace]
description = "Ours"

[[veritrace.later]]
name = "late"
args = ["--sync=warp"]

[relaychain.genesis.runtimeGenesis.patch.sudo]
key = "5Grw"
`;

describe('renderForZombienet', () => {
  const ports = new Map([
    ['alice', { rpc: 20_001, p2p: 20_002, prometheus: 20_003 }],
    ['bob', { rpc: 20_004, p2p: 20_005, prometheus: 20_006 }],
  ]);
  const rendered = renderForZombienet(
    parseNetwork(text, 'small.toml'),
    (name) => ports.get(name) ?? { rpc: 0, p2p: 0, prometheus: 0 },
  );

  it('takes our tables out and leaves everything else, whatever the order', () => {
    const { data } = parseToml(rendered);
    const { veritrace: _ours, ...rest } = parseToml(text).data;
    expect(Object.keys(data)).toEqual(['settings', 'relaychain']);
    expect(data.settings).toEqual(rest.settings);
    expect(data.relaychain).toMatchObject({ genesis: { runtimeGenesis: { patch: { sudo: {} } } } });
    expect(rendered).not.toContain('warp');
  });

  it('puts ports in that are not pinned, and keeps those that are', () => {
    expect(parseToml(rendered).data.relaychain).toMatchObject({
      nodes: [
        { name: 'alice', rpc_port: 20_001, p2p_port: 20_002, prometheus_port: 20_003 },
        { name: 'bob', rpc_port: 9_944, p2p_port: 20_005, prometheus_port: 20_006 },
      ],
    });
  });

  it('keeps comments and templates as they are written', () => {
    expect(rendered).toContain('# A comment stays.');
    expect(rendered).toContain('[[relaychain.nodes]] # the first\nrpc_port = 20001\n');
    expect(rendered).toContain('{% raw %}{{chainName}}{% endraw %}');
  });
});
