/** How long checks of proofs take in compiled wasm, on the executor that nodes run the runtime with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeClaimFacts } from '@veritrace/referee';
import { z } from 'zod';
import { ROOT } from '../paths.ts';
import { shuffled } from '../random.ts';
import { rounded } from '../sampling.ts';
import { buildRuntime, buildTool } from '../weights/build.ts';
import { runChild } from '../weights/child.ts';
import type { TimingOptions } from './check-times.ts';
import { type Proof, WrongVerdict } from './proofs.ts';

const timesSchema = z.array(
  z.strictObject({
    macs: z.number(),
    bytes: z.number(),
    nanoseconds: z.array(z.number().nonnegative()).min(1),
    computing: z.array(z.number().nonnegative()),
  }),
);

/** Milliseconds of a proof on the executor. */
export interface ExecutorTimes {
  /** Of its check. */
  check: number[];
  /** Of a node that is shown whole: of computing it alone, without decoding and hashes. Else empty. */
  computing: number[];
}

/** A proof with the milliseconds that its check is expected to take: those of the referee. */
export interface ExpectedCheck {
  proof: Proof;
  milliseconds: number;
}

interface Visit {
  proof: number;
  repeat: number;
}

/** Each round visits every proof, in an order that is drawn. The first check of a visit is not kept. */
export const visitsOf = (
  checks: readonly ExpectedCheck[],
  { rounds, perRound, milliseconds, random }: TimingOptions,
): Visit[] => {
  const visits = checks.map((check, proof): Visit => {
    const fitting = Math.floor(milliseconds / Math.max(check.milliseconds, 1e-3));
    return { proof, repeat: 1 + Math.max(1, Math.min(perRound, fitting)) };
  });
  return Array.from({ length: rounds }, () => shuffled(visits, random)).flat();
};

/** What the visits found, by proof. Throws a `WrongVerdict` when another amount of work was done than by the referee. */
export const gather = (
  checks: readonly ExpectedCheck[],
  visits: readonly Visit[],
  output: unknown,
): ExecutorTimes[] => {
  const times = timesSchema.length(visits.length).parse(output);
  const found = checks.map((): ExecutorTimes => ({ check: [], computing: [] }));
  const kept = (nanoseconds: readonly number[]): number[] =>
    nanoseconds.slice(1).map((each) => rounded(each / 1e6));
  for (const [index, { macs, bytes, nanoseconds, computing }] of times.entries()) {
    const at = visits[index]?.proof ?? -1;
    const { proof } = checks[at] ?? {};
    if (proof?.macs !== macs || proof.hashed !== bytes) {
      throw new WrongVerdict(
        `the runtime counts ${macs} MACs and ${bytes} bytes where the referee counts ${proof?.macs} and ${proof?.hashed}`,
      );
    }
    found[at]?.check.push(...kept(nanoseconds));
    found[at]?.computing.push(...kept(computing));
  }
  return found;
};

/** The runtime with benchmarks, the tool that runs it, and a folder for what they exchange. */
export interface Executor {
  /** By proof. */
  time(checks: readonly ExpectedCheck[], options: TimingOptions): Promise<ExecutorTimes[]>;
}

/** Builds what is needed. Takes minutes, and a quarter of an hour the first time. */
export const createExecutor = async (scratch: string, signal: AbortSignal): Promise<Executor> => {
  const { binary } = await buildTool(signal);
  const { file: runtime } = await buildRuntime(join(scratch, 'runtime.wasm'), signal);
  const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
  return {
    time: async (checks, options) => {
      const [plan, output] = [join(scratch, 'plan.json'), join(scratch, 'times.json')];
      const visits = visitsOf(checks, options);
      const proofs = checks.map(({ proof }) => ({
        facts: hex(encodeClaimFacts(proof.facts)),
        proof: hex(proof.bytes),
      }));
      writeFileSync(plan, JSON.stringify({ proofs, visits }));
      const files = [`--runtime=${runtime}`, `--plan=${plan}`, `--output=${output}`];
      await runChild(binary, ['check-times', ...files], { cwd: ROOT, signal });
      return gather(checks, visits, JSON.parse(readFileSync(output, 'utf8')));
    },
  };
};
