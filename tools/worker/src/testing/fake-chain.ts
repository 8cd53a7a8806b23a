/**
 * A chain in memory for the daemons' tests: blocks made by hand, forks, a pool that takes one nonce after the other, and
 * enough of the pallets' rules to refuse what they refuse. Proofs are checked by the referee.
 */
import { createHash } from 'node:crypto';
import { decodeAddress } from '@polkadot/keyring';
import { byteLength, PAGE_LEAVES, type Referee, tileBytes } from '@veritrace/referee';
import {
  type Account,
  type Address,
  type BlockRef,
  type Bounty,
  type Challenge,
  type Claim,
  createHeadBook,
  type DisputeParameters,
  type HeadRef,
  type Hex,
  nodeSubject,
  pageSubject,
  parseSubject,
  type Request,
  type Seal,
  type SignedCall,
  type Subject,
  subjectName,
  type Trace,
} from '@veritrace/sdk';
import { bytesEqual } from '../bytes-equal.ts';
import type { Action, Chain, Outcome } from '../chain.ts';
import { fromHex, toHex } from '../digest.ts';
import { isHeldUp } from '../held-up.ts';
import { isLong, pageOfNode } from '../long-trace.ts';
import type { LoadedModel } from '../types.ts';

interface State {
  nonces: Record<Address, number>;
  operators: Record<Address, Address>;
  minPrices: Record<Address, bigint>;
  requests: Map<bigint, Request>;
  inputs: Map<bigint, Uint8Array[]>;
  claims: Map<string, Claim>;
  challenges: Map<string, Challenge>;
  opened: string[];
  seals: Map<string, Seal>;
  sealsMade: bigint;
  bounties: Map<string, Bounty>;
  /** Bounties released, by account. */
  paid: Record<Address, bigint>;
  parameters: DisputeParameters;
  /** Buckets the sweep has not reached. */
  overdue: { request: bigint; since: number }[];
}

interface Included {
  signed: SignedCall;
  signer: Address;
  action: Action;
  error: string | undefined;
  rejected: string | undefined;
}

interface Block extends HeadRef {
  state: State;
  included: Included[];
}

export interface FakeChain extends Chain {
  /** Makes a block of what is in the pool, and makes what is `finalityLag` blocks older final. */
  build(): HeadRef;
  /**
   * Drops the newest blocks; what was in them is lost unless it is sent again. A branch longer by one takes their place.
   * With `isForgotten` the node does not even know them any more.
   */
  reorganise(depth: number, isForgotten?: boolean): void;
  /** Changes the state of the next block by hand. */
  edit(change: (state: State) => void): void;
  /** What blocks of the present branch have, oldest first. */
  included(): Included[];
  state(): State;
  /** Opens a request on which these workers were drawn. */
  ask(
    model: LoadedModel,
    workers: Address[],
    input: Uint8Array,
    options?: Partial<Request>,
  ): bigint;
  /** Called on every broadcast, before the pool takes it; may throw to lose it. */
  onBroadcast: (signed: SignedCall) => void;
  /** The share of a block that a transaction declares; a hundredth unless told otherwise. */
  shareOf: (action: Action) => number;
  /** Blocks between the best and the final head. */
  finalityLag: number;
  /** Transactions the pool holds. */
  pool: SignedCall[];
}

const pairKey = (one: unknown, other: unknown) => `${one} ${other}`;
const claimKey = (request: bigint, worker: Address) => `${request} ${worker}`;
const challengeKey = (request: bigint, worker: Address, subject: Subject) =>
  `${request} ${worker} ${subjectName(subject)}`;
const LIFETIME = 16;

