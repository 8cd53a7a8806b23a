import type { Challenge } from '@veritrace/sdk';

/**
 * Whether an opened page cannot be ended yet though its clock has run out: a node of the claim is challenged, and what
 * its opening shows may be what is wrong with the page.
 */
export const isHeldUp = (
  challenges: readonly Challenge[],
  { request, worker, subject }: Pick<Challenge, 'request' | 'worker' | 'subject'>,
): boolean =>
  subject.type === 'Page' &&
  challenges.some(
    (each) => each.request === request && each.worker === worker && each.subject.type === 'Node',
  );
