/** A network as it is now: its nodes and their heads, the workers with their stake and standing. */

import { shownEndpoint } from '@veritrace/sdk/shown-endpoint';
import { useState } from 'preact/hooks';
import { TOKEN } from '../ui/amount.ts';
import {
  Amount,
  Chip,
  Digest,
  plural,
  Section,
  Stat,
  Table,
  type Tone,
  whole,
} from '../ui/parts.tsx';
import { type Following, useFollowed, type WorkerState } from './follow.ts';
import type { NodeState } from './rpc.ts';

export const statusTone: Readonly<Record<NodeState['status'], Tone>> = {
  connecting: 'plain',
  connected: 'good',
  lost: 'bad',
};

export const standingOf = ({
  accusations,
  stake,
  serves,
  unbonding,
}: WorkerState): { tone: Tone; text: string } => {
  if (accusations > 0) return { tone: 'bad', text: plural(accusations, 'accusation') };
  if (stake === 0n) return { tone: 'plain', text: unbonding > 0n ? 'leaving' : 'no stake' };
  if (serves === 0) return { tone: 'plain', text: 'serves nothing' };
  return { tone: 'good', text: 'can be drawn' };
};

const Form = ({
  endpoints,
  onEndpoint,
}: {
  endpoints: readonly string[];
  onEndpoint(address: string): void;
}) => {
  const [wrong, setWrong] = useState(false);
  return (
    <form
      class="endpoint"
      style={{ maxWidth: '560px', flexWrap: 'wrap' }}
      onSubmit={(event) => {
        event.preventDefault();
        const address = String(
          new FormData(event.currentTarget as HTMLFormElement).get('endpoint') ?? '',
        ).trim();
        const isRight =
          address !== '' && address.split(/[\s,]+/).every((one) => /^wss?:\/\/[^\s/]+/.test(one));
        setWrong(!isRight);
        if (isRight) onEndpoint(address);
      }}
    >
      <input
        name="endpoint"
        aria-label="Addresses of nodes"
        aria-invalid={wrong}
        {...(wrong ? { 'aria-describedby': 'endpoint-problem' } : {})}
        defaultValue={endpoints.map(shownEndpoint).join(', ')}
        placeholder="ws://127.0.0.1:9944"
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit" class="button">
        Follow
      </button>
      {wrong ? (
        <p id="endpoint-problem" class="bad" role="alert" style={{ flexBasis: '100%' }}>
          An address begins with ws:// or wss://; several are set apart by commas.
        </p>
      ) : null}
    </form>
  );
};

const Workers = ({ workers }: { workers: readonly WorkerState[] }) => (
  <div class="card flush">
    <Table
      label="Workers"
      rows={workers}
      keyOf={({ account }) => account}
      columns={[
        { title: 'worker', cell: ({ account }) => <Digest hex={account} keep={10} /> },
        {
          title: 'standing',
          cell: (one) => {
            const { tone, text } = standingOf(one);
            return <Chip tone={tone}>{text}</Chip>;
          },
        },
        {
          title: `stake, ${TOKEN}`,
          numeric: true,
          cell: ({ stake }) => <Amount units={stake} bare />,
        },
        {
          title: `locked, ${TOKEN}`,
          numeric: true,
          cell: ({ locked }) => <Amount units={locked} bare />,
        },
        {
          title: `unbonding, ${TOKEN}`,
          numeric: true,
          cell: ({ unbonding }) => <Amount units={unbonding} bare />,
        },
        {
          title: `least price, ${TOKEN}`,
          numeric: true,
          cell: ({ minPrice }) => <Amount units={minPrice} bare />,
        },
        { title: 'models served', numeric: true, cell: ({ serves }) => serves },
        { title: 'operator', cell: ({ operator }) => <Digest hex={operator} keep={10} /> },
      ]}
    />
  </div>
);

