/**
 * A provider's memory of what it was told about a block. The one that the provider has of its own keeps failures too, and
 * keeps them as long as the question is asked again: after a node's restart a client would never get an answer.
 */
import type { ProviderInterface } from '@polkadot/rpc-provider/types';

type Send = ProviderInterface['send'];

/** Answers kept, and for how many milliseconds: those who follow the chain ask about the same block at the same time. */
const KEPT = 1_024;
const KEPT_MS = 30_000;

/** `null` of these means that the node does not have the block yet, and not that there is nothing in it. */
const isOfChain = (method: string): boolean => method.startsWith('chain_');

/** Lets a provider ask anew after a failure, and for a block that was not there. Returns the same provider. */
export const rememberAnswers = <P extends Pick<ProviderInterface, 'send'>>(
  provider: P,
  { limit = KEPT, now = Date.now }: { limit?: number; now?: () => number } = {},
): P => {
  const send: Send = provider.send.bind(provider);
  /** Oldest first. */
  const answers = new Map<string, { answer: Promise<unknown>; at: number }>();

  provider.send = (method, params, isCacheable, ...rest) => {
    if (isCacheable !== true) return send(method, params, isCacheable, ...rest);
    for (const [oldest, { at }] of answers) {
      if (answers.size < limit && at + KEPT_MS >= now()) break;
      answers.delete(oldest);
    }
    const key = `${method} ${JSON.stringify(params)}`;
    const known = answers.get(key);
    if (known !== undefined) return known.answer as ReturnType<typeof send>;
    const answer = send(method, params, false, ...rest);
    const forget = () => {
      if (answers.get(key)?.answer === answer) answers.delete(key);
    };
    answers.set(key, { answer, at: now() });
    answer.then((value) => {
      if (value === null && isOfChain(method)) forget();
    }, forget);
    return answer;
  };
  return provider;
};
