import type { BenchResult, GateReport } from '../record/schema.ts';
export const BenchView = (_props: {
  results: readonly BenchResult[];
  gates: readonly GateReport[];
}) => <h1>Benchmarks</h1>;
