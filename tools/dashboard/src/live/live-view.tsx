/** A chain as it runs: its newest blocks against who acts in them, and every request from escrow to payout. */

import { shownEndpoint } from '@veritrace/sdk/shown-endpoint';
import { useEffect, useMemo } from 'preact/hooks';
import { flowsOf, type MoneyFlow } from '../money/flows.ts';
import { Sankey, SumsVerdict } from '../money/sankey.tsx';
import { type ChainState, type Followed, type Following, useFollowed } from '../network/follow.ts';
import { standingOf, statusTone } from '../network/network-view.tsx';
import { emptyNode } from '../network/rpc.ts';
import { actorHref, requestHref } from '../page/route.ts';
import { BlockPanel, Story } from '../run/panels.tsx';
import { livesOf, PHASE_NAMES } from '../run/phases.ts';
import { type Happening, tellStory } from '../run/story.ts';
import { type Focus, Timeline } from '../run/timeline.tsx';
import { TOKEN } from '../ui/amount.ts';
import { Amount, Chip, plural, Section, Stat, Table, type Tone, whole } from '../ui/parts.tsx';
import { chronicleOf, type LiveActor, type LiveChronicle, type LiveRequest } from './chronicle.ts';
import { MOST_BLOCKS, MOST_EVENTS } from './follow-blocks.ts';

const stateTone: Readonly<Record<string, Tone>> = {
  settled: 'good',
  contested: 'warn',
  refunded: 'plain',
  cancelled: 'plain',
};

interface Told {
  chronicle: LiveChronicle;
  story: readonly Happening[];
  /** What an open request waits for, by name. */
  phases: ReadonlyMap<string, string>;
}

const State = ({ request, phases }: { request: LiveRequest } & Pick<Told, 'phases'>) =>
  request.state === 'open' ? (
    <Chip tone="accent">{phases.get(request.name) ?? 'open'}</Chip>
  ) : (
    <Chip tone={stateTone[request.state] ?? 'plain'}>{request.state}</Chip>
  );

/** Where nothing is known of what was before the first kept block. */
const orEarlier = (text: string, { isWhole }: LiveRequest) =>
  isWhole ? text : <span class="dim">earlier</span>;

const Workers = ({ request }: { request: LiveRequest }) =>
  request.workers.length === 0 && request.claims.length === 0 ? (
    <span class="dim">–</span>
  ) : (
    <ul class="list" style={{ gap: '3px' }}>
      {[...new Set([...request.workers, ...request.claims.map(({ worker }) => worker)])].map(
        (worker) => {
          const claim = request.claims.find((one) => one.worker === worker);
          return (
            <li key={worker}>
              <a href={actorHref(worker)}>{worker}</a>
              {claim === undefined ? null : claim.struck ? (
                <span class="bad"> claim struck</span>
              ) : (
                <span class="second"> answered</span>
              )}
            </li>
          );
        },
      )}
    </ul>
  );

const RequestPanel = ({
  request,
  flow,
  told: { story, phases, chronicle },
}: {
  request: LiveRequest;
  flow: MoneyFlow | undefined;
  told: Told;
}) => (
  <Section title={`Request ${request.name}`}>
    <div class="columns">
      <div class="card section">
        <dl class="facts">
          <dt>state</dt>
          <dd>
            <State request={request} phases={phases} />
          </dd>
          {request.isWhole ? (
            <>
              <dt>asked by</dt>
              <dd>
                <a href={actorHref(request.user)}>{request.user}</a>
              </dd>
              <dt>of</dt>
              <dd>
                {request.model}, {plural(request.redundancy, 'worker')}
              </dd>
              <dt>escrow</dt>
              <dd>
                <Amount units={request.escrow} />
              </dd>
            </>
          ) : (
            <>
              <dt>asked</dt>
              <dd>
                before block {chronicle.blocks[0]?.number}, the first that is kept; what was before
                is not shown
              </dd>
            </>
          )}
          <dt>workers</dt>
          <dd>
            <Workers request={request} />
          </dd>
        </dl>
        {flow === undefined || !request.isWhole ? null : (
          <>
            <h3>Its money</h3>
            <Sankey flow={flow} title={`Money of request ${request.name}`} />
            <SumsVerdict flow={flow} />
          </>
        )}
      </div>
      <div class="card section">
        <h3>From escrow to payout</h3>
        <Story story={story.filter((one) => one.request === request.name)} />
      </div>
    </div>
  </Section>
);

