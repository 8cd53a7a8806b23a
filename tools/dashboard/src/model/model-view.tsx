/** A model: what it is made of, what a lie in it costs to prove, how near it is to the float model, and whose it is. */
import { useState } from 'preact/hooks';
import { actorHref, hrefOf } from '../page/route.ts';
import type { ModelEntry, RunRecord } from '../record/record.ts';
import type { GraphNode } from '../record/schema.ts';
import { TOKEN, unitsOf, withToken } from '../ui/amount.ts';
import { Chip, Digest, Empty, plural, Section, Stat, Table, whole } from '../ui/parts.tsx';
import { ModelGraph } from './graph.tsx';
import { NodeFacts, transactionsFor } from './node-facts.tsx';
import { macsText, operatorText, tensorText } from './words.ts';

const macsOf = ({ cost }: GraphNode): bigint => BigInt(cost?.wholeMacs ?? '0');

/** What convicting at a node carries at most: the smallest of the three kinds of proof. */
const proofBytes = ({ cost }: GraphNode): number | undefined =>
  cost && Math.min(cost.wholeBytes, cost.tileBytes, cost.elementBytes);

const Operators = ({ nodes }: { nodes: readonly GraphNode[] }) => {
  const byOp = new Map<string, { count: number; macs: bigint }>();
  for (const node of nodes) {
    const { count, macs } = byOp.get(node.op) ?? { count: 0, macs: 0n };
    byOp.set(node.op, { count: count + 1, macs: macs + macsOf(node) });
  }
  const rows = [...byOp].sort(([, one], [, other]) =>
    one.macs > other.macs ? -1 : one.macs < other.macs ? 1 : other.count - one.count,
  );
  const most = Number(rows[0]?.[1].macs ?? 1n) || 1;
  return (
    <div class="meter">
      {rows.map(([op, { count, macs }]) => (
        <>
          <span>
            {op} <span class="dim tabular">{count === 1 ? '' : `×${count}`}</span>
          </span>
          <span class="track">
            <span class="fill" style={{ width: `${(100 * Number(macs)) / most}%` }} />
          </span>
          <span class="num second">{macs === 0n ? '–' : macsText(macs)}</span>
        </>
      ))}
    </div>
  );
};

const OnChain = ({ model, record }: { model: ModelEntry; record: RunRecord }) => {
  const { chain, manifest } = model;
  const card = (chain?.card ?? {}) as Record<string, unknown>;
  const said = (['task', 'licence', 'inputs', 'outputs'] as const).flatMap((field) => {
    const value = card[field];
    return typeof value === 'string' && value !== '' ? [[field, value] as const] : [];
  });
  const earned = record.events
    .filter(({ type }) => type === 'payouts.InferencePaid')
    .reduce((sum, { author, authorAmount }) => {
      const owner = chain?.owner ?? chain?.author;
      const isHis = record.nameOf(String(author)) === owner;
      return isHis ? sum + unitsOf(authorAmount) : sum;
    }, 0n);
  const own = record.models.filter(
    ({ chain: other }) => (other?.owner ?? other?.author) === (chain?.owner ?? chain?.author),
  );
  const family = record.models
    .filter(({ chain: other }) => other?.family !== undefined && other.family === chain?.family)
    .sort((one, other) => (one.chain?.version ?? 0) - (other.chain?.version ?? 0));
  return (
    <div class="columns">
      <div class="card">
        <dl class="facts">
          {said.map(([field, value]) => (
            <>
              <dt>{field}</dt>
              <dd>{value}</dd>
            </>
          ))}
          {manifest === undefined ? null : (
            <>
              <dt>graph root</dt>
              <dd>
                <Digest hex={manifest.graphRoot} keep={16} />
              </dd>
              <dt>artefact</dt>
              <dd>
                <Digest hex={manifest.artefact} keep={16} />, {whole(manifest.graph.bytes)} bytes
              </dd>
              {manifest.source === undefined ? null : (
                <>
                  <dt>compiled from</dt>
                  <dd>
                    {manifest.source.file} <Digest hex={manifest.source.sha256} />
                  </dd>
                </>
              )}
            </>
          )}
          {said.length === 0 && manifest === undefined ? (
            <>
              <dt>card</dt>
              <dd class="dim">made on the fly for this run</dd>
            </>
          ) : null}
        </dl>
      </div>
      <div class="card section">
        {chain?.id === undefined ? (
          <p class="second">
            {chain === undefined
              ? 'The record does not tell what the chain knew of it.'
              : 'It did not come onto the chain.'}
          </p>
        ) : (
          <dl class="facts">
            <dt>id</dt>
            <dd>
              <Digest hex={chain.id} keep={16} />
            </dd>
            {chain.owner === undefined ? null : (
              <>
                <dt>owner</dt>
                <dd>
                  <a href={actorHref(chain.owner)}>{chain.owner}</a>
                  {chain.author === chain.owner || chain.author === undefined
                    ? ''
                    : `, registered by ${chain.author}`}
                </dd>
              </>
            )}
            <dt>lineage</dt>
            <dd>
              {family.map((one) => (
                <>
                  <a
                    href={hrefOf({ view: 'model', name: one.name })}
                    {...(one.name === model.name ? { 'aria-current': 'true' as const } : {})}
                  >
                    {one.name}
                  </a>{' '}
                  version {one.chain?.version}
                  {one.chain?.isLatest ? ', the latest' : ''}
                  {one === family.at(-1) ? '' : ' → '}
                </>
              ))}
              {family.length === 0 ? 'gone by the end of the run' : ''}
            </dd>
            {chain.price === undefined ? null : (
              <>
                <dt>price</dt>
                <dd class="tabular">
                  {withToken(BigInt(chain.price))} for one inference by one worker
                </dd>
              </>
            )}
            {chain.royalty === undefined ? null : (
              <>
                <dt>royalty</dt>
                <dd class="tabular">{chain.royalty / 10_000} % of the price</dd>
              </>
            )}
            <dt>royalties earned</dt>
            <dd class="tabular">
              {withToken(earned)}
              {own.length > 1 ? (
                <span class="dim">
                  {' '}
                  with {plural(own.length - 1, 'other model')} of {chain.owner}
                </span>
              ) : null}
            </dd>
            {chain.deposit === undefined ? null : (
              <>
                <dt>deposit</dt>
                <dd class="tabular">{withToken(BigInt(chain.deposit))}</dd>
              </>
            )}
          </dl>
        )}
      </div>
    </div>
  );
};

