/**
 * What a daemon sends: one transaction at a time per key, written down before it is sent, followed until it is in a
 * final block, sent again in the same bytes when it was lost. Sending the same bytes twice is harmless, so a crash at
 * any point neither loses nor doubles a transaction.
 */
import type { Account, BlockRef, HeadRef, SignedCall } from '@veritrace/sdk';
import type { Action, Chain, Outcome } from './chain.ts';
import type { Journal } from './journal.ts';
import type { Logger, TransactionEvent } from './types.ts';

/** Blocks after which a transaction that is in none is sent again. */
const RESEND = 8;
/** How often an action may fail on chain before it is given up. */
const FAILURES = 3;

interface Sent {
  action: string;
  identity: string;
  request: string;
  signed: SignedCall;
  /** Blocks up to here were searched. */
  searched: BlockRef;
  /** When it was last sent; `undefined` when it may never have been. */
  sentAt: number | undefined;
  /** Whether it comes from the journal, so that it may have been sent before. */
  isReplayed: boolean;
  outcome: Outcome | undefined;
  /** The branch it is valid on was left: it is in no block unless the chain comes back to it. */
  isVoid: boolean;
}

export interface Outbox {
  /** Looks what became of what was sent. Call once per step, before deciding anything. */
  poll(head: HeadRef, finalized: HeadRef): Promise<void>;
  /** Whether nothing waits for inclusion, so that `send` would send. */
  isFree(): boolean;
  /**
   * Whether there is no use in sending an action (now): it waits, it was included and its effect must be on its way, it
   * was rejected, or failed too often. `identity` tells things of one name apart.
   */
  isDone(action: string, identity: string): boolean;
  /**
   * Signs, writes down, sends. Nothing happens when another transaction waits; returns whether it was sent. `anchor` is
   * the height from which on the chain must be the present one.
   */
  send(name: string, identity: string, action: Action, anchor?: number): Promise<boolean>;
}