export const createFakeChain = (
  referee: Referee,
  operators: Record<Address, Address>,
  parameters: Partial<DisputeParameters> = {},
): FakeChain => {
  const actions = new Map<Hex, { signer: Address; action: Action }>();
  const blocks = new Map<Hex, Block>();
  const models = new Map<Hex, LoadedModel>();
  let salt = 0;
  let asked = 0;

  const hashOf = (content: unknown): Hex =>
    toHex(createHash('sha256').update(JSON.stringify(content)).digest());
  const genesis: Block = {
    number: 0,
    hash: hashOf('genesis'),
    parentHash: hashOf('nothing'),
    included: [],
    state: {
      nonces: {},
      operators,
      minPrices: {},
      requests: new Map(),
      inputs: new Map(),
      claims: new Map(),
      challenges: new Map(),
      opened: [],
      seals: new Map(),
      sealsMade: 0n,
      bounties: new Map(),
      paid: {},
      overdue: [],
      parameters: {
        bondBase: 1n,
        bondPerKib: 1n,
        openClock: 4,
        openClockPerKib: 0,
        contradictClock: 4,
        maxWholeBytes: 1_000_000,
        maxMacs: 1_000_000n,
        maxTileMacs: 1_000_000n,
        maxOpeningBytes: 1_000_000,
        rejectedProofPenalty: 1n,
        sealBond: 1n,
        sealLifetime: 20,
        sealRevealWindow: 2,
        ...parameters,
      },
    },
  };
  blocks.set(genesis.hash, genesis);
  let best = genesis;
  let edits: ((state: State) => void)[] = [];
  const heads = createHeadBook({ best: genesis, finalized: genesis });

  const blockOf = (hash: Hex): Block => {
    const block = blocks.get(hash);
    if (block === undefined) throw new Error(`no block ${hash}`);
    return block;
  };
  const stateAt = (hash: Hex): State => blockOf(hash).state;
  const branch = (): Block[] => {
    const path: Block[] = [];
    for (let at = best; at.number > 0; at = blockOf(at.parentHash)) path.push(at);
    return path.reverse();
  };

  const sealOf = (who: Address, request: bigint, traceRoot: Hex, place: number, salt: Uint8Array) =>
    toHex(
      referee.seal({
        request,
        traceRoot: fromHex(traceRoot),
        place,
        account: decodeAddress(who),
        salt,
      }),
    );

  const convict = (
    state: State,
    request: Request,
    { worker, subject }: { worker: Address; subject: Subject },
    holder: Address,
    now: number,
    { salt, before = now }: { salt?: Uint8Array | undefined; before?: number },
  ): void => {
    const claim = state.claims.get(claimKey(request.id, worker));
    const traceRoot = claim?.traceRoot ?? '0x';
    const sealed = sealedSubject(request, subject);
    const key = salt && pairKey(holder, sealOf(holder, request.id, traceRoot, sealed.value, salt));
    const seal = key === undefined ? undefined : state.seals.get(key);
    const counts = seal !== undefined && seal.at < now && now < seal.until;
    if (key !== undefined && counts) state.seals.delete(key);
    state.bounties.set(pairKey(request.id, traceRoot), {
      request: request.id,
      traceRoot,
      holder,
      amount: 5n,
      subject: sealed,
      order: counts ? seal.order : undefined,
      before,
      convicted: now,
      due: now + state.parameters.sealRevealWindow + 1,
    });
    for (const slot of request.slots) {
      const key = claimKey(request.id, slot.worker);
      if (state.claims.get(key)?.traceRoot !== claim?.traceRoot) continue;
      state.claims.delete(key);
      slot.state = { type: 'Struck' };
    }
  };

  const layoutOf = ({ graphRoot }: Pick<Request['terms'], 'graphRoot'>): number =>
    models.get(graphRoot)?.loaded.header.layoutVersion ?? 1;

  /** The leaf of an output: of its bytes, or, of one that is too large for a claim, what stands in the claim for it. */
  const outputLeaf = (
    { node, spec }: Request['terms']['outputs'][number],
    shown: Uint8Array,
    trace: Trace,
    layout: number,
  ): Uint8Array => {
    if (shown.length === byteLength(spec)) return referee.tensorRoot(spec, shown, layout);
    const leaf = trace.type === 'Leaves' ? trace.leaves[node] : shown;
    if (leaf === undefined) throw new Error(`the trace has no node ${node}`);
    return leaf;
  };

  const claimOf = (
    request: Request,
    worker: Address,
    trace: Trace,
    outputs: Uint8Array[],
    at: number,
  ): Claim => ({
    request: request.id,
    worker,
    traceRoot: toHex(
      trace.type === 'Leaves'
        ? referee.traceRoot(trace.leaves)
        : referee.pagedRoot(request.terms.nodeCount, trace.pages),
    ),
    outputRoot: toHex(
      referee.outputRoot(
        request.terms.outputs.map((declared, index) =>
          outputLeaf(declared, outputs[index] ?? new Uint8Array(), trace, layoutOf(request.terms)),
        ),
      ),
    ),
    outputs,
    at,
  });

  /** As seals name it: in a long trace, by the page. */
  const sealedSubject = ({ terms }: Request, subject: Subject): Subject =>
    subject.type === 'Node' && isLong(terms.nodeCount)
      ? pageSubject(pageOfNode(subject.value))
      : subject;

  /** What a challenge asks for. */
  const demandOf = (
    { parameters: { maxOpeningBytes } }: State,
    { terms }: Request,
    action: Extract<Action, { type: 'challenge' | 'challenge-page' }>,
  ): Pick<Challenge, 'digest' | 'content' | 'openingBytes'> => {
    if (action.type === 'challenge-page') {
      const { page, hash } = action.proof;
      const leaves = Math.min(PAGE_LEAVES, terms.nodeCount - page * PAGE_LEAVES);
      return {
        digest: toHex(hash),
        content: { type: 'Leaves', value: leaves },
        openingBytes: 32 * leaves,
      };
    }
    const layout = layoutOf(terms);
    const node = models.get(terms.graphRoot)?.loaded.graph.nodes[action.node];
    const spec = node?.output ?? { dtype: 'U8', shape: [1] };
    const bytes = byteLength(spec);
    return {
      digest: '0x00',
      content: { type: layout === 1 ? 'Tensor' : 'ChunkedTensor', ...spec },
      openingBytes: bytes <= maxOpeningBytes ? bytes : 32 * Math.ceil(bytes / tileBytes(layout)),
    };
  };

  const apply = (
    state: State,
    signer: Address,
    action: Action,
    now: number,
  ): Pick<Included, 'error' | 'rejected'> => {
    const fail = (error: string) => ({ error, rejected: undefined });
    const done = { error: undefined, rejected: undefined };
    if (action.type === 'set-min-price') {
      state.minPrices[state.operators[signer] ?? signer] = action.minPrice;
      return done;
    }
    if (action.type === 'expire-seal') {
      const seal = state.seals.get(pairKey(action.who, action.seal));
      if (seal === undefined) return fail('NotSealed');
      if (now < seal.forfeit) return fail('TooEarly');
      state.seals.delete(pairKey(action.who, action.seal));
      return done;
    }
    const request = state.requests.get(action.request);
    if (request === undefined) {
      if (action.type !== 'reclaim-bond') return fail('UnknownRequest');
    }
    switch (action.type) {
      case 'submit':
      case 'commit':
      case 'reveal': {
        const worker = state.operators[signer];
        const slot = request?.slots.find((each) => each.worker === worker);
        if (request === undefined || worker === undefined || slot === undefined) {
          return fail('NotAssigned');
        }
        if (now >= request.due) return fail('TooLate');
        const wanted = action.type === 'reveal' ? 'Committed' : 'Assigned';
        if (slot.state.type !== wanted) return fail('AlreadySubmitted');
        if (action.type === 'commit') {
          slot.state = { type: 'Committed', value: toHex(action.commitment) };
          if (request.slots.every((each) => each.state.type === 'Committed')) {
            request.status = 'Revealing';
            request.since = now;
            request.due = now + request.deadline;
          }
          return done;
        }
        const claim = claimOf(request, worker, action.trace, action.outputs, now);
        if (action.type === 'reveal') {
          if (request.status !== 'Revealing') return fail('WrongPhase');
          const commitment = referee.commitment({
            request: request.id,
            account: decodeAddress(worker),
            traceRoot: fromHex(claim.traceRoot),
            outputRoot: fromHex(claim.outputRoot),
            salt: action.salt,
          });
          if (slot.state.type !== 'Committed' || slot.state.value !== toHex(commitment)) {
            return fail('CommitmentMismatch');
          }
        }
        state.claims.set(claimKey(request.id, worker), claim);
        slot.state = { type: 'Revealed', value: claim.traceRoot };
        if (request.slots.every((each) => each.state.type === 'Revealed')) {
          request.status = 'Claimed';
        }
        return done;
      }
      case 'open':
      case 'open-page': {
        const worker = state.operators[signer] ?? '';
        const key = challengeKey(
          action.request,
          worker,
          action.type === 'open' ? nodeSubject(action.node) : pageSubject(action.page),
        );
        const challenge = state.challenges.get(key);
        if (challenge?.state.type !== 'Awaiting') return fail('NotChallenged');
        if (now >= challenge.state.due) return fail('TooLate');
        if (action.type === 'open-page') {
          const [hash] = referee.pageHashes(action.leaves);
          if (toHex(hash ?? new Uint8Array()) !== challenge.digest) {
            return { error: undefined, rejected: 'NotUnderPage' };
          }
        }
        state.opened.push(key);
        challenge.state = { type: 'Opened', due: now + state.parameters.contradictClock + 1 };
        return done;
      }
      case 'challenge':
      case 'challenge-page': {
        const subject =
          action.type === 'challenge' ? nodeSubject(action.node) : pageSubject(action.proof.page);
        const key = challengeKey(action.request, action.worker, subject);
        if (state.challenges.has(key)) return fail('AlreadyChallenged');
        if (state.opened.includes(key)) return fail('AlreadyOpened');
        const slot = request?.slots.find((each) => each.worker === action.worker);
        if (request === undefined || slot?.state.type !== 'Revealed') return fail('ClaimNotOpen');
        slot.challenges += 1;
        state.challenges.set(key, {
          request: action.request,
          worker: action.worker,
          subject,
          challenger: signer,
          bond: 1n,
          state: { type: 'Awaiting', due: now + state.parameters.openClock + 1 },
          at: now,
          ...demandOf(state, request, action),
        });
        return done;
      }
      case 'contradict-node':
      case 'contradict-tile':
      case 'contradict-element': {
        const claim = state.claims.get(claimKey(action.request, action.worker));
        if (request === undefined || claim === undefined) return fail('ClaimNotOpen');
        const verdict = referee.check(
          {
            graphRoot: fromHex(request.terms.graphRoot),
            nodeCount: request.terms.nodeCount,
            traceRoot: fromHex(claim.traceRoot),
            inputRoots: request.inputRoots.map(fromHex),
          },
          action.proof,
        );
        if (verdict.kind === 'rejected') return { error: undefined, rejected: verdict.reason };
        const { worker, node } = action;
        const accused = { worker, subject: nodeSubject(node) };
        convict(state, request, accused, signer, now, { salt: action.salt });
        return done;
      }
      case 'expire-challenge': {
        const key = challengeKey(action.request, action.worker, action.subject);
        const challenge = state.challenges.get(key);
        if (request === undefined || challenge === undefined) return fail('NotChallenged');
        if (now < challenge.state.due) return fail('TooEarly');
        if (challenge.state.type === 'Opened') {
          if (isHeldUp([...state.challenges.values()], challenge)) return fail('NodesChallenged');
        }
        state.challenges.delete(key);
        if (challenge.state.type === 'Awaiting') {
          convict(state, request, action, challenge.challenger, now, { before: challenge.at });
        }
        for (const slot of request.slots) if (slot.worker === action.worker) slot.challenges -= 1;
        return done;
      }
      case 'reclaim-bond': {
        const key = challengeKey(action.request, action.worker, action.subject);
        if (!state.challenges.has(key)) return fail('NotChallenged');
        if (state.claims.has(claimKey(action.request, action.worker))) return fail('ClaimStands');
        state.challenges.delete(key);
        return done;
      }
      case 'seal': {
        const seal = toHex(action.seal);
        if (state.seals.has(pairKey(signer, seal))) return fail('AlreadySealed');
        if (state.parameters.sealBond > 1_000n) return fail('FundsUnavailable');
        const until = now + state.parameters.sealLifetime + 1;
        state.seals.set(pairKey(signer, seal), {
          who: signer,
          seal,
          bond: state.parameters.sealBond,
          order: state.sealsMade,
          at: now,
          until,
          forfeit: until + state.parameters.sealRevealWindow,
        });
        state.sealsMade += 1n;
        return done;
      }
      case 'reveal-seal': {
        const bounty = state.bounties.get(pairKey(action.request, action.traceRoot));
        if (bounty === undefined) return fail('NoBounty');
        if (now >= bounty.due) return fail('TooLate');
        const { request: id, traceRoot, subject } = bounty;
        const key = pairKey(signer, sealOf(signer, id, traceRoot, subject.value, action.salt));
        const seal = state.seals.get(key);
        if (seal === undefined) return fail('NotSealed');
        if (bounty.convicted >= seal.until) return fail('SealExpired');
        state.seals.delete(key);
        if (seal.at < bounty.before && (bounty.order === undefined || seal.order < bounty.order)) {
          bounty.holder = signer;
          bounty.order = seal.order;
        }
        return done;
      }
      case 'release-bounty': {
        const key = pairKey(action.request, action.traceRoot);
        const bounty = state.bounties.get(key);
        if (bounty === undefined) return fail('NoBounty');
        if (now < bounty.due) return fail('TooEarly');
        state.bounties.delete(key);
        state.paid[bounty.holder] = (state.paid[bounty.holder] ?? 0n) + bounty.amount;
        return done;
      }
      case 'input-unavailable': {
        const worker = state.operators[signer];
        const slot = request?.slots.find((each) => each.worker === worker);
        if (request === undefined || slot?.state.type !== 'Assigned') return fail('NotAssigned');
        if (request.status !== 'Assigned' && request.status !== 'Committing') {
          return fail('WrongPhase');
        }
        if (request.visibility === 'Public') return fail('InputAvailable');
        if (now > request.since + Math.floor(request.deadline / 2)) return fail('TooLate');
        request.status = 'AwaitingInput';
        request.since = now;
        request.due = now + 4;
        return done;
      }
      case 'publish-input': {
        const [spec] = request?.terms.inputs ?? [];
        if (request === undefined || spec === undefined) return fail('UnknownRequest');
        if (request.visibility === 'Public') return fail('InputAvailable');
        if (request.status === 'AwaitingInput' && now >= request.due) return fail('TooLate');
        const given = toHex(referee.tensorRoot(spec, action.bytes, layoutOf(request.terms)));
        if (given !== request.inputRoots[action.index]) {
          return fail('InputMismatch');
        }
        request.visibility = 'Public';
        if (request.status !== 'AwaitingInput') return done;
        request.status = request.redundancy === 1 ? 'Assigned' : 'Committing';
        request.since = now;
        request.due = now + request.deadline;
        return done;
      }
      case 'attest': {
        const audit = request?.audit;
        if (request === undefined || audit?.type !== 'Running') return fail('NotAuditor');
        if (audit.auditor !== state.operators[signer]) return fail('NotAuditor');
        if (now >= audit.due) return fail('TooLate');
        request.audit = { ...audit, type: 'Attested' };
        return done;
      }
      case 'settle': {
        if (!state.overdue.some((each) => each.request === action.request)) {
          return fail('NothingDue');
        }
        state.overdue = state.overdue.filter((each) => each.request !== action.request);
        return done;
      }
    }
  };

  /** The block of that height on the branch that ends in `tip`. */
  const ancestorOf = (tip: Block, number: number): Block => {
    let block = tip;
    while (block.number > number) block = blockOf(block.parentHash);
    return block;
  };
  const descends = (tip: Block, birth: BlockRef): boolean =>
    !blocks.has(birth.hash) || ancestorOf(tip, birth.number).hash === birth.hash;

  const place = (parent: Block, pool: SignedCall[]): Block => {
    const state = structuredClone(parent.state);
    const number = parent.number + 1;
    for (const edit of edits) edit(state);
    edits = [];
    const included: Included[] = [];
    for (const signed of pool) {
      const known = actions.get(signed.hash);
      if (known === undefined) throw new Error('an unknown transaction');
      const nonce = state.nonces[known.signer] ?? 0;
      if (signed.nonce !== nonce || number > signed.diesAt || !descends(parent, signed.signedAt)) {
        continue;
      }
      state.nonces[known.signer] = nonce + 1;
      included.push({ signed, ...known, ...apply(state, known.signer, known.action, number) });
    }
    salt += 1;
    const hash = hashOf([parent.hash, salt]);
    const block: Block = { number, hash, parentHash: parent.hash, state, included };
    blocks.set(hash, block);
    return block;
  };

  const route = (from: Hex, to: Hex) => {
    const retracted: Block[] = [];
    const added: Block[] = [];
    let [old, fresh] = [blockOf(from), blockOf(to)];
    while (old.hash !== fresh.hash) {
      const [oldNumber, freshNumber] = [old.number, fresh.number];
      if (freshNumber >= oldNumber) {
        added.push(fresh);
        fresh = blockOf(fresh.parentHash);
      }
      if (oldNumber >= freshNumber) {
        retracted.push(old);
        old = blockOf(old.parentHash);
      }
    }
    return { retracted, added: added.reverse() };
  };

  const announce = () => {
    let final = best;
    for (let lag = chain.finalityLag; lag > 0 && final.number > 0; lag -= 1) {
      final = blockOf(final.parentHash);
    }
    heads.push('best', best);
    if (final.number > heads.current('finalized').number) heads.push('finalized', final);
  };

  const chain: FakeChain = {
    finalityLag: 0,
    pool: [],
    onBroadcast: () => undefined,
    shareOf: () => 0.01,
    state: () => best.state,
    included: () => branch().flatMap(({ included }) => included),
    edit: (change) => {
      edits.push(change);
    },
    build: () => {
      best = place(best, chain.pool);
      const isIn = new Set(best.included.map(({ signed }) => signed.hash));
      chain.pool = chain.pool.filter(({ hash, diesAt }) => !isIn.has(hash) && best.number < diesAt);
      announce();
      return best;
    },
    reorganise: (depth, isForgotten = false) => {
      let parent = best;
      for (let back = 0; back < depth; back += 1) {
        const { hash, parentHash } = parent;
        parent = blockOf(parentHash);
        if (isForgotten) blocks.delete(hash);
      }
      for (let forth = 0; forth <= depth; forth += 1) parent = place(parent, []);
      best = parent;
      announce();
    },
    ask: (model, workers, input, options = {}) => {
      models.set(model.graphRoot, model);
      const id = BigInt(asked);
      asked += 1;
      const { header } = model.loaded;
      const spec = header.inputs[0];
      if (spec === undefined) throw new Error('a model without input');
      const request: Request = {
        id,
        user: workers[0] ?? '',
        model: '0x01',
        terms: {
          graphRoot: model.graphRoot,
          price: 10n,
          royalty: 0,
          nodeCount: header.nodeCount,
          inputs: header.inputs,
          outputs: header.outputs.map((node) => ({
            node,
            spec: model.loaded.graph.nodes[node]?.output ?? spec,
          })),
        },
        redundancy: workers.length,
        escrow: 10n,
        deposit: 1n,
        inputRoots: [toHex(referee.tensorRoot(spec, input, header.layoutVersion))],
        visibility: 'Public',
        status: workers.length === 1 ? 'Assigned' : 'Committing',
        deadline: 10,
        since: best.number + 1,
        due: best.number + 11,
        bucket: best.number + 11,
        attemptsLeft: 0,
        slots: workers.map((worker) => ({ worker, state: { type: 'Assigned' }, challenges: 0 })),
        audit: { type: 'None' },
        ...options,
      };
      chain.edit((state) => {
        state.requests.set(id, request);
        state.inputs.set(id, [input]);
      });
      return id;
    },

    head: (finality) => heads.current(finality),
    onHead: (finality, listener) => heads.subscribe(finality, listener),
    isReadable: async () => true,
    hashOf: async (number) => ancestorOf(best, number).hash,
    accountId: (address) => decodeAddress(address),
    isSame: (a, b) => bytesEqual(decodeAddress(a), decodeAddress(b)),
    workerOf: async (operator, at) => stateAt(at).operators[operator],
    workOf: async (worker, at) =>
      [...stateAt(at).requests.values()]
        .filter(
          ({ slots, audit }) =>
            slots.some(
              (slot) =>
                slot.worker === worker &&
                ['Assigned', 'Committed', 'Revealed'].includes(slot.state.type),
            ) ||
            (audit.type === 'Running' && audit.auditor === worker),
        )
        .map(({ id }) => id),
    minPriceOf: async (worker, at) => stateAt(at).minPrices[worker] ?? 0n,
    request: async (id, at) => structuredClone(stateAt(at).requests.get(id)),
    inputs: async (id, at) => {
      const { inputs, requests } = stateAt(at);
      const request = requests.get(id);
      if (request?.visibility === 'Private') {
        return request.inputRoots.map((value) => ({ type: 'ByRoot', value }));
      }
      return inputs.get(id)?.map((value) => ({ type: 'Inline', value }));
    },
    awaited: async (at) =>
      [...stateAt(at).requests.values()]
        .filter(({ status }) => status === 'AwaitingInput')
        .map(({ id }) => id),
    maxOutputBytes: 65_536,
    claim: async (request, worker, at) => stateAt(at).claims.get(claimKey(request, worker)),
    claims: async (at) => [...stateAt(at).claims.values()],
    claimsMade: async (from, to) =>
      route(from.hash, to.hash).added.flatMap(({ number, state }) =>
        [...state.claims.values()].filter((claim) => claim.at === number),
      ),
    challenge: async (request, worker, subject, at) =>
      structuredClone(stateAt(at).challenges.get(challengeKey(request, worker, subject))),
    challengesOf: async (request, worker, at) =>
      [...stateAt(at).challenges.values()].filter(
        (each) => each.request === request && each.worker === worker,
      ),
    opened: async (request, worker, at) => {
      const all = stateAt(at)
        .opened.map((key) => key.split(' '))
        .filter(([id, who]) => id === String(request) && who === worker)
        .flatMap(([, , name]) => parseSubject(name ?? '') ?? []);
      const of = (type: Subject['type']) =>
        all.filter((one) => one.type === type).map(({ value }) => value);
      return { nodes: of('Node'), pages: of('Page') };
    },
    challenges: async (at) => [...stateAt(at).challenges.values()],
    seal: async (who, seal, at) => stateAt(at).seals.get(pairKey(who, seal)),
    seals: async (at) => [...stateAt(at).seals.values()],
    bounty: async (request, traceRoot, at) =>
      structuredClone(stateAt(at).bounties.get(pairKey(request, traceRoot))),
    bounties: async (at) => structuredClone([...stateAt(at).bounties.values()]),
    disputeParameters: async (at) => stateAt(at).parameters,
    blockShare: async (action) => chain.shareOf(action),
    due: async (head) => stateAt(head.hash).overdue,
    traces: async (request, at) =>
      branch()
        .filter(({ number }) => number === at)
        .flatMap(({ included }) => included)
        .flatMap(({ action }) =>
          (action.type === 'submit' || action.type === 'reveal') && action.request === request
            ? [action.trace]
            : [],
        ),
    openings: async (request, worker, node) =>
      branch()
        .flatMap(({ included }) => included)
        .flatMap(({ action, signer, error }) =>
          action.type === 'open' &&
          action.request === request &&
          action.node === node &&
          error === undefined &&
          best.state.operators[signer] === worker
            ? [action.opening]
            : [],
        )
        .reverse(),
    openedPages: async (request, worker, page) =>
      branch()
        .flatMap(({ included }) => included)
        .flatMap(({ action, signer, error }) =>
          action.type === 'open-page' &&
          action.request === request &&
          action.page === page &&
          error === undefined &&
          best.state.operators[signer] === worker
            ? [action.leaves]
            : [],
        )
        .reverse(),
    nonceOf: async (address, at) => stateAt(at).nonces[address] ?? 0,
    nextNonce: async (address) => {
      const waiting = new Set(
        chain.pool
          .filter(({ signer, signedAt }) => signer === address && descends(best, signedAt))
          .map(({ nonce }) => nonce),
      );
      let nonce = best.state.nonces[address] ?? 0;
      while (waiting.has(nonce)) nonce += 1;
      return nonce;
    },
    sign: async (account: Account, action, { anchor, taken } = {}) => {
      const signer = account.address;
      let nonce = await chain.nextNonce(signer);
      while (taken?.has(nonce)) nonce += 1;
      salt += 1;
      const hash = hashOf([signer, nonce, salt]);
      const born = Math.max(anchor ?? 0, heads.current('finalized').number);
      const { number, hash: birth } = ancestorOf(best, born);
      const signedAt = { number, hash: birth };
      actions.set(hash, { signer, action });
      const diesAt = best.number + LIFETIME;
      return { call: action.type, signer, hex: hash, hash, nonce, signedAt, diesAt };
    },
    broadcast: async (signed) => {
      chain.onBroadcast(signed);
      if (signed.nonce < (best.state.nonces[signed.signer] ?? 0)) return 'refused';
      if (!chain.pool.some(({ hash }) => hash === signed.hash)) chain.pool.push(signed);
      return 'sent';
    },
    find: async (signed, from, to) => {
      const { added, retracted } = route(from.hash, to.hash);
      let outcome: Outcome | undefined;
      for (const { included, number, hash } of added) {
        const found = included.find((each) => each.signed.hash === signed.hash);
        if (found === undefined) continue;
        const { error, rejected } = found;
        outcome = { block: { number, hash }, error, rejected };
      }
      return { outcome, retracted, added };
    },
  };
  return chain;
};
