/** A run as a page to open in a browser: one file, no scripts, nothing fetched. */
import { elementCount } from '@veritrace/referee/graph';
import { subjectText } from '@veritrace/sdk';
import { ENDINGS } from '../behaviours/standing.ts';
import type { ChainFacts } from '../drivers/driver.ts';
import type { InputPort } from '../models/input.ts';
import type { RequestReport, RunReport } from '../run/report.ts';
import { formatUnits } from '../scenario/amount.ts';
import { TOKEN } from '../token.ts';

/** What the page shows besides the report. */
export interface PageParts {
  facts: ChainFacts;
  /** What happened, block by block. */
  story: readonly { block: number; text: string }[];
  /** Input tensors by request. */
  inputs: ReadonlyMap<string, { bytes: Uint8Array; port: InputPort }>;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const html = (text: unknown): string =>
  String(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const amount = (units: bigint): string =>
  units === 0n ? '–' : html(formatUnits(units, TOKEN.decimals));

const signed = (units: bigint): string => (units < 0n ? `−${amount(-units)}` : amount(units));

const mark = (passed: boolean): string =>
  passed ? '<span class="yes">✓</span>' : '<span class="no">✗</span>';

const row = (cells: readonly string[], tag: 'td' | 'th' = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table>${row(head.map(html), 'th')}${rows.map((cells) => row(cells)).join('')}</table>`;

/** A square of greys; nothing for inputs that are no small square picture. */
const picture = ({
  bytes,
  port: { spec, quantisation },
}: {
  bytes: Uint8Array;
  port: InputPort;
}) => {
  const side = Math.sqrt(elementCount(spec.shape));
  if (spec.dtype !== 'U8' || !Number.isInteger(side) || side > 64) return '';
  const squares = [...bytes].map((value, index) => {
    const grey = Math.round(
      255 * Math.min(1, Math.max(0, (value - quantisation.zero) * quantisation.scale)),
    );
    return `<rect x="${index % side}" y="${Math.floor(index / side)}" width="1.02" height="1.02" fill="rgb(${grey},${grey},${grey})"/>`;
  });
  return `<svg viewBox="0 0 ${side} ${side}" width="64" height="64" role="img" aria-label="input">${squares.join('')}</svg>`;
};

/** What a claim says, in words. */
const says = (text: string | undefined, label: number | undefined): string => {
  if (text !== undefined) return ` reads “${html(text)}”`;
  return label === undefined ? '' : ` says ${label}`;
};

const claims = (request: RequestReport): string =>
  request.claims
    .map(
      ({ worker, true: right, struck, label, text }) =>
        `<div>${mark(right)} ${html(worker)}${says(text, label)}${struck ? ', <b>struck</b>' : ''}</div>`,
    )
    .join('') || '–';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #1d2129; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #e3e6ea; vertical-align: top; }
th { font-weight: 600; } .yes { color: #12793a; } .no { color: #b3261e; font-weight: 700; } .dim { color: #5f6773; }
code { font-size: .85em; overflow-wrap: anywhere; } svg { border-radius: 4px; }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #14171a; } th, td { border-color: #2c3238; } .yes { color: #5bd38a; } .no { color: #ff8a80; } .dim { color: #9aa3ad; } }
`;

/** The page's HTML. */
export const renderReport = (report: RunReport, { facts, story, inputs }: PageParts): string => {
  const { violated, checked } = report.invariants;
  const parts = [
    `<h1>${mark(report.passed)} ${html(report.scenario)}</h1>`,
    `<p>${html(report.description)}</p>`,
    `<p class="dim">${report.blocks} blocks in ${(report.durationMs / 1000).toFixed(1)} s on the ${report.driver} driver, seed ${report.seed}${facts.preset === undefined ? '' : `, preset ${html(facts.preset)}`}${facts.chain === undefined ? '' : `, chain ${html(facts.chain)}`}. A node with more than ${report.stepLimit} bytes of inputs takes three transactions to contradict.</p>`,
    `<h2>Who did what (${TOKEN.symbol})</h2>`,
    table(
      [
        'who',
        'role',
        'behaviour',
        'did',
        'received',
        'spent',
        'slashed',
        'no-show',
        'fined',
        'fees',
      ],
      report.actors.map((actor) => [
        html(actor.name),
        actor.role,
        html(actor.behaviour),
        html(actor.did),
        amount(actor.received),
        amount(actor.spent),
        amount(actor.slashed),
        amount(actor.penalised),
        amount(actor.fined),
        amount(actor.fees),
      ]),
    ),
    `<h2>Money before and after (${TOKEN.symbol})</h2>`,
    '<p class="dim">Net is what was gained or lost, transaction fees set aside; owed is what the rules come to for what was done, less what they let one pay.</p>',
    table(
      ['', 'who', 'before', 'after', 'fees', 'net', 'owed', 'must'],
      report.actors.map(({ name, before, after, fees, net, owed, held, ends, because }) => [
        ends === 'any' ? '–' : mark(held),
        html(name),
        amount(before),
        amount(after),
        amount(fees),
        signed(net),
        signed(owed),
        html(because === undefined ? ENDINGS[ends] : `${ENDINGS[ends]}: ${because}`),
      ]),
    ),
    '<h2>Requests</h2>',
    table(
      ['', 'request', 'model', 'claims', 'answer', 'ends', 'paid', 'back', 'blocks'],
      report.requests.map((request) => {
        const input = inputs.get(request.name);
        const { blocks } = request;
        return [
          input === undefined ? '' : picture(input),
          html(request.name),
          html(request.model),
          claims(request),
          html(request.text ?? request.label ?? '–'),
          html(request.error ?? request.state),
          amount(request.paid),
          amount(request.refunded),
          blocks?.closed === undefined ? '–' : `${blocks.submitted} to ${blocks.closed}`,
        ];
      }),
    ),
    ...(report.verdicts.length === 0
      ? []
      : [
          '<h2>Verdicts</h2>',
          table(
            [
              'block',
              'worker',
              'request',
              'at',
              'by',
              'evidence',
              'transactions',
              'to others',
              'burned',
            ],
            report.verdicts.map((verdict) => [
              String(verdict.block),
              html(verdict.worker),
              html(verdict.request),
              html(subjectText(verdict.subject)),
              html(verdict.challenger),
              html(verdict.evidence),
              String(verdict.transactions),
              amount(verdict.paid),
              amount(verdict.burned),
            ]),
          ),
        ]),
    '<h2>Expectations</h2>',
    table(
      ['', 'expected', 'found'],
      report.expectations.map(({ name, passed, detail }) => [
        mark(passed),
        html(name),
        html(detail),
      ]),
    ),
    '<h2>Invariants</h2>',
    `<p>${checked} checks, ${violated.length} violated.</p>`,
    table(
      ['', 'invariant', 'what holds after every block'],
      report.verdictsOfInvariants.map(({ name, says, held }) => [
        mark(held),
        html(name),
        html(says),
      ]),
    ),
    ...violated.map(
      ({ invariant, block, detail }) =>
        `<p class="no">block ${block}, ${html(invariant)}: ${html(detail)}</p>`,
    ),
    '<h2>The story</h2>',
    table(
      ['block', 'what happened'],
      story.map(({ block, text }) => [String(block), html(text)]),
    ),
    '<h2>The chain</h2>',
    `<p>Runtime ${html(facts.runtime.name)} ${facts.runtime.version}, <code>${html(facts.runtime.sha256)}</code><br>Genesis state root <code>${html(facts.genesisRoot)}</code>${facts.genesisHash === undefined ? '' : `<br>Genesis hash <code>${html(facts.genesisHash)}</code>`}</p>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(report.scenario)} – Veritrace</title>
<style>${STYLE}</style>
</head>
<body>
${parts.join('\n')}
</body>
</html>
`;
};
