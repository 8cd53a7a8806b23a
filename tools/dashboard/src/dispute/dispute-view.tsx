/** How a lie was proved: the model with the leaves of the claim, the tile, the transactions, the money. */
import { useMemo, useState } from 'preact/hooks';
import { type LeafState, ModelGraph, STATE_NAMES } from '../model/graph.tsx';
import { NodeFacts } from '../model/node-facts.tsx';
import { operatorText } from '../model/words.ts';
import type { Entry, MoneyFlow } from '../money/flows.ts';
import { Sankey, SumsVerdict } from '../money/sankey.tsx';
import { actorHref, blockHref, hrefOf, requestHref } from '../page/route.ts';
import type { RunRecord } from '../record/record.ts';
import type { Dispute } from '../record/schema.ts';
import { subjectText } from '../run/story.ts';
import { withToken } from '../ui/amount.ts';
import { Digest, Empty, plural, Section, whole } from '../ui/parts.tsx';
import { Tile } from './tile.tsx';

const MOVES: Readonly<Record<string, { title: string; says: string }>> = {
  challenge: { title: 'Challenge', says: 'with a bond: show what is under this leaf' },
  opening: { title: 'Opening', says: 'the values, or the hashes of their tiles' },
  proof: { title: 'Contradiction', says: 'the chain recomputes, and the claim falls' },
  bond: { title: 'Bond returned', says: 'the challenger has it back' },
  bounty: { title: 'Bounty released', says: 'nobody had sealed it earlier' },
};

const isConvicting = ({ move }: Dispute['moves'][number]): boolean =>
  move === 'challenge' || move === 'opening' || move === 'proof';

/** What the worker lost, as a flow of its own. */
const lossOf = ({ worker, lost, burned, request }: Dispute, record: RunRecord): MoneyFlow => {
  const user = record.summary.requests.find(({ name }) => name === request)?.user;
  const sinks: Entry[] = [
    ...lost.map(({ to, amount }) => ({
      who: to,
      pot: to === user ? ('compensation' as const) : ('bounty' as const),
      amount: BigInt(amount),
    })),
    { who: 'burned', pot: 'burned' as const, amount: BigInt(burned) },
  ].filter(({ amount }) => amount > 0n);
  // What was slashed is what the event says; whether the parts make the whole is the check.
  const verdict = record.summary.verdicts.find(
    (one) => one.worker === worker && one.request === request,
  );
  const slashed = verdict === undefined ? 0n : BigInt(verdict.paid) + BigInt(verdict.burned);
  return {
    sources: [{ who: worker, pot: 'stake', amount: slashed }],
    sinks,
    in: slashed,
    out: sinks.reduce((sum, { amount }) => sum + amount, 0n),
    burned: BigInt(burned),
    held: 0n,
  };
};

const STATES: readonly LeafState[] = ['T', 'W', 'F'];

const Leaves = ({ leaves }: { leaves: string }) => {
  const counts = STATES.map((state) => [...leaves].filter((one) => one === state).length);
  return (
    <>
      <div
        class={`strip ${leaves.length > 120 ? 'fine' : ''}`}
        role="img"
        aria-label={`The ${plural(leaves.length, 'leaf', 'leaves')} of the claimed trace in order: ${counts[0]} true, ${counts[1]} false though their inputs are true, ${counts[2]} false as one of their inputs is.`}
      >
        {[...leaves].map((state, index) => (
          <span
            key={index}
            class={`leaf ${state}`}
            title={`node ${index}: ${STATE_NAMES[state as LeafState]}`}
          />
        ))}
      </div>
      <ul class="legend" style={{ padding: '0 20px 16px' }} aria-label="What the colours mean">
        {STATES.map((state, index) => (
          <li key={state}>
            <span class="strip" style={{ padding: 0, border: 0 }}>
              <span class={`leaf ${state}`} />
            </span>
            {counts[index]} {STATE_NAMES[state]}
          </li>
        ))}
      </ul>
    </>
  );
};

