/** The life of a request as stretches of blocks. */
import type { Chronicle, RecordEvent } from '../record/record.ts';

export type Phase = 'waiting' | 'working' | 'window' | 'disputed';

export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  waiting: 'waits for workers',
  working: 'workers compute',
  window: 'can be contradicted',
  disputed: 'disputed',
};

export interface Stretch {
  phase: Phase;
  from: number;
  to: number;
}

export interface RequestLife {
  name: string;
  stretches: Stretch[];
  /** How it ended, and in which block; `undefined` while it is open. */
  end: { state: string; block: number } | undefined;
}

/** Each request of the run that came onto the chain. */
export const livesOf = ({ summary, events, blocks }: Chronicle): RequestLife[] => {
  const newest = blocks.at(-1)?.number ?? events.at(-1)?.block ?? 0;
  const byRequest = new Map<unknown, RecordEvent[]>();
  for (const event of events) {
    if (event.request === undefined) continue;
    const known = byRequest.get(event.request);
    if (known === undefined) byRequest.set(event.request, [event]);
    else known.push(event);
  }
  return summary.requests.flatMap(({ name, id, state }) => {
    if (id === undefined) return [];
    const stretches: Stretch[] = [];
    let end: RequestLife['end'];
    const enter = (phase: Phase, block: number) => {
      const last = stretches.at(-1);
      if (last !== undefined) last.to = block;
      if (last?.phase !== phase) stretches.push({ phase, from: block, to: newest });
      else last.to = newest;
    };
    for (const { type, block } of byRequest.get(id) ?? []) {
      if (end !== undefined) break;
      switch (type) {
        case 'inference.RequestSubmitted':
        case 'inference.RequestReopened':
          enter('waiting', block);
          break;
        case 'inference.RequestAssigned':
        case 'inference.WorkersReplaced':
          enter('working', block);
          break;
        case 'inference.WindowOpened':
        case 'inference.ChallengeWithdrawn':
          enter('window', block);
          break;
        case 'inference.ClaimChallenged':
          enter('disputed', block);
          break;
        case 'inference.Settled':
        case 'inference.RequestRefunded':
        case 'inference.RequestCancelled':
        case 'inference.ContestClosed': {
          const last = stretches.at(-1);
          if (last !== undefined) last.to = block;
          end = { state, block };
          break;
        }
        default:
      }
    }
    return stretches.length === 0 ? [] : [{ name, stretches, end }];
  });
};
