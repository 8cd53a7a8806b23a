/**
 * What a daemon sends: a bounded number of transactions at a time, each written down before it is sent, followed until
 * it is in a final block, sent again in the same bytes when it was lost. Sending the same bytes twice is harmless, so a
 * crash at any point neither loses nor doubles a transaction.
 *
 * Transactions of one key go in the order of their nonces. When one is void, because a fork took the block it builds on
 * or because another program used its nonce, those behind it are stuck until something takes the gap: what is wanted
 * next does, and so it takes the nonce of the gap, not the one after the last.
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
  isForked: boolean;
  /** Another transaction has its nonce on the present branch. */
  isOvertaken: boolean;
}

export interface Outbox {
  /** Looks what became of what was sent. Call once per step, before deciding anything. */
  poll(head: HeadRef, finalized: HeadRef): Promise<void>;
  /** Whether fewer wait for inclusion than may, so that `send` would send. */
  isFree(): boolean;
  /**
   * Whether there is no use in sending an action (now): it waits and can be included, it was included and its effect
   * must be on its way, it was rejected, or failed too often. `identity` tells things of one name apart.
   */
  isDone(action: string, identity: string): boolean;
  /**
   * Signs, writes down, sends. Nothing happens when too many wait; returns whether it was sent. `anchor` is the height
   * up to which the chain must be the present one.
   */
  send(name: string, identity: string, action: Action, anchor?: number): Promise<boolean>;
}

export const createOutbox = ({
  chain,
  journal,
  account,
  logger,
  emit,
  limit = 1,
}: {
  chain: Chain;
  journal: Journal;
  account: Account;
  logger: Logger;
  /** How many may wait for inclusion at once. */
  limit?: number;
  emit: (event: TransactionEvent) => void;
}): Outbox => {
  const key = (action: string, identity: string) => `${action} ${identity}`;
  let sent: Sent[] = [];
  /** The account's next nonce in the state of the present head, and the next that the node's pool has nothing for. */
  let nonces = { state: 0, pool: 0 };
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
        isForked: false,
        isOvertaken: false,
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

  /** `used`: how many nonces of the account are used up in the state of either head. */
  const follow = async (
    entry: Sent,
    head: HeadRef,
    finalized: HeadRef,
    used: { head: number; finalized: number },
  ): Promise<void> => {
    const { action, signed } = entry;
    const { outcome, retracted, added } = await chain
      .find(signed, entry.searched, head)
      .catch(async (error: unknown) => {
        // A block of an abandoned branch, and the node was restarted since: begin where all branches meet.
        logger.warn({ action, error: String(error) }, 'cannot go on from the last head');
        const lost = entry.outcome === undefined ? [] : [entry.outcome.block];
        if ((await chain.hashOf(signed.signedAt.number)) !== signed.signedAt.hash) {
          // Not even the block it builds on is left.
          return { outcome: undefined, added: [], retracted: [signed.signedAt, ...lost] };
        }
        const anew = await chain.find(signed, signed.signedAt, head);
        return { ...anew, retracted: [...anew.retracted, ...lost] };
      });
    entry.searched = { number: head.number, hash: head.hash };
    const isBirth = ({ hash }: BlockRef) => hash === signed.signedAt.hash;
    if (added.some(isBirth)) entry.isForked = false;
    else if (retracted.some(isBirth)) {
      logger.info({ action, block: signed.signedAt.number }, 'a fork voids a transaction');
      entry.isForked = true;
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
    const isOvertaken = entry.outcome === undefined && signed.nonce < used.head;
    if (isOvertaken && !entry.isOvertaken) {
      logger.warn(
        { action, nonce: signed.nonce },
        'another transaction took the nonce; does another program use this key?',
      );
    }
    entry.isOvertaken = isOvertaken;
    if (entry.outcome !== undefined) {
      if (entry.outcome.block.number <= finalized.number) {
        close(entry, entry.outcome.error === undefined ? 'included' : 'failed');
      }
    } else if (isOvertaken && !entry.isForked && signed.nonce < used.finalized) {
      // The head may be of another branch than the final block: look along that one.
      const final = await chain.find(signed, signed.signedAt, finalized);
      if (final.outcome !== undefined) return;
      close(entry, 'expired');
      emit({ type: 'expired', action, hash: signed.hash });
    } else if (head.number >= signed.diesAt) {
      if (finalized.number >= signed.diesAt) {
        close(entry, 'expired');
        emit({ type: 'expired', action, hash: signed.hash });
        logger.warn({ action, diesAt: signed.diesAt }, 'no block took a transaction in time');
      }
    } else if (
      isLive(entry) &&
      (entry.sentAt === undefined || head.number - entry.sentAt >= RESEND)
    ) {
      await broadcast(entry, head);
    }
  };

  /** Whether it may yet be included on the present branch. */
  const isLive = ({ outcome, isForked, isOvertaken }: Sent): boolean =>
    outcome === undefined && !isForked && !isOvertaken;

  /** The nonces of what waits. */
  const taken = (): Set<number> => new Set(sent.filter(isLive).map(({ signed }) => signed.nonce));

  /** Whether a nonce before its own is missing, both here and in the node's pool. */
  const isStuck = ({ signed }: Sent): boolean => {
    const ours = taken();
    for (let nonce = nonces.state; nonce < signed.nonce; nonce += 1) {
      if (!ours.has(nonce) && nonce >= nonces.pool) return true;
    }
    return false;
  };

  const isFree = () => sent.filter(isLive).length < limit;

  return {
    poll: async (head, finalized) => {
      if (sent.length === 0) return;
      const used = {
        head: await chain.nonceOf(account.address, head.hash),
        finalized: await chain.nonceOf(account.address, finalized.hash),
      };
      nonces = { state: used.head, pool: await chain.nextNonce(account.address) };
      for (const entry of [...sent]) await follow(entry, head, finalized, used);
    },
    isFree,
    isDone: (action, identity) => {
      const name = key(action, identity);
      return (
        rejected.has(name) ||
        (failures.get(name) ?? 0) >= FAILURES ||
        sent.some(
          (entry) =>
            key(entry.action, entry.identity) === name &&
            (entry.outcome === undefined
              ? isLive(entry) && !isStuck(entry)
              : entry.outcome.error === undefined),
        )
      );
    },
    send: async (name, identity, action, anchor) => {
      if (!isFree()) return false;
      const signed = await chain.sign(account, action, { anchor, taken: taken() });
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
        isForked: false,
        isOvertaken: false,
      };
      sent.push(entry);
      emit({ type: 'sent', action: name, hash: signed.hash, block: head.number });
      logger.debug({ action: name, hash: signed.hash, nonce: signed.nonce }, 'sending');
      await broadcast(entry, head);
      return true;
    },
  };
};
