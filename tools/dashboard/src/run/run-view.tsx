/** The whole of a run: who did what, block by block, and whether everything held. */
import { useEffect, useMemo } from 'preact/hooks';
import { flowsOf, type MoneyFlow, total } from '../money/flows.ts';
import { Sankey, SumsVerdict } from '../money/sankey.tsx';
import { actorHref, hrefOf, requestHref } from '../page/route.ts';
import type { RunRecord } from '../record/record.ts';
import type { ActorSummary, RequestSummary } from '../record/schema.ts';
import { exactAmount, shortAmount, TOKEN } from '../ui/amount.ts';
import { No, Yes, YesOrNo } from '../ui/icons.tsx';
import { Amount, Chip, Digest, plural, Section, Stat, Table, whole } from '../ui/parts.tsx';
import { Glyph } from './glyph.tsx';
import { BlockPanel, Story } from './panels.tsx';
import { InputPicture } from './picture.tsx';
import { type Happening, subjectText, tellStory } from './story.ts';
import { type Focus, faultsOf, Timeline } from './timeline.tsx';

const answerOf = ({ label, text }: RequestSummary): string => {
  if (text !== undefined) return `“${text}”`;
  return label === undefined ? '–' : String(label);
};

const StateChip = ({ request }: { request: RequestSummary }) => {
  const tone = request.state === 'settled' ? 'good' : request.error !== undefined ? 'bad' : 'plain';
  return <Chip tone={tone}>{request.error ?? request.state}</Chip>;
};

const Claims = ({ request }: { request: RequestSummary }) =>
  request.claims.length === 0 ? (
    <span class="dim">{request.workers.join(', ') || '–'}</span>
  ) : (
    <ul class="list" style={{ gap: '3px' }}>
      {request.claims.map(({ worker, true: isTrue, struck, label, text }, index) => (
        <li key={index}>
          <YesOrNo yes={isTrue} label={isTrue ? 'true' : 'false'} />{' '}
          <a href={actorHref(worker)}>{worker}</a>
          {label === undefined && text === undefined ? null : (
            <span class="second"> says {text ?? label}</span>
          )}
          {struck ? <span class="bad">, struck</span> : null}
        </li>
      ))}
    </ul>
  );

