/**
 * The challenger: recomputes every claim of the models it holds and convicts the false ones.
 *
 * At the first node whose leaf is wrong all inputs are honest, so it holds them: that one is contradicted, in one
 * transaction when the node's inputs fit and its proof is within the cap, else by demanding an opening and contradicting an element or a tile of it. Of
 * a long trace only the hashes of pages are known: the first page that is wrong has to be opened before.
 * The accusation is sealed before, in an earlier block, so that whoever copies a proof does not get the bounty.
 * Each step decides from the state of a head; every proof is checked by the referee before it is sent, as a rejected
 * one costs a penalty.
 */
import { randomBytes } from 'node:crypto';
import type { KnownTrace, PagedTrace } from '@veritrace/referee';
import {
  type Address,
  type Challenge,
  type Claim,
  type Hex,
  leavesUnder,
  nodeSubject,
  pageSubject,
  parseSubject,
  type Request,
  type RequestId,
  type Subject,
  subjectName,
  type Trace,
} from '@veritrace/sdk';
import { bytesEqual } from './bytes-equal.ts';
import type { Action, ClaimMade } from './chain.ts';
import { fromHex, identityOf, toHex } from './digest.ts';
import { createEngines, refereeEngines } from './engines.ts';
import { emptyStore, gatherInputs } from './inputs.ts';
import { faultAt, firstFaultIn, pageToOpen, placeOf, withOpenedPage } from './long-trace.ts';
import { createLoop, type Step } from './loop.ts';
import { lasting, liveEntries } from './memory.ts';
import { createOutbox } from './outbox.ts';
import { isShownWhole, PROOF_CAP } from './proof-cap.ts';
import type {
  Challenger,
  ChallengerConfig,
  ChallengerDeps,
  ChallengerEvent,
  ClaimContext,
  Fault,
  LoadedModel,
} from './types.ts';

/** A claim being looked at or fought. */
interface Case {
  request: RequestId;
  worker: Address;
  /** Request and trace root: a claim of another trace is another case. */
  identity: string;
  request0: Request;
  claim: Claim;
  model: LoadedModel;
  trace: KnownTrace | undefined;
  inputs: Uint8Array[] | undefined;
  /** The head at which it was last tried to read it. */
  triedAt: number | undefined;
  honest: Promise<Uint8Array[]> | undefined;
  /** The leaves of the true trace. */
  truth: Uint8Array[] | undefined;
  /** `undefined`: not known yet; `null`: nothing wrong. */
  fault: Fault | null | undefined;
}

/** An accusation that this daemon seals. Equal claims have one. */
interface Accusation {
  request: RequestId;
  traceRoot: Hex;
  /** The node or, where the trace is revealed by pages, the page. */
  place: number;
  salt: Uint8Array;
}

type Kind = 'node' | 'challenge' | 'tile' | 'element';

interface Wish {
  name: string;
  identity: string;
  /** The block of the claim: on a branch without it, the proof would be of another claim, and be paid for. */
  anchor?: number;
  action: () => Promise<Action | undefined>;
}

const subjectOf = (fault: Fault): Subject =>
  'page' in fault ? pageSubject(fault.page) : nodeSubject(fault.node);

const nameOf = ({ request, worker }: ClaimMade): string => `${request} ${worker}`;