const ActorPanel = ({
  actor,
  chain,
  story,
}: {
  actor: LiveActor;
  chain: ChainState | undefined;
  story: readonly Happening[];
}) => {
  const worker = chain?.workers.find(({ account }) => account === actor.address);
  const standing = worker === undefined ? undefined : standingOf(worker);
  return (
    <Section title={actor.name} note={actor.role}>
      <div class="card section">
        <dl class="facts">
          <dt>account</dt>
          <dd>
            <code>{actor.address}</code>
          </dd>
          {worker === undefined || standing === undefined ? null : (
            <>
              <dt>operator</dt>
              <dd>
                <code>{worker.operator}</code>
              </dd>
              <dt>stake</dt>
              <dd>
                <Amount units={worker.stake} />
              </dd>
              <dt>standing</dt>
              <dd>
                <Chip tone={standing.tone}>{standing.text}</Chip>
              </dd>
            </>
          )}
        </dl>
        <Story
          story={story
            .filter(({ lane, target }) => lane === actor.name || target === actor.name)
            .slice(-100)}
        />
      </div>
    </Section>
  );
};

const Panel = ({ focus, told, chain }: { focus: Focus; told: Told; chain: Followed['chain'] }) => {
  const { chronicle, story } = told;
  const flows = useMemo(() => flowsOf(chronicle), [chronicle]);
  const [first, last] = [chronicle.blocks[0]?.number, chronicle.blocks.at(-1)?.number];
  const kept = `Blocks ${first ?? '–'} to ${last ?? '–'} are kept here.`;
  const missing = (what: string) => (
    <div class="notice">
      <p>
        {what} {kept}
      </p>
    </div>
  );
  switch (focus.kind) {
    case 'request': {
      const request = chronicle.summary.requests.find(({ name }) => name === focus.value);
      return request === undefined ? (
        missing(`Nothing was heard of a request ${focus.value}.`)
      ) : (
        <RequestPanel request={request} flow={flows.get(request.name)} told={told} />
      );
    }
    case 'actor': {
      const actor = chronicle.actor(focus.value);
      return actor === undefined ? (
        missing(`Nothing was heard of ${focus.value}.`)
      ) : (
        <ActorPanel actor={actor} chain={chain} story={story} />
      );
    }
    case 'block':
      return (
        <BlockPanel
          record={chronicle}
          number={Number(focus.value)}
          story={story}
          otherwise={`Block ${focus.value} is not here. ${kept}`}
        />
      );
  }
};

const Requests = ({
  told: { chronicle, phases },
  focus,
}: {
  told: Told;
  focus: Focus | undefined;
}) => (
  <Section title="Requests" note="Newest first">
    {chronicle.summary.requests.length === 0 ? (
      <p class="dim">Nobody has asked anything in the blocks that are kept.</p>
    ) : (
      <div class="card flush">
        <Table
          label="Requests"
          rows={chronicle.summary.requests}
          keyOf={({ id }) => id}
          isCurrent={({ name }) => focus?.kind === 'request' && focus.value === name}
          columns={[
            {
              title: 'request',
              cell: ({ name }) => <a href={requestHref(name)}>request {name}</a>,
            },
            { title: 'state', cell: (one) => <State request={one} phases={phases} /> },
            {
              title: 'asked by',
              cell: (one) =>
                one.isWhole ? <a href={actorHref(one.user)}>{one.user}</a> : orEarlier('', one),
            },
            { title: 'model', cell: (one) => orEarlier(one.model, one) },
            { title: 'workers', cell: (one) => <Workers request={one} /> },
            {
              title: `escrow, ${TOKEN}`,
              numeric: true,
              cell: ({ escrow }) => <Amount units={escrow} bare />,
            },
            {
              title: `paid, ${TOKEN}`,
              numeric: true,
              cell: ({ paid }) => <Amount units={paid} bare />,
            },
            {
              title: `back, ${TOKEN}`,
              numeric: true,
              cell: ({ refunded }) => <Amount units={refunded} bare />,
            },
            {
              title: 'blocks',
              numeric: true,
              cell: ({ blocks: { submitted, closed } }) => `${submitted ?? ''}–${closed ?? ''}`,
            },
          ]}
        />
      </div>
    )}
  </Section>
);

