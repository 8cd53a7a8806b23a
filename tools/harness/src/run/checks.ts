/** Steps that do nothing and look: the story stops where what they say is not so. */
import type { ScenarioStep } from '../scenario/schema.ts';
import { nameOf } from './chronicle.ts';
import { entry, type Happened } from './happened.ts';
import { type Stage, StoryStopped } from './stage.ts';

type Step<K extends ScenarioStep['do']> = Extract<ScenarioStep, { do: K }>;

/** Which events are meant, in a scenario's words. */
type EventFilter = Pick<Step<'check-absent'>, 'event' | 'request' | 'worker'>;

/** How often an event has occurred since the steps began. */
export const occurrences = (
  { chronicle, accounts }: Pick<Stage, 'chronicle' | 'accounts'>,
  { asked, begun }: Pick<Happened, 'asked' | 'begun'>,
  { event, request, worker }: EventFilter,
): number => {
  const about = request === undefined ? undefined : entry(asked, request, 'request');
  // A fork has taken the request back, and all that was about it.
  if (about !== undefined && about.id === undefined) return 0;
  return chronicle.count(event, {
    request: about?.id,
    worker: worker === undefined ? undefined : accounts.account(worker).address,
    after: begun,
  });
};

/**
 * What did occur since the steps began, for who waited for something else: of the same request and worker where one is
 * named, else of the same pallet.
 */
export const otherOccurrences = (
  stage: Pick<Stage, 'chronicle' | 'accounts'>,
  happened: Pick<Happened, 'asked' | 'begun'>,
  { event, request, worker }: EventFilter,
): string => {
  const isNarrow = request !== undefined || worker !== undefined;
  const pallet = event.slice(0, event.indexOf('.') + 1);
  const names = new Set(
    stage.chronicle.blocks().flatMap(({ events }) => events.map((one) => nameOf(one.event))),
  );
  const found = [...names].flatMap((name) => {
    if (!isNarrow && !name.startsWith(pallet)) return [];
    const times = occurrences(stage, happened, { event: name, request, worker });
    if (times === 0) return [];
    return [times === 1 ? name : `${name} ${times} times`];
  });
  const about = [
    ...(request === undefined ? [] : [` about "${request}"`]),
    ...(worker === undefined ? [] : [` of ${worker}`]),
    ...(isNarrow ? [] : [` of ${pallet.slice(0, -1)}`]),
  ].join('');
  return found.length === 0 ? `nothing${about} did` : `what did${about}: ${found.join(', ')}`;
};

/** An event that was not to occur yet has not. */
export const checkAbsent = (
  stage: Pick<Stage, 'chronicle' | 'accounts'>,
  happened: Pick<Happened, 'asked' | 'begun'>,
  { event, request, worker }: EventFilter,
): void => {
  if (occurrences(stage, happened, { event, request, worker }) === 0) return;
  const of = worker === undefined ? '' : ` of ${worker}`;
  const about = request === undefined ? '' : ` about "${request}"`;
  throw new StoryStopped(`${event}${of}${about} was not to occur yet, and it has`);
};

/** Until the block of a number is taken in. On a live chain a tick alone may take in one that was made before it. */
const blockIsThere = async ({ state, tick }: Pick<Stage, 'state' | 'tick'>, number: number) => {
  while (state().block.number < number) await tick();
};

/**
 * Struck nodes have not got the first block that was made afterwards, when there are `blocks` of them: one that was left
 * alone has. A node that does not answer has no block.
 */
export const checkBehind = async (
  stage: Pick<Stage, 'network' | 'state' | 'tick' | 'dated'>,
  { struck }: Pick<Happened, 'struck'>,
  { nodes, blocks }: Pick<Step<'check-behind'>, 'nodes' | 'blocks'>,
): Promise<void> => {
  const since = Math.max(...nodes.map((node) => entry(struck, node, 'struck node')));
  await blockIsThere(stage, since + blocks);
  const first = stage.dated().get(since + 1)?.block;
  if (first === undefined) throw new Error(`unreachable: block #${since + 1} was taken in`);
  for (const node of nodes) {
    if (!(await stage.network.has(node, first))) continue;
    throw new StoryStopped(
      `"${node}" was to be behind since #${since}, and it has #${first.number} ${first.hash}: nothing keeps it back`,
    );
  }
};

/** Nothing becomes final while so many blocks are made. */
export const checkStalled = async (
  stage: Pick<Stage, 'network' | 'state' | 'tick'>,
  { blocks }: Pick<Step<'check-stalled'>, 'blocks'>,
): Promise<void> => {
  const { client, finalized } = stage.network;
  const { number } = finalized();
  await blockIsThere(stage, client.heads.current('best').number + blocks);
  const now = finalized().number;
  if (now === number) return;
  throw new StoryStopped(
    `no block after #${number} was to become final within ${blocks} blocks, and #${now} has`,
  );
};
