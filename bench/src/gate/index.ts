export { GateError } from './errors.ts';
export {
  BUDGETS_FILE,
  gateRefs,
  gateResults,
  type RefsOptions,
  type ResultsOptions,
} from './gate.ts';
export type { Selection } from './glob.ts';
export { renderMarkdown } from './markdown.ts';
export { type Comparison, exitCodes, type GateReport, type Outcome } from './report.ts';
export { explain, hasChanged, type Line, lineOf, ranked, summaryOf, titles } from './words.ts';
