/** Whose story an event belongs to: on a chain that others use too, a run counts only what is its own. */
import type { Address, ChainEvent, ModelId, PlacedEvent, RequestId } from '@veritrace/sdk';

/** Decides which events are a run's own. Learns its requests and models from them. */
export interface Scope {
  /** The own events of a block, in order. */
  own(events: readonly PlacedEvent[]): PlacedEvent[];
}

/** Everything is one's own. */
export const everything = (): Scope => ({ own: (events) => [...events] });

const mentioned = new WeakMap<ChainEvent, readonly string[]>();

const strings = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  return [];
};

/** Every address, and every other text, in an event's fields. */
const textsIn = (event: ChainEvent): readonly string[] => {
  const known = mentioned.get(event);
  if (known !== undefined) return known;
  const fields = event.type === 'other' ? Object.values(event.fields).map(String) : event;
  const texts = strings(Array.isArray(fields) ? fields : Object.values(fields));
  mentioned.set(event, texts);
  return texts;
};

/**
 * The events that name an account of the run, a request or a model of its accounts, and all others of extrinsics that
 * its accounts paid for.
 */
export const scopeOf = (isOwn: (address: Address) => boolean): Scope => {
  const requests = new Set<RequestId>();
  const models = new Set<ModelId>();

  const concerns = (event: ChainEvent): boolean => {
    if ('request' in event && typeof event.request === 'bigint' && requests.has(event.request)) {
      return true;
    }
    if ('model' in event && event.model !== undefined && models.has(event.model)) return true;
    if ('family' in event && models.has(event.family)) return true;
    return textsIn(event).some(isOwn);
  };

  const learn = (event: ChainEvent): void => {
    if (event.type === 'inference.RequestSubmitted' && isOwn(event.user)) {
      requests.add(event.request);
    }
    if (event.type === 'models.ModelRegistered' && isOwn(event.author)) models.add(event.model);
  };

  return {
    own: (events) => {
      const paid = new Set<number>();
      for (const { event, extrinsicIndex } of events) {
        learn(event);
        const isPaid = event.type === 'transactionPayment.TransactionFeePaid' && isOwn(event.who);
        if (isPaid && extrinsicIndex !== undefined) paid.add(extrinsicIndex);
      }
      return events.filter(
        ({ event, extrinsicIndex }) =>
          concerns(event) || (extrinsicIndex !== undefined && paid.has(extrinsicIndex)),
      );
    },
  };
};