export const LiveView = ({
  following,
  focus,
}: {
  following: Following | undefined;
  focus: Focus | undefined;
}) => {
  const followed = useFollowed(following);
  const { blocks = [], chain, reconnections = 0, blocksProblem } = followed ?? {};
  const node = followed?.nodes[0] ?? emptyNode('');
  // The chain's state is another one with every block; what it adds here is not.
  const people = JSON.stringify([
    chain?.workers.map(({ account, operator }) => [account, operator]),
    chain?.models,
  ]);
  const told = useMemo((): Told => {
    const chronicle = chronicleOf(blocks, chain);
    return {
      chronicle,
      story: tellStory(chronicle),
      phases: new Map(
        livesOf(chronicle).flatMap(({ name, stretches }) => {
          const phase = stretches.at(-1)?.phase;
          return phase === undefined ? [] : [[name, PHASE_NAMES[phase]] as const];
        }),
      ),
    };
  }, [blocks, people]);

  const key = focus === undefined ? '' : `${focus.kind}/${focus.value}`;
  const isThere = blocks.length > 0;
  useEffect(() => {
    if (key !== '' && isThere)
      document.getElementById('focus')?.scrollIntoView({ block: 'nearest' });
  }, [key, isThere]);

  const { requests, verdicts } = told.chronicle.summary;
  const settled = requests.filter(({ state }) => state === 'settled').length;
  const [first, last] = [blocks[0]?.number, blocks.at(-1)?.number];
  return (
    <>
      <header class="page-head">
        <div class="eyebrow">
          <Chip tone={statusTone[node.status]}>
            {node.status === 'connected' ? 'live' : node.status}
          </Chip>
          <span>
            {shownEndpoint(node.endpoint)}
            {reconnections === 0
              ? ''
              : `, lost and found again ${reconnections === 1 ? 'once' : `${reconnections} times`}`}
          </span>
        </div>
        <h1>{node.chain ?? 'A chain that is followed'}</h1>
        <p>
          {first === undefined || last === undefined
            ? 'No block has come yet.'
            : `Blocks ${whole(first)} to ${whole(last)} of the best chain. The newest ${MOST_BLOCKS} are kept, and fewer where they have more than ${whole(MOST_EVENTS)} events.`}
        </p>
      </header>

      {node.status === 'lost' ? (
        <div class="notice" role="alert">
          <p>
            The node does not answer; it is tried again. What is shown is as it was
            {last === undefined ? '' : ` at block ${whole(last)}`}, and what comes meanwhile is read
            when the node is back.
          </p>
        </div>
      ) : null}
      {blocksProblem === undefined ? null : (
        <div class="notice" role="alert">
          <p>Blocks could not be read: {blocksProblem}. It is tried again with the next block.</p>
        </div>
      )}

      <dl class="stats">
        <Stat name="best block" value={node.best === undefined ? '–' : whole(node.best)} />
        <Stat
          name="finalized block"
          value={node.finalized === undefined ? '–' : whole(node.finalized)}
        />
        <Stat name="blocks kept" value={whole(blocks.length)} />
        <Stat name="requests" value={whole(requests.length)} />
        <Stat name="settled" value={whole(settled)} />
        <Stat name={verdicts.length === 1 ? 'conviction' : 'convictions'} value={verdicts.length} />
      </dl>

      <Section
        title="Timeline"
        note="Arrow keys go from mark to mark; + and − or Ctrl and the wheel zoom."
      >
        {isThere ? (
          <Timeline record={told.chronicle} story={told.story} focus={focus} isLive />
        ) : (
          <p class="dim">It begins with the first block.</p>
        )}
      </Section>

      {focus === undefined || !isThere ? null : (
        <div id="focus">
          <Panel focus={focus} told={told} chain={chain} />
        </div>
      )}

      <Requests told={told} focus={focus} />
    </>
  );
};