const Moves = ({ dispute, record }: { dispute: Dispute; record: RunRecord }) => {
  const sizeOf = (block: number, extrinsic: number) =>
    record.blocks.find(({ number }) => number === block)?.sizes[extrinsic];
  const convicting = dispute.moves.filter(isConvicting);
  return (
    <ol class="steps">
      {dispute.moves.map((one, index) => {
        const { block, extrinsic, move, by, fee, amount } = one;
        const size = sizeOf(block, extrinsic);
        const { title, says } = MOVES[move] ?? { title: move, says: '' };
        const kind = !isConvicting(one) ? 'after' : convicting.at(-1) === one ? 'last' : '';
        return (
          <li key={`${block}/${extrinsic}/${move}`} class={`step ${kind}`}>
            <span class="at">
              <span>{isConvicting(one) ? `transaction ${index + 1}` : 'afterwards'}</span>
              <a href={blockHref(block)}>block {block}</a>
            </span>
            <b>{title}</b>
            <span class="second" style={{ fontSize: '13.5px' }}>
              {by}: {says}
            </span>
            <span class="dim tabular" style={{ fontSize: '13px' }}>
              {BigInt(fee) === 0n ? 'no fee' : `fee ${withToken(BigInt(fee))}`}
              {amount === undefined ? '' : `, ${withToken(BigInt(amount))}`}
              {size === undefined ? '' : `, ${whole(size)} bytes`}
            </span>
          </li>
        );
      })}
    </ol>
  );
};

const feesOf = ({ moves }: Dispute): { who: string; fees: bigint }[] => {
  const byWho = new Map<string, bigint>();
  for (const { by, fee } of moves) byWho.set(by, (byWho.get(by) ?? 0n) + BigInt(fee));
  return [...byWho].map(([who, fees]) => ({ who, fees }));
};

