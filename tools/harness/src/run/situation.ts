/** How things stood when a run could not go on. */
import { type Challenge, type Request, subjectText } from '@veritrace/sdk';
import type { Happened } from './happened.ts';
import type { Stage } from './stage.ts';

/** Why a run stopped, and what there is to find out more. */
export interface Situation {
  /** What was awaited, and what came instead. */
  reason: string;
  /** The last state seen, a line each. */
  state: string[];
  /** The newest log lines of the daemons. */
  daemons: { actor: string; lines: string[] }[];
  /** The newest log lines of the nodes; none where they are not at hand. */
  nodes: { node: string; lines: string[] }[];
}

const requestLine = (
  name: string,
  request: Request,
  challenges: readonly Challenge[],
  nameOf: (address: string) => string,
): string => {
  const { id, status, since, due, attemptsLeft, slots } = request;
  const workers = slots.map(({ worker, state }) => `${nameOf(worker)} ${state.type}`).join(', ');
  const disputes = challenges
    .filter((challenge) => challenge.request === id)
    .map(
      ({ challenger, worker, subject, state }) =>
        `${nameOf(challenger)} against ${nameOf(worker)} at ${subjectText(subject)}, ${state.type} until #${state.due}`,
    );
  return [
    `"${name}" (request ${id}): ${status} since #${since}, due #${due}, ${attemptsLeft} more attempts`,
    `workers: ${workers === '' ? 'none drawn' : workers}`,
    ...(disputes.length === 0 ? [] : [`challenges: ${disputes.join('; ')}`]),
  ].join('; ');
};

/** The last state seen: heads, the run's requests and disputes, and what waits for inclusion. */
export const describeState = (stage: Stage, happened: Happened): string[] => {
  const { network, accounts, chronicle } = stage;
  const { block, requests, challenges } = stage.state();
  const best = network.client.heads.current('best');
  const heads = `heads: taken in #${block.number} ${block.hash}, best #${best.number}, finalized #${network.finalized().number}`;
  const asked = [...happened.asked].map(([name, { id, error }]) => {
    if (id === undefined) {
      return `"${name}": ${error === undefined ? 'taken back by a fork' : `refused with ${error}`}`;
    }
    const open = requests.find((request) => request.id === id);
    if (open !== undefined) return requestLine(name, open, challenges, accounts.nameOf);
    const tale = chronicle.request(id);
    return `"${name}" (request ${id}): ${tale?.state ?? 'unknown'}, closed in #${tale?.closedAt ?? '?'}`;
  });
  const pending = stage
    .pending()
    .map(
      ({ call, signer, nonce, diesAt }) =>
        `not included: ${call} by ${accounts.nameOf(signer)}, nonce ${nonce}, valid until #${diesAt}`,
    );
  return [heads, ...asked, ...pending];
};
