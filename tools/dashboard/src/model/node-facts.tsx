/** What there is to say of one node. */
import type { ModelEntry } from '../record/record.ts';
import { whole } from '../ui/parts.tsx';
import { macsText, operatorText, tensorText } from './words.ts';

/** How many transactions a lie at a node takes to prove. */
export const transactionsFor = (wholeBytes: number, stepLimit: number): 1 | 3 =>
  wholeBytes <= stepLimit ? 1 : 3;

export const NodeFacts = ({
  model,
  index,
  stepLimit,
}: {
  model: ModelEntry;
  index: number;
  stepLimit: number;
}) => {
  const { nodes, report } = model;
  const node = nodes?.nodes[index];
  if (nodes === undefined || node === undefined) return null;
  const { cost } = node;
  const measured = report?.nodes[index];
  const inputs = node.inputs.map(({ tag, value }) => {
    switch (tag) {
      case 'Node':
        return `node ${value}`;
      case 'Request':
        return model.manifest?.inputs[value]?.name ?? `input ${value}`;
      default: {
        const spec = nodes.initialisers[value];
        return spec === undefined ? 'constant' : `constant ${tensorText(spec)}`;
      }
    }
  });
  return (
    <dl class="facts">
      <dt>node {index}</dt>
      <dd>
        {operatorText(node, nodes)} to {tensorText(node.output)}
        {measured?.source === undefined ? null : (
          <span class="dim">
            {' '}
            – {measured.source.onnxOp} {measured.source.name}
          </span>
        )}
      </dd>
      <dt>reads</dt>
      <dd>{inputs.join(', ')}</dd>
      {cost === undefined ? null : (
        <>
          <dt>to convict</dt>
          <dd class="tabular">
            {transactionsFor(cost.wholeBytes, stepLimit) === 1
              ? `one transaction: all its inputs, ${whole(cost.wholeBytes)} bytes, ${macsText(cost.wholeMacs)} MACs`
              : `three transactions: one tile, ${whole(cost.tileBytes)} bytes, or one element, ${whole(cost.elementBytes)} bytes, of the ${whole(cost.wholeBytes)} bytes of its inputs`}
          </dd>
        </>
      )}
      {measured?.fidelity === undefined ? null : (
        <>
          <dt>accuracy</dt>
          <dd class="tabular">
            {measured.fidelity.sqnr === null
              ? 'exact'
              : `${measured.fidelity.sqnr.toFixed(1)} dB signal to noise`}
          </dd>
        </>
      )}
    </dl>
  );
};