const Picture = ({ record, dispute }: { record: RunRecord; dispute: Dispute }) => {
  const model = record.models.find(({ name }) => name === dispute.model);
  const [chosen, choose] = useState(dispute.node);
  const node = dispute.node === undefined ? undefined : model?.nodes?.nodes[dispute.node];
  const where =
    node === undefined || model?.nodes === undefined
      ? subjectText(dispute.subject)
      : `${subjectText({ type: 'Node', value: dispute.node })}, ${operatorText(node, model.nodes)}`;
  const flow = useMemo(() => lossOf(dispute, record), [dispute, record]);
  return (
    <>
      <header class="page-head dispute-head">
        <h1>
          {dispute.worker} lied about {dispute.request}. {dispute.challenger} proved it in{' '}
          {plural(dispute.transactions, 'transaction')}.
        </h1>
        <p>
          The claim falls at {where}: {evidenceText(dispute)}. Everything before it is true, so
          anyone honest holds its inputs, and the chain recomputes{' '}
          {dispute.evidence === 'Node'
            ? 'the node'
            : dispute.evidence === 'Tile'
              ? 'one tile'
              : dispute.evidence === 'Element'
                ? 'one value'
                : 'nothing: silence convicts'}
          .
        </p>
        <div class="eyebrow">
          <a href={requestHref(dispute.request)}>request {dispute.request}</a>
          <a href={hrefOf({ view: 'model', name: dispute.model })}>model {dispute.model}</a>
          <a href={actorHref(dispute.worker)}>{dispute.worker}</a>
          <a href={actorHref(dispute.challenger)}>{dispute.challenger}</a>
          <span>
            trace root <Digest hex={dispute.traceRoot} />
          </span>
        </div>
      </header>

      <Section
        title="The claim’s trace"
        note={
          model?.nodes === undefined
            ? undefined
            : `${plural(model.nodes.nodes.length, 'node')}${model.nodes.nodes.length > 400 ? ', drawn around the first wrong one' : ''}`
        }
      >
        <div class="card flush picture">
          {model?.nodes === undefined ? (
            <p class="empty">
              The record has no nodes.json of this model, so there is no graph to draw.
            </p>
          ) : (
            <ModelGraph
              nodes={model.nodes}
              leaves={dispute.leaves}
              chosen={chosen}
              onChoose={choose}
              inputNames={model.manifest?.inputs.map(({ name }) => name)}
              label={`The graph of ${dispute.model} with the leaves of ${dispute.worker}’s claim. Arrow keys go from node to node.`}
            />
          )}
          {dispute.leaves === undefined ? (
            <p class="node-facts dim">What was claimed for each node is not in the record.</p>
          ) : (
            <Leaves leaves={dispute.leaves} />
          )}
          {model === undefined || chosen === undefined ? null : (
            <div class="node-facts">
              <NodeFacts model={model} index={chosen} stepLimit={record.summary.stepLimit} />
            </div>
          )}
        </div>
      </Section>

      <Section title="The values">
        <div class="card section">
          {dispute.values === undefined ? (
            <p class="second">
              There are none to compare: {dispute.worker} stood for a digest and showed nothing
              under it.
            </p>
          ) : (
            <Tile values={dispute.values} spec={node?.output} worker={dispute.worker} />
          )}
        </div>
      </Section>

      <Section
        title={plural(dispute.transactions, 'transaction')}
        note="Who is right pays no fee for convicting"
      >
        <Moves dispute={dispute} record={record} />
      </Section>

      <Section title="What each side paid">
        <div class="columns">
          <div class="card section">
            <Sankey flow={flow} title={`What ${dispute.worker} lost`} />
            <SumsVerdict flow={flow} />
          </div>
          <div class="card">
            <dl class="facts">
              <dt>{dispute.worker} loses</dt>
              <dd class="bad tabular">{withToken(flow.in)}</dd>
              {dispute.lost.map(({ to, amount }) => (
                <>
                  <dt>{to} gets</dt>
                  <dd class="good tabular">{withToken(BigInt(amount))}</dd>
                </>
              ))}
              <dt>burned</dt>
              <dd class="tabular">{withToken(BigInt(dispute.burned))}</dd>
              {feesOf(dispute).map(({ who, fees }) => (
                <>
                  <dt>{who} pays in fees</dt>
                  <dd class="tabular">{fees === 0n ? 'nothing' : withToken(fees)}</dd>
                </>
              ))}
            </dl>
          </div>
        </div>
      </Section>
    </>
  );
};

const evidenceText = ({ evidence, worker }: Dispute): string =>
  evidence === 'Silence'
    ? `${worker} did not open it in time`
    : 'its leaf is not what the node computes from its own inputs';

export const DisputeView = ({ record, index }: { record: RunRecord; index: number }) => {
  const { disputes, summary } = record;
  if (disputes === undefined) {
    return summary.verdicts.length === 0 ? (
      <Empty title="Nobody was convicted">In this run every claim that was made stands.</Empty>
    ) : (
      <Empty title="This record does not tell how">
        It has {plural(summary.verdicts.length, 'verdict')} but no disputes.json: it was written by
        an earlier version. Play the scenario again to see the proof.
      </Empty>
    );
  }
  const dispute = disputes[index] ?? disputes[0];
  if (dispute === undefined) {
    return (
      <Empty title="Nobody was convicted">In this run every claim that was made stands.</Empty>
    );
  }
  const at = disputes.indexOf(dispute);
  return (
    <>
      {disputes.length < 2 ? null : (
        <nav class="picker" aria-label="Disputes">
          {disputes.map((one, position) => (
            <a
              key={position}
              class="pick"
              href={hrefOf({ view: 'dispute', index: position })}
              {...(position === at ? { 'aria-current': 'true' as const } : {})}
            >
              {one.worker} about {one.request}
            </a>
          ))}
        </nav>
      )}
      <Picture key={at} record={record} dispute={dispute} />
    </>
  );
};
