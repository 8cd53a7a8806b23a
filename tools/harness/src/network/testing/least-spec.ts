/** The head of a specification for tests: the least that every one must say, nine lines and no node. */
export const leastSpec = (chain: string): string => `[settings]
prometheus = false
isolate_env = true

[relaychain]
chain = "${chain}"
chain_spec_command = "{{NODE}} export-chain-spec --runtime {{RUNTIME}} --preset rehearsal --chain {% raw %}{{chainName}}{% endraw %}"
default_command = "{{NODE}}"
default_substrate_cli_args_version = 1
`;
