/** Whether an engine's answers are the referee's. */
import { createHash } from 'node:crypto';
import type { Answer, EngineName, Runner } from './engines.ts';

/** What the referee says to a request. Digests are hex. */
export interface Truth {
  outputs: string;
  traceRoot: string;
  label: number | undefined;
}

/** What came of asking an engine the same. */
export interface Verified {
  /** Requests compared. */
  compared: number;
  /** Those whose outputs or trace are not the referee's; always none where the engine gives reals. */
  different: number[];
  /** Those where it names the class that the referee names; `undefined` when the model is no classifier. */
  agreeing: number | undefined;
  /** Those where it names the class that is shown. */
  correct: number | undefined;
}

const digestOf = (parts: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Asks the referee, at least once, until `milliseconds` have passed. */
export const truthsOf = async (
  referee: Pick<Runner, 'read'>,
  requests: number,
  milliseconds: number,
): Promise<Truth[]> => {
  const began = performance.now();
  const truths: Truth[] = [];
  while (
    truths.length < requests &&
    (truths.length === 0 || performance.now() - began < milliseconds)
  ) {
    const { outputs, traceRoot, label } = await referee.read(truths.length);
    truths.push({
      outputs: digestOf(outputs ?? []),
      traceRoot: digestOf([traceRoot ?? new Uint8Array()]),
      label,
    });
  }
  return truths;
};

const isSame = (engine: EngineName, answer: Answer, truth: Truth): boolean => {
  switch (engine) {
    // Reals are not the referee's integers: of these only the class can be compared.
    case 'float':
    case 'int8':
    case 'float-cuda':
      return true;
    case 'exact':
    case 'exact-cuda':
      return digestOf(answer.outputs ?? []) === truth.outputs;
    case 'exact-trace':
    case 'exact-cuda-trace':
    case 'referee':
      return (
        digestOf(answer.outputs ?? []) === truth.outputs &&
        digestOf([answer.traceRoot ?? new Uint8Array()]) === truth.traceRoot
      );
  }
};

/** Compares an engine's answers with the referee's. */
export const verify = async (
  engine: EngineName,
  runner: Pick<Runner, 'read'>,
  truths: readonly Truth[],
  labels: readonly number[] | undefined,
): Promise<Verified> => {
  const different: number[] = [];
  let [agreeing, correct] = [0, 0];
  let isClassifier = true;
  for (const [request, truth] of truths.entries()) {
    const answer = await runner.read(request);
    if (!isSame(engine, answer, truth)) different.push(request);
    if (answer.label === undefined || truth.label === undefined) isClassifier = false;
    if (answer.label === truth.label) agreeing += 1;
    if (answer.label === labels?.[request]) correct += 1;
  }
  return {
    compared: truths.length,
    different,
    agreeing: isClassifier ? agreeing : undefined,
    correct: isClassifier && labels !== undefined ? correct : undefined,
  };
};