export const createChallenger = (config: ChallengerConfig, deps: ChallengerDeps): Challenger => {
  const { chain, referee, logger, behaviour = {} } = deps;
  const journal = lasting(deps.journal);
  journal.compact(liveEntries(journal.entries()));

  const models = new Map(config.models.map((model) => [model.graphRoot, model]));
  const engines =
    deps.createEngine === undefined
      ? refereeEngines()
      : createEngines(deps.createEngine, deps.engine ?? { executionProvider: 'cpu', threads: 1 });
  const cases = new Map<string, Case>();
  /** What was found before the last start. */
  const assessed = new Map<string, number | null>();
  for (const entry of journal.entries()) {
    if (entry.type === 'assessed') assessed.set(entry.identity, entry.fault);
  }
  /** Challenges of this account, whose bonds are to come back. */
  const bonds = new Map<string, Pick<Challenge, 'request' | 'worker' | 'subject'>>();
  /** Accusations that were sealed, or are about to be, by identity. */
  const accusations = new Map<string, Accusation>();
  for (const entry of journal.entries()) {
    if (entry.type !== 'sealed') continue;
    const { identity, request, traceRoot, place, salt } = entry;
    accusations.set(identity, { request: BigInt(request), traceRoot, place, salt: fromHex(salt) });
  }
  /** Seals that the chain refused: their accusations are made without. */
  const refusedSeals = new Set<string>();
  /** Claims that were accused here, by request and trace root, whose bounty is to come. */
  const bounties = new Map<string, Pick<Accusation, 'request' | 'traceRoot'>>();
  for (const entry of journal.entries()) {
    // A proof may have been on its way when the daemon ended.
    if (entry.type !== 'assessed' || entry.fault === null) continue;
    const [, traceRoot] = entry.identity.split(' ');
    bounties.set(`${entry.request} ${traceRoot}`, {
      request: BigInt(entry.request),
      traceRoot: traceRoot as Hex,
    });
  }
  let read: Step['head'] | undefined;

  const loop = createLoop<ChallengerEvent>({
    chain,
    logger,
    step: (heads) => step(heads),
    onTrouble: (error) => loop.emit({ type: 'trouble', error: String(error) }),
    onStop: () => engines.dispose(),
  });
  const outbox = createOutbox({
    chain,
    journal,
    account: config.account,
    logger,
    emit: (event) => {
      loop.emit(event);
      if (event.type !== 'included') return;
      const [kind, request, worker, name] = event.action.split(' ');
      if (kind === 'seal' && event.error !== undefined) {
        refusedSeals.add(event.action);
        logger.warn({ error: event.error }, 'cannot seal an accusation; going on without');
      }
      const subject = parseSubject(name ?? '');
      if (request === undefined || worker === undefined || subject === undefined) return;
      if (event.error !== undefined) return;
      if (event.rejected !== undefined) {
        loop.emit({
          type: 'rejected',
          request: BigInt(request),
          worker,
          subject,
          reason: event.rejected,
        });
      } else if (kind?.startsWith('contradict') || kind === 'expire') {
        loop.emit({ type: 'convicted', request: BigInt(request), worker, subject });
      }
    },
  });

  const step = async (heads: Step): Promise<void> => {
    const { head, finalized } = heads;
    await outbox.poll(head, finalized);
    const made = await claimsSince(read, head);
    for (const each of made) await open(each, head);
    if (read === undefined) await recall(head);
    read = head;

    const wishes: Wish[] = [];
    const accused = new Set<string>();
    const { order, isTimeToSeal } = await agendaOf([...cases.values()], head);
    for (const each of order) {
      wishes.push(...(await wishesFor(each, heads, accused, isTimeToSeal)));
    }
    // Last: money can wait, a claim's window cannot.
    wishes.push(...(await bountyWishes(heads)), ...(await bondWishes(heads)));
    for (const { name, identity, anchor, action } of wishes) {
      if (!outbox.isFree()) break;
      if (outbox.isDone(name, identity)) continue;
      const ready = await action();
      if (ready !== undefined) await outbox.send(name, identity, ready, anchor);
    }
  };

  /** The block in which a request's claims are final if nothing is done; none while something keeps them open. */
  const finalAt = async (id: RequestId, head: Step['head']): Promise<number> => {
    const record = await chain.request(id, head.hash);
    const isRunningOut =
      record?.status === 'Claimed' && record.slots.every(({ challenges }) => challenges === 0);
    return isRunningOut ? record.due : Number.POSITIVE_INFINITY;
  };

  /**
   * Whose turn it is. One transaction is sent in a block, and a false claim that is final stands: those whose windows end
   * first go first, and nothing is sealed where that takes the block in which one of them can still be accused.
   */
  const agendaOf = async (
    all: readonly Case[],
    head: Step['head'],
  ): Promise<{ order: readonly Case[]; isTimeToSeal: boolean }> => {
    const fought = all.filter(({ fault }) => fault !== undefined && fault !== null);
    const ends = new Map<RequestId, number>();
    for (const { request } of fought) {
      if (!ends.has(request)) ends.set(request, await finalAt(request, head));
    }
    const endOf = ({ request }: Case) => ends.get(request) ?? Number.POSITIVE_INFINITY;
    const order = all.toSorted((one, other) => {
      const [first, second] = [endOf(one), endOf(other)];
      return first === second ? 0 : first - second;
    });
    // Equal claims fall together: each trace once.
    const turns = new Map(
      order.filter((each) => fought.includes(each)).map((each) => [each.identity, endOf(each)]),
    );
    const isTimeToSeal = [...turns.values()].every(
      (end, before) => end - 1 - head.number >= before + 2,
    );
    return { order, isTimeToSeal };
  };

  /** Claims made since the last step; all that are open when it is the first, or when its block is lost. */
  const claimsSince = async (from: Step['head'] | undefined, head: Step['head']) => {
    if (from !== undefined) {
      try {
        return await chain.claimsMade(from, head);
      } catch (error) {
        logger.warn({ from: from.number, error: String(error) }, 'cannot go on from the last head');
      }
    }
    return chain.claims(head.hash);
  };

  /** Takes up a claim if its model is held here. */
  const open = async ({ request, worker }: ClaimMade, head: Step['head']): Promise<void> => {
    if (config.only?.({ request, worker }) === false) return;
    const record = await chain.request(request, head.hash);
    const claim = await chain.claim(request, worker, head.hash);
    if (record === undefined || claim === undefined) return;
    const model = models.get(record.terms.graphRoot);
    if (model === undefined) return;
    const identity = `${identityOf(record)} ${claim.traceRoot}`;
    const name = nameOf({ request, worker });
    if (cases.get(name)?.identity === identity) return;
    const known = assessed.get(`${identity} ${worker}`);
    if (known === null) return;
    cases.set(name, {
      request,
      worker,
      identity,
      request0: record,
      claim,
      model,
      trace: undefined,
      inputs: undefined,
      triedAt: undefined,
      honest: undefined,
      truth: undefined,
      fault: known === undefined ? undefined : faultAt(record.terms.nodeCount, known),
    });
  };

  const close = (each: Case): void => {
    cases.delete(nameOf(each));
    forgetIfOver(each.request);
  };

  const forgetIfOver = (id: RequestId): void => {
    const isOpen = [...cases.values(), ...bounties.values()].some(({ request }) => request === id);
    if (!isOpen) journal.append({ type: 'forgotten', request: String(id) });
  };

  const contextOf = (each: Case, trace: KnownTrace, inputs: Uint8Array[], head: Step['head']) => {
    const { request0: request, claim, model } = each;
    const honest = (): Promise<Uint8Array[]> => {
      if (each.honest === undefined) {
        each.honest = engines.run(model, inputs);
        each.honest.catch(() => {
          each.honest = undefined;
        });
      }
      return each.honest;
    };
    return { request, claim, model, inputs, trace, chain, head, honest } satisfies ClaimContext;
  };

  /** What was asked; `undefined` while an input cannot be got: then others may know better, and this one does not. */
  const inputsOf = async (
    { request, request0 }: Case,
    head: Step['head'],
  ): Promise<Uint8Array[] | undefined> => {
    const sources = await chain.inputs(request, head.hash);
    return sources && gatherInputs(sources, request0.terms.inputs, deps.store ?? emptyStore);
  };

  /** What the claim and its request say, read once; `undefined` while it cannot be read. */
  const study = async (each: Case, head: Step['head']): Promise<ClaimContext | undefined> => {
    const { request, claim } = each;
    each.triedAt = head.number;
    each.inputs ??= await inputsOf(each, head);
    if (each.trace === undefined) {
      const traces = await chain.traces(request, claim.at, head);
      const root = fromHex(claim.traceRoot);
      const { nodeCount } = each.request0.terms;
      const found = traces.find((trace) => bytesEqual(root, rootOf(trace, nodeCount)));
      each.trace = found && known(found);
    }
    if (each.inputs === undefined || each.trace === undefined) {
      logger.warn({ request: String(request), worker: each.worker }, 'cannot read a claim');
      return undefined;
    }
    return contextOf(each, each.trace, each.inputs, head);
  };

  const rootOf = (trace: Trace, nodeCount: number): Uint8Array =>
    trace.type === 'Leaves'
      ? referee.traceRoot(trace.leaves)
      : referee.pagedRoot(nodeCount, trace.pages);

  const known = (trace: Trace): KnownTrace =>
    trace.type === 'Leaves' ? trace.leaves : { pages: trace.pages, shown: new Map() };

  const firstFault = async ({ model, trace, honest }: ClaimContext): Promise<Fault | undefined> =>
    firstFaultIn(trace, model.loaded.trace(await honest()), referee.pageHashes);

  const remember = (each: Case, fault: Fault | null): void => {
    const { request, worker } = each;
    const identity = `${each.identity} ${worker}`;
    const place = fault && placeOf(each.request0.terms.nodeCount, fault);
    journal.append({ type: 'assessed', request: String(request), worker, identity, fault: place });
    assessed.set(identity, place);
    each.fault = fault;
  };

  const assess = async (each: Case, head: Step['head']): Promise<void> => {
    const context = await study(each, head);
    if (context === undefined) return;
    const fault = await (behaviour.findFault ?? firstFault)(context);
    const { request, worker } = each;
    remember(each, fault ?? null);
    const subject = fault && subjectOf(fault);
    logger.info({ request: String(request), worker, fault: subject }, 'assessed a claim');
    loop.emit({ type: 'assessed', request, worker, fault: subject });
  };

  /** `accused` are claims of this step that are being fought: an equal one falls with the first. */
  const wishesFor = async (
    each: Case,
    { head, finalized }: Step,
    accused: Set<string>,
    isTimeToSeal: boolean,
  ): Promise<Wish[]> => {
    const { request, worker } = each;
    const present = await chain.claim(request, worker, head.hash);
    if (present?.traceRoot !== each.claim.traceRoot) {
      await afterwards(each, { head, finalized });
      return [];
    }
    if (each.fault === undefined) {
      // What could not be read is looked for again at the next head.
      if (each.triedAt === head.number) return [];
      loop.background(`assess ${nameOf(each)} ${each.identity}`, () => assess(each, head));
      return [];
    }
    if (each.fault === null) {
      cases.delete(nameOf(each));
      return [];
    }
    if (accused.has(each.identity) || !outbox.isFree()) return [];
    accused.add(each.identity);
    return accuse(each, each.fault, head, isTimeToSeal);
  };

  /** The claim has fallen or is final: forget it once that cannot be taken back. */
  const afterwards = async (each: Case, { finalized }: Step): Promise<void> => {
    if (each.claim.at > finalized.number) return;
    const final = await chain.claim(each.request, each.worker, finalized.hash);
    if (final?.traceRoot !== each.claim.traceRoot) close(each);
  };

  /** What of this account is on the chain from before. */
  const recall = async (head: Step['head']): Promise<void> => {
    for (const { holder, request, traceRoot } of await chain.bounties(head.hash)) {
      if (!chain.isSame(holder, config.account.address)) continue;
      bounties.set(`${request} ${traceRoot}`, { request, traceRoot });
    }
    for (const { challenger, request, worker, subject } of await chain.challenges(head.hash)) {
      if (!chain.isSame(challenger, config.account.address)) continue;
      keepBond({ request, worker, subject });
    }
  };

  const keepBond = (bond: Pick<Challenge, 'request' | 'worker' | 'subject'>): void => {
    bonds.set(`${bond.request} ${bond.worker} ${subjectName(bond.subject)}`, bond);
  };

  const sealOf = ({ request, traceRoot, place, salt }: Accusation): Uint8Array =>
    referee.seal({
      request,
      traceRoot: fromHex(traceRoot),
      place,
      account: chain.accountId(config.account.address),
      salt,
    });

  /** Shows seals over claims that fell to others, and asks for bounties that are due. */
  const bountyWishes = async ({ head, finalized }: Step): Promise<Wish[]> => {
    const wishes: Wish[] = [];
    for (const [name, { request, traceRoot }] of [...bounties]) {
      const bounty = await chain.bounty(request, traceRoot, head.hash);
      if (bounty === undefined) {
        await forgetBounty(name, request, traceRoot, finalized);
        continue;
      }
      const sealed = [...accusations.values()].find(
        (one) =>
          one.request === request &&
          one.traceRoot === traceRoot &&
          one.place === bounty.subject.value,
      );
      const seal =
        sealed && (await chain.seal(config.account.address, toHex(sealOf(sealed)), head.hash));
      const isDue = head.number + 1 >= bounty.due;
      if (sealed !== undefined && seal !== undefined && !isDue && bounty.convicted < seal.until) {
        wishes.push({
          name: `reveal-seal ${name}`,
          identity: String(seal.order),
          action: async () => ({ type: 'reveal-seal', request, traceRoot, salt: sealed.salt }),
        });
      } else if (isDue && chain.isSame(bounty.holder, config.account.address)) {
        wishes.push({
          name: `release-bounty ${name}`,
          identity: String(bounty.due),
          action: async () => ({ type: 'release-bounty', request, traceRoot }),
        });
      }
    }
    return wishes;
  };

  /** No bounty is on hold: not yet, as the claim stands, or no more. */
  const forgetBounty = async (
    name: string,
    request: RequestId,
    traceRoot: Hex,
    finalized: Step['finalized'],
  ): Promise<void> => {
    const isFought = [...cases.values()].some(
      (each) => each.request === request && each.claim.traceRoot === traceRoot,
    );
    if (isFought || !outbox.isFree()) return;
    if ((await chain.bounty(request, traceRoot, finalized.hash)) !== undefined) return;
    bounties.delete(name);
    forgetIfOver(request);
  };

  /** Asks for the bonds of challenges whose claim is gone. */
  const bondWishes = async ({ head, finalized }: Step): Promise<Wish[]> => {
    const wishes: Wish[] = [];
    for (const [name, { request, worker, subject }] of [...bonds]) {
      const challenge = await chain.challenge(request, worker, subject, head.hash);
      if (challenge === undefined) {
        const isWaiting = !outbox.isFree();
        const final = await chain.challenge(request, worker, subject, finalized.hash);
        if (final === undefined && !isWaiting) bonds.delete(name);
      } else if (
        chain.isSame(challenge.challenger, config.account.address) &&
        (await chain.claim(request, worker, head.hash)) === undefined
      ) {
        wishes.push({
          name: `reclaim ${name}`,
          identity: String(challenge.state.due),
          action: async () => ({ type: 'reclaim-bond', request, worker, subject }),
        });
      }
    }
    return wishes;
  };

  const wish = (
    each: Case,
    kind: string,
    subject: Subject,
    turn: string,
    action: Wish['action'],
  ): Wish => ({
    name: `${kind} ${each.request} ${each.worker} ${subjectName(subject)}`,
    identity: `${each.identity} ${turn}`.trim(),
    anchor: each.claim.at,
    action,
  });

  const verdictOn = (each: Case, proof: Uint8Array) => {
    const { terms, inputRoots } = each.request0;
    return referee.check(
      {
        graphRoot: fromHex(terms.graphRoot),
        nodeCount: terms.nodeCount,
        traceRoot: fromHex(each.claim.traceRoot),
        inputRoots: inputRoots.map(fromHex),
      },
      proof,
    );
  };

  /** Whether the chain would accept a proof; with a behaviour of its own the challenger sends what it likes. */
  const holds = (each: Case, proof: Uint8Array): boolean => {
    const verdict = verdictOn(each, proof);
    if (verdict.kind === 'convicted') return true;
    logger.error(
      { request: String(each.request), worker: each.worker, reason: verdict.reason },
      'the referee rejects a proof made here; run veritrace worker check',
    );
    return false;
  };

  const proofOf = async (
    each: Case,
    context: ClaimContext,
    kind: Kind,
    honest: () => Uint8Array,
  ): Promise<Uint8Array | undefined> => {
    if (behaviour.proof !== undefined) return behaviour.proof(context, kind, honest);
    const proof = honest();
    return kind === 'challenge' || holds(each, proof) ? proof : undefined;
  };

  /**
   * The seal of an accusation: a wish to make it, the salt of one that counts in the next block, or nothing where the
   * accusation goes without.
   */
  const sealFor = async (
    each: Case,
    fault: Fault,
    head: Step['head'],
    isTime: boolean,
  ): Promise<{ wish?: Wish; salt?: Uint8Array }> => {
    if (config.seals === false) return {};
    const { request, identity } = each;
    const { traceRoot } = each.claim;
    const { nodeCount } = each.request0.terms;
    const place = placeOf(nodeCount, fault);
    const known = accusations.get(identity);
    if (known?.place === place) {
      const seal = await chain.seal(config.account.address, toHex(sealOf(known)), head.hash);
      if (seal !== undefined) return head.number + 1 < seal.until ? { salt: known.salt } : {};
    }
    // The bounty may go to whoever copies the proof; the lie falls.
    if (!isTime) return {};
    const wanted = wish(each, 'seal', subjectOf(faultAt(nodeCount, place)), '', async () => {
      const again = accusations.get(identity);
      const salt = again?.place === place ? again.salt : new Uint8Array(randomBytes(32));
      const sealed = { request, traceRoot, place, salt };
      if (again?.place !== place) {
        accusations.set(identity, sealed);
        journal.append({
          type: 'sealed',
          request: String(request),
          identity,
          traceRoot,
          place,
          salt: toHex(salt),
        });
      }
      return { type: 'seal', request, seal: sealOf(sealed) };
    });
    return refusedSeals.has(wanted.name) ? {} : { wish: wanted };
  };

  const accuse = async (
    each: Case,
    fault: Fault,
    head: Step['head'],
    isTimeToSeal: boolean,
  ): Promise<Wish[]> => {
    const { request } = each;
    const context = await study(each, head);
    if (context === undefined) return [];
    bounties.set(`${request} ${each.claim.traceRoot}`, {
      request,
      traceRoot: each.claim.traceRoot,
    });
    const { wish: sealing, salt } = await sealFor(each, fault, head, isTimeToSeal);
    if (sealing !== undefined) return [sealing];
    const page = pageToOpen(context.trace, fault);
    if (page !== undefined) return accusePage(each, page, context, salt);
    return 'node' in fault ? accuseNode(each, fault.node, context, salt) : [];
  };

  /** Has a page opened, and goes on with the first node in it that is wrong. */
  const accusePage = async (
    each: Case,
    page: number,
    context: ClaimContext,
    salt: Uint8Array | undefined,
  ): Promise<Wish[]> => {
    const { request, worker } = each;
    const { head, trace } = context;
    if (Array.isArray(trace)) return [];
    const subject = pageSubject(page);
    const challenge = await chain.challenge(request, worker, subject, head.hash);
    if (challenge?.state.type === 'Awaiting') return expire(each, challenge, head);
    // Opened for someone who did not use it: no page is opened twice.
    const isOpened =
      challenge !== undefined ||
      (await chain.opened(request, worker, head.hash)).pages.includes(page);
    if (isOpened) return accuseWithin(each, page, { ...context, trace }, salt);
    return [
      wish(each, 'challenge-page', subject, '', async () => {
        const proof = referee.provePage(trace.pages, page);
        keepBond({ request, worker, subject });
        return { type: 'challenge-page', request, worker, proof };
      }),
    ];
  };

  /** Of an opened page, accuses the first wrong node. */
  const accuseWithin = async (
    each: Case,
    page: number,
    context: ClaimContext & { trace: PagedTrace },
    salt: Uint8Array | undefined,
  ): Promise<Wish[]> => {
    const { request, worker, claim } = each;
    const { head, trace } = context;
    const hash = trace.pages[page];
    const opened = await chain.openedPages(request, worker, page, claim.at, head);
    const leaves = hash === undefined ? undefined : leavesUnder(hash, opened, referee);
    if (leaves === undefined) {
      logger.warn({ request: String(request), worker, page }, 'cannot read an opened page');
      return [];
    }
    each.truth ??= each.model.loaded.trace(await context.honest());
    const pages = referee.pageHashes(each.truth);
    const known = withOpenedPage(trace, each.truth, pages, page, leaves);
    if (known.node === undefined) {
      logger.warn({ request: String(request), worker, page }, 'an opened page shows nothing wrong');
      remember(each, null);
      return [];
    }
    return accuseNode(each, known.node, { ...context, trace: known.trace }, salt);
  };

  const accuseNode = async (
    each: Case,
    node: number,
    context: ClaimContext,
    salt: Uint8Array | undefined,
  ): Promise<Wish[]> => {
    const { request, worker } = each;
    const { head, trace } = context;
    const subject = nodeSubject(node);
    const { loaded } = each.model;
    const inOne =
      behaviour.inOne?.(context, node) ??
      (await isShownWhole({
        cost: loaded.costs[node],
        step: await chain.disputeParameters(head.hash),
        cap: config.proofCap ?? PROOF_CAP,
        prove: async () => loaded.proveNode(node, trace, context.inputs, await context.honest()),
        shareOf: (proof) =>
          chain.blockShare(
            { type: 'contradict-node', request, worker, node, proof, salt },
            head.hash,
          ),
      }));

    if (inOne) {
      return [
        wish(each, 'contradict-node', subject, '', async () => {
          const outputs = await context.honest();
          const proof = await proofOf(each, context, 'node', () =>
            loaded.proveNode(node, trace, context.inputs, outputs),
          );
          return proof && { type: 'contradict-node', request, worker, node, proof, salt };
        }),
      ];
    }

    const challenge = await chain.challenge(request, worker, subject, head.hash);
    if (challenge === undefined) {
      // Opened for someone who did not use it: no node is opened twice.
      const opened = await chain.opened(request, worker, head.hash);
      if (opened.nodes.includes(node)) return dissect(each, node, context, salt);
      return [
        wish(each, 'challenge', subject, '', async () => {
          const proof = await proofOf(each, context, 'challenge', () =>
            loaded.proveChallenge(node, trace),
          );
          if (proof === undefined) return;
          keepBond({ request, worker, subject });
          return { type: 'challenge', request, worker, node, proof };
        }),
      ];
    }
    return challenge.state.type === 'Awaiting'
      ? expire(each, challenge, head)
      : dissect(each, node, context, salt);
  };

  const expire = (each: Case, { subject, state }: Challenge, head: Step['head']): Wish[] => {
    if (head.number + 1 < state.due) return [];
    const { request, worker } = each;
    return [
      wish(each, 'expire', subject, `${state.due}`, async () => ({
        type: 'expire-challenge',
        request,
        worker,
        subject,
      })),
    ];
  };

  /** Of an opened node, proves one element or one tile wrong, whichever takes fewer bytes. */
  const dissect = async (
    each: Case,
    node: number,
    context: ClaimContext,
    salt: Uint8Array | undefined,
  ): Promise<Wish[]> => {
    const { request, worker } = each;
    const proofs = await proveOpened(each, node, context);
    if (proofs === undefined) return [];
    if (proofs.length === 0) {
      logger.warn({ request: String(request), worker, node }, 'an opened node shows nothing wrong');
      remember(each, null);
      return [];
    }
    return proofs.map(({ kind, proof }) =>
      wish(each, `contradict-${kind}`, nodeSubject(node), '', async () => {
        const ready = await proofOf(each, context, kind, () => proof);
        return ready && { type: `contradict-${kind}`, request, worker, node, proof: ready, salt };
      }),
    );
  };

  /** Proofs, the smallest first; none when what was opened is right, `undefined` when no opening can be read. */
  const proveOpened = async (each: Case, node: number, context: ClaimContext) => {
    const { head, trace, inputs } = context;
    const { loaded } = each.model;
    const outputs = await context.honest();
    const truth = outputs[node];
    if (truth === undefined) return undefined;
    const openings = await chain.openings(each.request, each.worker, node, each.claim.at, head);
    for (const opening of openings) {
      const made: { kind: 'tile' | 'element'; proof: Uint8Array }[] = [];
      for (const kind of ['element', 'tile'] as const) {
        const prove = kind === 'element' ? loaded.proveElement : loaded.proveTile;
        try {
          const tile = loaded.firstWrongTile(node, opening, truth);
          if (tile === undefined) break;
          const proof = prove(node, tile, opening, trace, inputs, outputs);
          // Anyone can have sent bytes beside the worker's own: only those under the leaf prove anything.
          if (verdictOn(each, proof).kind === 'convicted') made.push({ kind, proof });
        } catch (error) {
          // An opening of hashes alone shows no element, and what is no opening shows nothing.
          logger.debug({ node, kind, error: String(error) }, 'no such proof');
        }
      }
      if (made.length > 0) return made.sort((a, b) => a.proof.length - b.proof.length);
    }
    return openings.length === 0 ? undefined : [];
  };

  return { start: loop.start, stop: loop.stop, settled: loop.settled, on: loop.on };
};