/** Rows of the table before one asks for all. */
const FEW = 60;

const Shown = ({ model, record }: { model: ModelEntry; record: RunRecord }) => {
  const { nodes, manifest, report } = model;
  const { stepLimit } = record.summary;
  const [chosen, choose] = useState(0);
  const [isWhole, setWhole] = useState(false);
  const all = nodes?.nodes ?? [];
  const macs = all.reduce((sum, node) => sum + macsOf(node), 0n);
  const proofs = all.flatMap((node) => proofBytes(node) ?? []);
  const inOne = all.filter(
    ({ cost }) => cost !== undefined && transactionsFor(cost.wholeBytes, stepLimit) === 1,
  ).length;
  const rows = all.map((node, index) => ({ node, index, measured: report?.nodes[index] }));
  const agreement = report?.outputs.find((one) => one.agreement !== undefined)?.agreement;
  return (
    <>
      <header class="page-head">
        <h1>{model.name}</h1>
        <p>
          {manifest === undefined
            ? 'A canonical graph of integer operators.'
            : `${manifest.inputs.map(({ name, spec }) => `${name} ${tensorText(spec)}`).join(', ')} to ${manifest.outputs.map(({ name, spec }) => `${name} ${tensorText(spec)}`).join(', ')}.`}
        </p>
      </header>

      {nodes === undefined ? null : (
        <dl class="stats">
          <Stat name="nodes" value={whole(all.length)} />
          <Stat name="multiply-accumulates" value={macsText(macs)} />
          <Stat name="largest proof" value={whole(Math.max(0, ...proofs))} unit="bytes" />
          <Stat name="nodes in one transaction" value={`${inOne} of ${all.length}`} />
          <Stat name="kernel version" value={nodes.kernelVersion} />
          {agreement === undefined ? null : (
            <Stat name="the float model’s answer" value={(100 * agreement).toFixed(1)} unit="%" />
          )}
        </dl>
      )}

      <OnChain model={model} record={record} />

      {nodes === undefined ? (
        <Empty title="No graph in this record">
          It has no nodes.json of this model: it was written by an earlier version.
        </Empty>
      ) : (
        <>
          <Section
            title="The graph"
            note={
              all.length > 400 ? `around node ${chosen}; choose another in the table` : undefined
            }
          >
            <div class="card flush">
              <ModelGraph
                nodes={nodes}
                chosen={chosen}
                onChoose={choose}
                inputNames={manifest?.inputs.map(({ name }) => name)}
                label={`The graph of ${model.name}. Arrow keys go from node to node.`}
              />
              <div class="node-facts">
                <NodeFacts model={model} index={chosen} stepLimit={stepLimit} />
              </div>
            </div>
          </Section>

          <Section title="Work by operator" note="Multiply-accumulates">
            <div class="card">
              <Operators nodes={all} />
            </div>
          </Section>

          {report === undefined ? null : (
            <Section
              title="Accuracy"
              note={`Against the float model on ${plural(report.samples, 'sample')}`}
            >
              <div class="card flush">
                <Table
                  label="Accuracy of outputs"
                  rows={report.outputs}
                  columns={[
                    { title: 'output', cell: ({ name }) => name },
                    {
                      title: 'signal to noise, dB',
                      numeric: true,
                      cell: ({ fidelity }) =>
                        fidelity === undefined
                          ? '–'
                          : fidelity.sqnr === null
                            ? 'exact'
                            : fidelity.sqnr.toFixed(1),
                    },
                    {
                      title: 'largest error',
                      numeric: true,
                      cell: ({ fidelity }) => fidelity?.largestError.toPrecision(3) ?? '–',
                    },
                    {
                      title: 'same index',
                      numeric: true,
                      cell: ({ agreement: same }) =>
                        same === undefined ? '–' : `${(100 * same).toFixed(2)} %`,
                    },
                  ]}
                />
              </div>
            </Section>
          )}

          <Section
            title="Node by node"
            note={`A lie at a node with more than ${whole(stepLimit)} bytes of inputs takes three transactions`}
          >
            <div class="card flush">
              <Table
                label="Nodes"
                rows={isWhole ? rows : rows.slice(0, FEW)}
                isCurrent={({ index }) => index === chosen}
                columns={[
                  {
                    title: 'node',
                    numeric: true,
                    cell: ({ index }) => (
                      <button
                        type="button"
                        class="button quiet"
                        style={{ minHeight: 0, padding: '0 6px' }}
                        onClick={() => choose(index)}
                        aria-label={`Show node ${index}`}
                      >
                        {index}
                      </button>
                    ),
                  },
                  { title: 'operator', cell: ({ node }) => operatorText(node, nodes) },
                  {
                    title: 'output',
                    cell: ({ node }) => <span class="tabular">{tensorText(node.output)}</span>,
                  },
                  {
                    title: 'MACs',
                    numeric: true,
                    cell: ({ node }) => (macsOf(node) === 0n ? '–' : whole(macsOf(node))),
                  },
                  {
                    title: 'input bytes',
                    numeric: true,
                    cell: ({ node }) => (node.cost ? whole(node.cost.wholeBytes) : '–'),
                  },
                  {
                    title: 'tile, bytes',
                    numeric: true,
                    cell: ({ node }) => (node.cost ? whole(node.cost.tileBytes) : '–'),
                  },
                  {
                    title: 'element, bytes',
                    numeric: true,
                    cell: ({ node }) => (node.cost ? whole(node.cost.elementBytes) : '–'),
                  },
                  {
                    title: 'transactions',
                    numeric: true,
                    cell: ({ node }) =>
                      node.cost === undefined ? (
                        '–'
                      ) : (
                        <Chip
                          tone={
                            transactionsFor(node.cost.wholeBytes, stepLimit) === 1
                              ? 'good'
                              : 'plain'
                          }
                        >
                          {transactionsFor(node.cost.wholeBytes, stepLimit)}
                        </Chip>
                      ),
                  },
                  ...(report === undefined
                    ? []
                    : [
                        {
                          title: 'signal to noise, dB',
                          numeric: true,
                          cell: ({ measured }: (typeof rows)[number]) =>
                            measured?.fidelity === undefined
                              ? '–'
                              : measured.fidelity.sqnr === null
                                ? 'exact'
                                : measured.fidelity.sqnr.toFixed(1),
                        },
                      ]),
                ]}
              />
            </div>
            {rows.length <= FEW ? null : (
              <button
                type="button"
                class="button"
                style={{ justifySelf: 'start' }}
                onClick={() => setWhole(!isWhole)}
              >
                {isWhole ? 'Fewer' : `All ${whole(rows.length)} nodes`}
              </button>
            )}
          </Section>
          {report === undefined ? (
            <p class="foot">
              How near it is to the float model stands in the compiler’s report: drop the file that{' '}
              <code>veritrace model compile --report</code> wrote onto this page. Amounts are in{' '}
              {TOKEN}.
            </p>
          ) : null}
        </>
      )}
    </>
  );
};

export const ModelView = ({ record, name }: { record: RunRecord; name: string | undefined }) => {
  const { models } = record;
  const model = models.find((one) => one.name === name) ?? models[0];
  if (model === undefined) return <Empty title="No models">This run used none.</Empty>;
  return (
    <>
      {models.length < 2 ? null : (
        <nav class="picker" aria-label="Models">
          {models.map((one) => (
            <a
              key={one.name}
              class="pick"
              href={hrefOf({ view: 'model', name: one.name })}
              {...(one === model ? { 'aria-current': 'true' as const } : {})}
            >
              {one.name}
            </a>
          ))}
        </nav>
      )}
      <Shown key={model.name} model={model} record={record} />
    </>
  );
};