const RequestPanel = ({
  record,
  request,
  story,
  flow,
}: {
  record: RunRecord;
  request: RequestSummary;
  story: readonly Happening[];
  flow: MoneyFlow | undefined;
}) => {
  const model = record.models.find(({ name }) => name === request.model);
  const dispute = record.summary.verdicts.findIndex((one) => one.request === request.name);
  return (
    <Section
      title={`Request ${request.name}`}
      note={request.id === undefined ? undefined : `number ${request.id} on chain`}
    >
      <div class="columns">
        <div class="card section">
          <div class="verdict-line" style={{ gap: '14px 22px', alignItems: 'start' }}>
            <InputPicture
              bytes={record.inputs.get(request.name)}
              model={model}
              request={request.name}
              large
            />
            <dl class="facts">
              <dt>asked by</dt>
              <dd>
                <a href={actorHref(request.user)}>{request.user}</a>
              </dd>
              <dt>of</dt>
              <dd>
                <a href={hrefOf({ view: 'model', name: request.model })}>{request.model}</a>,{' '}
                {plural(request.redundancy, 'worker')}
              </dd>
              <dt>claims</dt>
              <dd>
                <Claims request={request} />
              </dd>
              <dt>answer</dt>
              <dd>{answerOf(request)}</dd>
              <dt>ends</dt>
              <dd>
                <StateChip request={request} />
              </dd>
            </dl>
          </div>
          {dispute < 0 ? null : (
            <a
              class="button"
              href={hrefOf({ view: 'dispute', index: dispute })}
              style={{ justifySelf: 'start' }}
            >
              See how the lie was proved
            </a>
          )}
          {flow === undefined ? null : (
            <>
              <h3>Its money</h3>
              <Sankey flow={flow} title={`Money of ${request.name}`} />
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
};

const ActorPanel = ({
  record,
  actor,
  story,
}: {
  record: RunRecord;
  actor: ActorSummary;
  story: readonly Happening[];
}) => {
  const account = record.accounts.find(({ name }) => name === actor.name);
  const log = record.logs.get(actor.name);
  const change = BigInt(actor.after) - BigInt(actor.before);
  return (
    <Section
      title={actor.name}
      note={`${actor.role}${actor.behaviour === '' ? '' : `, ${actor.behaviour}`}`}
    >
      <div class="card section">
        <dl class="facts">
          <dt>did</dt>
          <dd>{actor.did || 'nothing'}</dd>
          {account === undefined ? null : (
            <>
              <dt>account</dt>
              <dd>
                <code>{account.address}</code>
              </dd>
            </>
          )}
          {account?.operator === undefined ? null : (
            <>
              <dt>operator</dt>
              <dd>
                <code>{account.operator}</code>
              </dd>
            </>
          )}
          <dt>had, free and held</dt>
          <dd class="tabular">
            {exactAmount(BigInt(actor.before))} {TOKEN}
          </dd>
          <dt>has</dt>
          <dd class="tabular">
            {exactAmount(BigInt(actor.after))} {TOKEN}{' '}
            <span class={change < 0n ? 'bad' : 'good'}>
              ({change > 0n ? '+' : ''}
              {shortAmount(change)})
            </span>
          </dd>
        </dl>
        <Story
          story={story.filter(({ lane, target }) => lane === actor.name || target === actor.name)}
        />
        {log === undefined || log === '' ? null : (
          <details>
            <summary>What its daemon logged</summary>
            <pre>{log.slice(0, 200_000)}</pre>
          </details>
        )}
      </div>
    </Section>
  );
};

const Panel = ({
  record,
  focus,
  story,
  flows,
}: {
  record: RunRecord;
  focus: Focus;
  story: readonly Happening[];
  flows: ReadonlyMap<string, MoneyFlow>;
}) => {
  switch (focus.kind) {
    case 'request': {
      const request = record.summary.requests.find(
        ({ name, id }) => name === focus.value || id === focus.value,
      );
      return request === undefined ? (
        <Missing what={`request ${focus.value}`} />
      ) : (
        <RequestPanel
          record={record}
          request={request}
          story={story}
          flow={flows.get(request.name)}
        />
      );
    }
    case 'actor': {
      const actor = record.actor(focus.value);
      return actor === undefined ? (
        <Missing what={`actor ${focus.value}`} />
      ) : (
        <ActorPanel record={record} actor={actor} story={story} />
      );
    }
    case 'block':
      return (
        <BlockPanel
          record={record}
          number={Number(focus.value)}
          story={story}
          otherwise={`The record has no block ${focus.value}.`}
        />
      );
  }
};

const Missing = ({ what }: { what: string }) => (
  <div class="notice">
    <p>The record has no {what}.</p>
  </div>
);

const Faults = ({ record }: { record: RunRecord }) => {
  const { behaviours, steps } = faultsOf(record);
  if (behaviours.length === 0 && steps.length === 0) {
    return <p class="dim">None: everyone was honest and nothing was broken on purpose.</p>;
  }
  return (
    <ul class="check-list">
      {behaviours.map(({ name, role, behaviour, did }) => (
        <li key={name}>
          <Glyph kind="fault" />
          <span>
            <a href={actorHref(name)}>{name}</a>, {role}: <b>{behaviour}</b>
            {did === '' ? null : <span class="second"> – {did}</span>}
          </span>
        </li>
      ))}
      {steps.map(({ text, from }) => (
        <li key={`${from}/${text}`}>
          <Glyph kind="fault" />
          <span>
            {text} <span class="dim">after block {from}</span>
          </span>
        </li>
      ))}
    </ul>
  );
};

/** How an actor must end, in words. */
const ENDINGS: Readonly<Record<string, string>> = {
  'at-least-owed': 'with its due',
  lost: 'with less',
  'no-gain': 'with no more',
  'worse-than-honest': 'worse than honest',
};

export const RunView = ({ record, focus }: { record: RunRecord; focus: Focus | undefined }) => {
  const { summary, chain } = record;
  const story = useMemo(() => tellStory(record), [record]);
  const flows = useMemo(() => flowsOf(record), [record]);
  const everything = useMemo(() => total(flows.values()), [flows]);
  const key = focus === undefined ? '' : `${focus.kind}/${focus.value}`;
  useEffect(() => {
    if (key === '') return;
    document.getElementById('focus')?.scrollIntoView({ block: 'nearest' });
  }, [key]);

  const { violated, checked } = summary.invariants;
  const met = summary.expectations.filter(({ passed }) => passed).length;
  const hasOwed = summary.actors.some(({ owed }) => owed !== undefined);
  return (
    <>
      <header class="page-head">
        <div class="eyebrow">
          <Chip tone={summary.passed ? 'good' : 'bad'}>
            {summary.passed ? <Yes /> : <No />}
            {summary.passed ? 'everything held' : 'something did not hold'}
          </Chip>
          <span>
            {summary.driver}, seed {summary.seed}
          </span>
        </div>
        <h1>{summary.scenario}</h1>
        <p>{summary.description}</p>
      </header>

      {summary.failure ? (
        <div class="notice error" role="alert">
          <h2>The story stopped</h2>
          <p>{summary.failure.reason}</p>
        </div>
      ) : null}

      <dl class="stats">
        <Stat name="blocks" value={whole(summary.blocks)} />
        <Stat name="requests" value={whole(summary.requests.length)} />
        <Stat
          name={summary.verdicts.length === 1 ? 'conviction' : 'convictions'}
          value={summary.verdicts.length}
        />
        <Stat name="burned" value={shortAmount(BigInt(summary.burned))} unit={TOKEN} />
        <Stat name="checks of invariants" value={whole(checked)} />
        <Stat name="expectations met" value={`${met} of ${summary.expectations.length}`} />
      </dl>

      <Section
        title="Timeline"
        note="Arrow keys go from mark to mark; + and − or Ctrl and the wheel zoom."
      >
        <Timeline record={record} story={story} focus={focus} />
      </Section>

      {focus === undefined ? null : (
        <div id="focus">
          <Panel record={record} focus={focus} story={story} flows={flows} />
        </div>
      )}

      {summary.requests.length === 0 ? null : (
        <Section title="Requests">
          <div class="card flush">
            <Table
              label="Requests"
              rows={summary.requests}
              isCurrent={({ name }) => focus?.kind === 'request' && focus.value === name}
              columns={[
                {
                  title: 'request',
                  cell: (one) => (
                    <span style={{ display: 'flex', gap: '12px', alignItems: 'center' }}>
                      <InputPicture
                        bytes={record.inputs.get(one.name)}
                        model={record.models.find(({ name }) => name === one.model)}
                        request={one.name}
                      />
                      <a href={requestHref(one.name)}>{one.name}</a>
                    </span>
                  ),
                },
                {
                  title: 'model',
                  cell: ({ model }) => <a href={hrefOf({ view: 'model', name: model })}>{model}</a>,
                },
                { title: 'claims', cell: (one) => <Claims request={one} /> },
                { title: 'answer', cell: answerOf },
                { title: 'ends', cell: (one) => <StateChip request={one} /> },
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
                  cell: ({ blocks }) =>
                    blocks?.closed === undefined ? '–' : `${blocks.submitted}–${blocks.closed}`,
                },
              ]}
            />
          </div>
        </Section>
      )}

      {flows.size === 0 ? null : (
        <Section
          title="Where the money went"
          note="All requests together, from the chain’s events alone"
        >
          <div class="card section">
            <Sankey flow={everything} title="Money of all requests" />
            <SumsVerdict flow={everything} />
          </div>
        </Section>
      )}

      <Section title="Who did what" note={`Amounts in ${TOKEN}`}>
        <div class="card flush">
          <Table
            label="Actors"
            rows={summary.actors}
            isCurrent={({ name }) => focus?.kind === 'actor' && focus.value === name}
            columns={[
              { title: 'who', cell: ({ name }) => <a href={actorHref(name)}>{name}</a> },
              {
                title: 'role',
                cell: ({ role, behaviour }) => (
                  <>
                    {role}{' '}
                    {behaviour === 'honest' || behaviour === '' ? null : (
                      <Chip tone="warn">{behaviour}</Chip>
                    )}
                  </>
                ),
              },
              { title: 'did', cell: ({ did }) => did || <span class="dim">nothing</span> },
              {
                title: 'received',
                numeric: true,
                cell: ({ received }) => <Amount units={received} bare />,
              },
              { title: 'price', numeric: true, cell: ({ spent }) => <Amount units={spent} bare /> },
              {
                title: 'lost',
                numeric: true,
                cell: ({ slashed, penalised, fined }) => (
                  <span class={BigInt(slashed) > 0n ? 'bad' : ''}>
                    <Amount units={BigInt(slashed) + BigInt(penalised) + BigInt(fined)} bare />
                  </span>
                ),
              },
              { title: 'fees', numeric: true, cell: ({ fees }) => <Amount units={fees} bare /> },
              {
                title: 'before',
                numeric: true,
                cell: ({ before }) => <Amount units={before} bare />,
              },
              { title: 'after', numeric: true, cell: ({ after }) => <Amount units={after} bare /> },
              ...(hasOwed
                ? [
                    {
                      title: 'net of fees',
                      numeric: true,
                      cell: ({ net }: ActorSummary) =>
                        net === undefined ? '–' : <Amount units={net} bare />,
                    },
                    {
                      title: 'owed',
                      numeric: true,
                      cell: ({ owed }: ActorSummary) =>
                        owed === undefined ? '–' : <Amount units={owed} bare />,
                    },
                    {
                      title: 'must end',
                      cell: ({ ends, held }: ActorSummary) =>
                        held === undefined || ends === undefined || ends === 'any' ? (
                          '–'
                        ) : (
                          <>
                            <YesOrNo yes={held} /> {ENDINGS[ends] ?? ends}
                          </>
                        ),
                    },
                  ]
                : []),
            ]}
          />
        </div>
      </Section>

      {summary.verdicts.length === 0 ? null : (
        <Section title="Verdicts">
          <div class="card flush">
            <Table
              label="Verdicts"
              rows={summary.verdicts.map((verdict, index) => ({ ...verdict, index }))}
              columns={[
                { title: 'block', numeric: true, cell: ({ block }) => block },
                { title: 'worker', cell: ({ worker }) => <a href={actorHref(worker)}>{worker}</a> },
                {
                  title: 'request',
                  cell: ({ request }) => <a href={requestHref(request)}>{request}</a>,
                },
                { title: 'at', cell: ({ subject }) => subjectText(subject) },
                {
                  title: 'by',
                  cell: ({ challenger }) => <a href={actorHref(challenger)}>{challenger}</a>,
                },
                { title: 'evidence', cell: ({ evidence }) => evidence.toLowerCase() },
                { title: 'transactions', numeric: true, cell: ({ transactions }) => transactions },
                {
                  title: `to others, ${TOKEN}`,
                  numeric: true,
                  cell: ({ paid }) => <Amount units={paid} bare />,
                },
                {
                  title: `burned, ${TOKEN}`,
                  numeric: true,
                  cell: ({ burned }) => <Amount units={burned} bare />,
                },
                {
                  title: 'proof',
                  cell: ({ index, worker }) => (
                    <a
                      href={hrefOf({ view: 'dispute', index })}
                      aria-label={`See how: the dispute with ${worker}`}
                    >
                      See how
                    </a>
                  ),
                },
              ]}
            />
          </div>
        </Section>
      )}

      <div class="columns">
        <Section title="Expectations" note={`${met} of ${summary.expectations.length} met`}>
          <div class="card">
            <ul class="check-list">
              {summary.expectations.map(({ name, passed, detail }) => (
                <li key={name}>
                  <YesOrNo yes={passed} label={passed ? 'met' : 'not met'} />
                  <span>
                    {name} <span class="dim">– {detail}</span>
                  </span>
                </li>
              ))}
            </ul>
          </div>
        </Section>
        <Section title="Faults injected">
          <div class="card">
            <Faults record={record} />
          </div>
        </Section>
      </div>

      <Section
        title="Invariants"
        note={`${whole(checked)} checks over ${whole(summary.blocks)} blocks, ${violated.length} violated`}
      >
        {violated.length === 0 ? null : (
          <div class="notice error" role="alert">
            <ul>
              {violated.slice(0, 50).map(({ invariant, block, detail }) => (
                <li key={`${invariant}/${block}`}>
                  block {block}, {invariant}: {detail}
                </li>
              ))}
            </ul>
          </div>
        )}
        <div class="card">
          <ul class="invariants">
            {summary.verdictsOfInvariants.map(({ name, says, held }) => (
              <li key={name}>
                <YesOrNo yes={held} label={held ? 'held' : 'violated'} />
                <div>
                  <b>{name}</b>
                  <span>{says}</span>
                </div>
              </li>
            ))}
          </ul>
        </div>
      </Section>

      {chain === undefined ? null : (
        <Section title="The chain">
          <div class="card">
            <dl class="facts">
              <dt>runtime</dt>
              <dd>
                {chain.runtime.name} {chain.runtime.version},{' '}
                <Digest hex={chain.runtime.sha256} keep={18} />
              </dd>
              <dt>genesis state root</dt>
              <dd>
                <Digest hex={chain.genesisRoot} keep={18} />
              </dd>
              {chain.chain === undefined ? null : (
                <>
                  <dt>chain</dt>
                  <dd>{chain.chain}</dd>
                </>
              )}
              {chain.preset === undefined ? null : (
                <>
                  <dt>preset</dt>
                  <dd>{chain.preset}</dd>
                </>
              )}
              <dt>played</dt>
              <dd>
                in {(summary.durationMs / 1000).toFixed(1)} s
                {Object.entries(record.versions).map(([name, version]) => `, ${name} ${version}`)}
              </dd>
            </dl>
          </div>
        </Section>
      )}
    </>
  );
};