export const NetworkView = ({
  endpoints,
  following,
  onEndpoint,
}: {
  endpoints: readonly string[];
  following: Following | undefined;
  onEndpoint(address: string): void;
}) => {
  const { nodes = [], chain, problem } = useFollowed(following) ?? {};
  const connected = nodes.filter(({ status }) => status === 'connected');
  const best = Math.max(...nodes.map((node) => node.best ?? 0));
  const finalized = Math.max(...nodes.map((node) => node.finalized ?? 0));
  const open = chain?.openRequests.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const chainName = connected.find((node) => node.chain !== undefined)?.chain;
  return (
    <>
      <header class="page-head">
        <h1>{chainName ?? 'Network'}</h1>
        <p>
          {endpoints.length === 0
            ? 'Nodes are asked directly, by JSON-RPC over a WebSocket; what the chain has is read by its own metadata.'
            : chain === undefined
              ? `${connected.length} of ${plural(nodes.length, 'node')} connected.`
              : `${connected.length} of ${plural(nodes.length, 'node')} connected, runtime ${chain.runtime}, workers as of block ${whole(chain.block)}.`}
        </p>
      </header>
      <Form key={endpoints.join(' ')} endpoints={endpoints} onEndpoint={onEndpoint} />
      {problem === undefined ? null : (
        <div class="notice" role="alert">
          <p>
            The chain’s state could not be read: {problem}. It is tried again with the next block.
          </p>
        </div>
      )}
      {endpoints.length === 0 ? null : (
        <>
          <dl class="stats">
            <Stat name="best block" value={best > 0 ? whole(best) : '–'} />
            <Stat
              name="finalized block"
              value={finalized > 0 || best > 0 ? whole(finalized) : '–'}
            />
            <Stat name="behind the best" value={best > 0 ? best - finalized : '–'} />
            <Stat name="workers" value={chain === undefined ? '–' : chain.workers.length} />
            <Stat name="models" value={chain === undefined ? '–' : whole(chain.models.length)} />
            <Stat name="open requests" value={chain === undefined ? '–' : whole(open)} />
          </dl>
          <Section title="Nodes">
            <div class="card flush">
              <Table
                label="Nodes"
                rows={nodes}
                columns={[
                  {
                    title: 'address',
                    cell: ({ endpoint }) => <code class="address">{shownEndpoint(endpoint)}</code>,
                  },
                  {
                    title: 'state',
                    cell: ({ status, isSyncing, problem: trouble }) => (
                      <>
                        <Chip tone={statusTone[status]}>{isSyncing ? 'syncing' : status}</Chip>
                        {trouble === undefined ? null : <span class="dim"> {trouble}</span>}
                      </>
                    ),
                  },
                  {
                    title: 'node',
                    cell: ({ name, version }) =>
                      name === undefined
                        ? '–'
                        : `${name}${version === undefined ? '' : ` ${version}`}`,
                  },
                  { title: 'peers', numeric: true, cell: ({ peers }) => peers ?? '–' },
                  {
                    title: 'best',
                    numeric: true,
                    cell: (node) => (node.best === undefined ? '–' : whole(node.best)),
                  },
                  {
                    title: 'finalized',
                    numeric: true,
                    cell: (node) => (node.finalized === undefined ? '–' : whole(node.finalized)),
                  },
                ]}
              />
            </div>
          </Section>
          {chain === undefined ? null : (
            <>
              {chain.openRequests.length === 0 ? null : (
                <Section title="Open requests">
                  <div class="picker">
                    {chain.openRequests.map(({ status, count }) => (
                      <Chip key={status} tone={status === 'Contested' ? 'warn' : 'plain'}>
                        {count} {status.toLowerCase()}
                      </Chip>
                    ))}
                  </div>
                </Section>
              )}
              <Section title="Workers">
                {chain.workers.length === 0 ? (
                  <p class="dim">No worker is registered.</p>
                ) : (
                  <Workers workers={chain.workers} />
                )}
              </Section>
            </>
          )}
        </>
      )}
    </>
  );
};