export const createOutbox = ({
  chain,
  journal,
  account,
  logger,
  emit,
}: {
  chain: Chain;
  journal: Journal;
  account: Account;
  logger: Logger;
  emit: (event: TransactionEvent) => void;
}): Outbox => {
  const key = (action: string, identity: string) => `${action} ${identity}`;
  let sent: Sent[] = [];
  const failures = new Map<string, number>();
  const rejected = new Set<string>();

  for (const entry of journal.entries()) {
    if (entry.type === 'signed') {
      const { action, identity, request, signed } = entry;
      const searched = signed.signedAt;
      sent.push({
        action,
        identity,
        request,
        signed,
        searched,
        sentAt: undefined,
        isReplayed: true,
        outcome: undefined,
        isVoid: false,
      });
    } else if (entry.type === 'closed') {
      sent = sent.filter(({ signed }) => signed.hash !== entry.hash);
    } else if (entry.type === 'rejected') {
      rejected.add(key(entry.action, entry.identity));
    }
  }

  const close = (entry: Sent, outcome: 'included' | 'failed' | 'expired') => {
    journal.append({ type: 'closed', action: entry.action, hash: entry.signed.hash, outcome });
    sent = sent.filter((other) => other !== entry);
  };

  const broadcast = async (entry: Sent, head: HeadRef): Promise<void> => {
    // Refused the first time, it can be in no block. Refused later, it may be in one not seen yet.
    const isFirst = entry.sentAt === undefined && !entry.isReplayed;
    entry.sentAt = head.number;
    try {
      if ((await chain.broadcast(entry.signed)) === 'sent') return;
      logger.warn({ action: entry.action }, 'the node refused a transaction');
      if (isFirst) close(entry, 'expired');
    } catch (error) {
      // It may be on its way all the same: what counts is whether a block has it before it dies.
      logger.warn({ action: entry.action, error: String(error) }, 'could not send a transaction');
    }
  };

  const follow = async (entry: Sent, head: HeadRef, finalized: HeadRef): Promise<void> => {
    const { action, signed } = entry;
    const { outcome, retracted, added } = await chain
      .find(signed, entry.searched, head)
      .catch(async (error: unknown) => {
        // A block of an abandoned branch, and the node was restarted since: begin where all branches meet.
        logger.warn({ action, error: String(error) }, 'cannot go on from the last head');
        const anew = await chain.find(signed, signed.signedAt, head);
        const lost = entry.outcome === undefined ? [] : [entry.outcome.block];
        return { ...anew, retracted: [...anew.retracted, ...lost] };
      });
    entry.searched = { number: head.number, hash: head.hash };
    const isBirth = ({ hash }: BlockRef) => hash === signed.signedAt.hash;
    if (added.some(isBirth)) entry.isVoid = false;
    else if (retracted.some(isBirth)) {
      logger.info({ action, block: signed.signedAt.number }, 'a fork voids a transaction');
      entry.isVoid = true;
    }
    const gone = entry.outcome?.block;
    if (gone !== undefined && retracted.some(({ hash }) => hash === gone.hash)) {
      logger.info({ action, block: gone.number }, 'a fork took back a transaction');
      entry.outcome = undefined;
    }
    if (outcome !== undefined) {
      entry.outcome = outcome;
      const { block, error, rejected: reason } = outcome;
      emit({ type: 'included', action, hash: signed.hash, block, error, rejected: reason });
      if (reason !== undefined) {
        rejected.add(key(action, entry.identity));
        journal.append({
          type: 'rejected',
          action,
          identity: entry.identity,
          request: entry.request,
        });
        logger.error({ action, reason }, 'the chain rejected a proof');
      } else if (error !== undefined) {
        const name = key(action, entry.identity);
        failures.set(name, (failures.get(name) ?? 0) + 1);
        logger.warn({ action, error, block: block.number }, 'a transaction failed');
      } else {
        logger.info({ action, block: block.number }, 'included');
      }
    }
    if (entry.outcome !== undefined) {
      if (entry.outcome.block.number <= finalized.number) {
        close(entry, entry.outcome.error === undefined ? 'included' : 'failed');
      }
    } else if (head.number >= signed.diesAt) {
      if (finalized.number >= signed.diesAt) {
        close(entry, 'expired');
        emit({ type: 'expired', action, hash: signed.hash });
        logger.warn({ action, diesAt: signed.diesAt }, 'no block took a transaction in time');
      }
    } else if (
      !entry.isVoid &&
      (entry.sentAt === undefined || head.number - entry.sentAt >= RESEND)
    ) {
      await broadcast(entry, head);
    }
  };

  const isFree = () => sent.every(({ outcome, isVoid }) => isVoid || outcome !== undefined);

  return {
    poll: async (head, finalized) => {
      for (const entry of [...sent]) await follow(entry, head, finalized);
    },
    isFree,
    isDone: (action, identity) => {
      const name = key(action, identity);
      return (
        rejected.has(name) ||
        (failures.get(name) ?? 0) >= FAILURES ||
        sent.some(
          (entry) =>
            !entry.isVoid &&
            key(entry.action, entry.identity) === name &&
            entry.outcome?.error === undefined,
        )
      );
    },
    send: async (name, identity, action, anchor) => {
      if (!isFree()) return false;
      const signed = await chain.sign(account, action, anchor);
      const head = chain.head('best');
      const request = 'request' in action ? String(action.request) : '';
      journal.append({ type: 'signed', action: name, identity, request, signed });
      const entry: Sent = {
        action: name,
        identity,
        request,
        signed,
        searched: signed.signedAt,
        sentAt: undefined,
        isReplayed: false,
        outcome: undefined,
        isVoid: false,
      };
      sent.push(entry);
      emit({ type: 'sent', action: name, hash: signed.hash, block: head.number });
      logger.debug({ action: name, hash: signed.hash, nonce: signed.nonce }, 'sending');
      await broadcast(entry, head);
      return true;
    },
  };
};
