/** Single documents beside a record: results of benchmarks, reports of the gate and of the compiler. */
import { readDocument } from '../record/json.ts';
import type { Problem } from '../record/problem.ts';
import {
  type BenchResult,
  benchSchema,
  type CompileReport,
  compileReportSchema,
  type GateReport,
  gateSchema,
} from '../record/schema.ts';

export interface Attachments {
  results: BenchResult[];
  gates: GateReport[];
  compiled: CompileReport[];
  problems: Problem[];
}

/** Sorts documents by what they say they are. What is none of these is told. */
export const readAttachments = (texts: ReadonlyMap<string, string>): Attachments => {
  const all: Attachments = { results: [], gates: [], compiled: [], problems: [] };
  for (const [file, text] of texts) {
    const head = text.slice(0, 400);
    if (head.includes('"veritrace-gate/1"')) {
      const read = readDocument(gateSchema, file, text);
      if ('value' in read) all.gates.push(read.value);
      else all.problems.push(read.problem);
    } else if (head.includes('"veritrace-bench/1"')) {
      const read = readDocument(benchSchema, file, text);
      if ('value' in read) all.results.push(read.value);
      else all.problems.push(read.problem);
    } else {
      const read = readDocument(compileReportSchema, file, text);
      if ('value' in read) all.compiled.push(read.value);
      else {
        all.problems.push({
          ...read.problem,
          what: `this is no result of a benchmark, no report of the gate and none of the compiler (${read.problem.what})`,
        });
      }
    }
  }
  return all;
};
