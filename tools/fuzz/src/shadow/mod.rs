//! What should be, kept apart from the pallets: who owns what, what is held and locked, where every request stands. It follows
//! from what happened (the events say who was drawn, and when a sweep came by), but amounts, dates and whether it was allowed
//! to happen are worked out here, and differ from the chain's only if one of the two is wrong.

mod due;
mod events;
mod expect;
mod ledger;

pub use expect::Expect;
pub use ledger::{Ledger, Purse, Reason};

use crate::actors::name_of;
use pallet_inference::RequestStatus;
use std::collections::{BTreeMap, BTreeSet};
use veritrace_primitives::{
    graph::Digest,
    page::Subject,
    traits::{ModelId, RequestId},
};
use veritrace_runtime::{
    constants::treasury_account, AccountId, Balance, BlockNumber, Payouts, Runtime, System,
};

/// Where a model stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModelState {
    /// Its pages are coming.
    Draft,
    /// It takes requests.
    Live,
    /// It takes no more.
    Deprecated,
    /// It was malformed.
    Condemned,
}

/// A model.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its family.
    pub family: ModelId,
    /// Where it stands.
    pub state: ModelState,
    /// Price of one inference by one worker.
    pub price: Balance,
    /// The author's part in millionths.
    pub royalty: sp_runtime::Permill,
    /// What is held for it.
    pub deposit: Balance,
    /// Inputs it takes.
    pub inputs: usize,
}

/// A family.
#[derive(Clone, Debug)]
pub struct Family {
    /// Whose it is.
    pub owner: AccountId,
    /// To whom it is offered.
    pub heir: Option<AccountId>,
    /// What takes the requests to its latest.
    pub latest: Option<ModelId>,
}

/// A worker.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Signs its work.
    pub operator: AccountId,
    /// What it has bonded.
    pub stake: Balance,
    /// What of that is locked, by request.
    pub locks: BTreeMap<RequestId, Balance>,
    /// What it is taking out, and from when it can.
    pub unbonding: Vec<(BlockNumber, Balance)>,
    /// What it serves.
    pub served: BTreeSet<ModelId>,
    /// It is not drawn for less.
    pub min_price: Balance,
    /// Challenges against its claims.
    pub accusations: u32,
    /// When each of its tickets for a model was made.
    pub tickets: BTreeMap<ModelId, Vec<BlockNumber>>,
}

impl Worker {
    /// What is locked.
    pub fn locked(&self) -> Balance {
        self.locks.values().sum()
    }

    /// What is not.
    pub fn free(&self) -> Balance {
        self.stake - self.locked()
    }
}

/// What became of a worker drawn for a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// It is due an answer.
    Assigned,
    /// It has committed to one.
    Committed(Digest),
    /// It has claimed something.
    Revealed(Digest),
    /// It was late.
    Missed,
    /// It lied.
    Struck,
    /// It owes nothing.
    Excused,
}

impl Slot {
    /// Whether stake is locked for it.
    pub const fn is_locked(&self) -> bool {
        matches!(
            self,
            Self::Assigned | Self::Committed(_) | Self::Revealed(_)
        )
    }
}

/// An audit that was drawn.
#[derive(Clone, Debug)]
pub struct Audit {
    /// Who has to show a tile.
    pub auditor: AccountId,
    /// Whose claim it is about.
    pub worker: AccountId,
    /// Of which node.
    pub node: u16,
    /// Which tile.
    pub lot: u64,
    /// When it is too late.
    pub due: BlockNumber,
    /// What is held of the treasury.
    pub fee: Balance,
    /// Whether it was shown.
    pub shown: bool,
}

/// An open request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asked.
    pub user: AccountId,
    /// What it asks.
    pub model: ModelId,
    /// Its price for one worker.
    pub price: Balance,
    /// The author's part.
    pub royalty: sp_runtime::Permill,
    /// How many workers it asks for.
    pub redundancy: u8,
    /// Held for the price.
    pub escrow: Balance,
    /// Held for the storage.
    pub deposit: Balance,
    /// Where it stands.
    pub status: RequestStatus,
    /// Length of its working phases.
    pub deadline: BlockNumber,
    /// When the present phase began.
    pub since: BlockNumber,
    /// When it is over.
    pub due: BlockNumber,
    /// How often workers may be drawn anew.
    pub attempts: u8,
    /// Whom it has seen.
    pub slots: Vec<(AccountId, Slot)>,
    /// Inputs that are not on chain.
    pub missing: BTreeSet<u8>,
    /// Who says that one cannot be had, and what is held for that.
    pub complaint: Option<(AccountId, Balance)>,
    /// Its audit.
    pub audit: Option<Audit>,
    /// Traces that were proved wrong.
    pub verdicts: BTreeSet<Digest>,
    /// What was opened of its claims.
    pub opened: BTreeSet<(AccountId, Subject)>,
}

impl Request {
    /// Claims that stand.
    pub fn standing(&self) -> impl Iterator<Item = (&AccountId, &Digest)> {
        self.slots.iter().filter_map(|(worker, slot)| match slot {
            Slot::Revealed(root) => Some((worker, root)),
            _ => None,
        })
    }

    /// All of them are the same, and there are some.
    pub fn agrees(&self) -> bool {
        let roots: BTreeSet<_> = self.standing().map(|(_, root)| *root).collect();
        roots.len() == 1
    }

    /// The slot in which a worker can act.
    pub fn slot(&self, worker: &AccountId) -> Option<Slot> {
        self.slots
            .iter()
            .find(|(other, slot)| other == worker && slot.is_locked())
            .map(|(_, slot)| *slot)
    }
}

/// A challenge.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Whose it is.
    pub challenger: AccountId,
    /// What is held for it.
    pub bond: Balance,
    /// Bytes of its answer.
    pub bytes: u32,
    /// When the present move is over.
    pub due: BlockNumber,
    /// Whether it was answered.
    pub opened: bool,
}

/// A seal.
#[derive(Clone, Debug)]
pub struct Seal {
    /// What is held for it.
    pub bond: Balance,
    /// When it no longer counts.
    pub until: BlockNumber,
    /// When it can be forfeited.
    pub forfeit: BlockNumber,
}

/// A bounty.
#[derive(Clone, Debug)]
pub struct Bounty {
    /// For whom it is held.
    pub holder: AccountId,
    /// How much.
    pub amount: Balance,
    /// When it is free.
    pub due: BlockNumber,
}

/// A payment out of held funds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Payment {
    /// What they were held for.
    pub reason: Reason,
    /// Whose they were.
    pub from: AccountId,
    /// Whose they are.
    pub to: AccountId,
    /// How much.
    pub amount: Balance,
}

/// A lock that was slashed, until it is known what for.
pub struct Slash {
    /// For which request.
    pub request: RequestId,
    /// Whose lock.
    pub worker: AccountId,
    /// How much it was.
    pub lock: Balance,
    /// What was paid of it.
    pub payments: Vec<Payment>,
    /// Who asked, and the price he paid.
    pub compensation: Option<(AccountId, Balance)>,
}

/// Everything economic or temporal.
#[derive(Clone)]
pub struct Parameters {
    /// Of models.
    pub models: pallet_models::ParametersOf<Runtime>,
    /// Of workers.
    pub workers: pallet_workers::ParametersOf<Runtime>,
    /// Of requests.
    pub inference: pallet_inference::ParametersOf<Runtime>,
    /// Of disputes.
    pub disputes: pallet_disputes::ParametersOf<Runtime>,
    /// Of payments.
    pub payouts: pallet_payouts::PayoutParameters,
}

/// What should be.
pub struct Shadow {
    /// Who has what.
    pub ledger: Ledger,
    /// The height of the present block.
    pub now: BlockNumber,
    /// What is in force.
    pub parameters: Parameters,
    /// Longest that the end of a challenge may have had a sweep wait.
    pub slack: BlockNumber,
    /// Models by id.
    pub models: BTreeMap<ModelId, Model>,
    /// Families by id.
    pub families: BTreeMap<ModelId, Family>,
    /// Workers by account.
    pub workers: BTreeMap<AccountId, Worker>,
    /// Open requests.
    pub requests: BTreeMap<RequestId, Request>,
    /// Running challenges.
    pub challenges: BTreeMap<(RequestId, AccountId, Subject), Challenge>,
    /// Seals.
    pub seals: BTreeMap<(AccountId, Digest), Seal>,
    /// Bounties.
    pub bounties: BTreeMap<(RequestId, Digest), Bounty>,
    /// What can be claimed.
    pub claimable: BTreeMap<AccountId, Balance>,
    /// All that there was at the beginning.
    pub issued: Balance,
    /// Payments seen that nothing has explained yet.
    payments: Vec<Payment>,
    /// Slashes seen that nothing has explained yet.
    slashes: Vec<Slash>,
    /// Which inputs the present transaction's request names by root.
    asking: BTreeSet<u8>,
    /// Claims that fell to a proof.
    pub convicted: u64,
    /// Requests that were paid.
    pub settled: u64,
}

impl Shadow {
    /// Looks at a chain once, before the run: nothing may be open on it.
    pub fn of_chain() -> Self {
        let mut ledger = Ledger::default();
        for (who, info) in frame_system::Account::<Runtime>::iter() {
            let total = info.data.free + info.data.reserved;
            let held = pallet_balances::Holds::<Runtime>::get(&who)
                .into_iter()
                .map(|hold| (Reason::of(&hold.id), hold.amount))
                .collect();
            ledger.purses.insert(who, Purse { total, held });
        }
        assert_eq!(
            pallet_inference::InferenceRequests::<Runtime>::iter().count(),
            0
        );
        let models = pallet_models::AIModels::<Runtime>::iter()
            .map(|(id, record)| {
                let model = Model {
                    family: record.family,
                    state: match record.status {
                        pallet_models::ModelStatus::Draft => ModelState::Draft,
                        pallet_models::ModelStatus::Live => ModelState::Live,
                        pallet_models::ModelStatus::Deprecated => ModelState::Deprecated,
                        pallet_models::ModelStatus::Condemned { .. } => ModelState::Condemned,
                    },
                    price: record.price,
                    royalty: record.royalty,
                    deposit: record.deposit,
                    inputs: record.header.inputs.len(),
                };
                (id, model)
            })
            .collect();
        let families = pallet_models::Families::<Runtime>::iter()
            .map(|(id, record)| {
                let family = Family {
                    owner: record.owner,
                    heir: record.heir,
                    latest: record.latest,
                };
                (id, family)
            })
            .collect();
        let workers = pallet_workers::Workers::<Runtime>::iter()
            .map(|(account, record)| {
                let tickets = record
                    .served
                    .iter()
                    .map(|model| {
                        let own = pallet_workers::TicketsOf::<Runtime>::get(&account, model);
                        let made = own
                            .iter()
                            .filter_map(|at| pallet_workers::Tickets::<Runtime>::get(model, at))
                            .map(|ticket| ticket.since)
                            .collect();
                        (*model, made)
                    })
                    .collect();
                let worker = Worker {
                    operator: record.operator,
                    stake: record.stake,
                    locks: BTreeMap::new(),
                    unbonding: record
                        .unbonding
                        .iter()
                        .map(|chunk| (chunk.at, chunk.amount))
                        .collect(),
                    served: record.served.iter().copied().collect(),
                    min_price: record.min_price,
                    accusations: record.accusations,
                    tickets,
                };
                (account, worker)
            })
            .collect();
        let inference = pallet_inference::Parameters::<Runtime>::get();
        Self {
            issued: ledger.issuance(),
            ledger,
            now: System::block_number(),
            slack: inference.min_window_after_challenge,
            parameters: Parameters {
                models: pallet_models::Parameters::<Runtime>::get(),
                workers: pallet_workers::Parameters::<Runtime>::get(),
                inference,
                disputes: pallet_disputes::Parameters::<Runtime>::get(),
                payouts: pallet_payouts::Parameters::<Runtime>::get(),
            },
            models,
            families,
            workers,
            requests: BTreeMap::new(),
            challenges: BTreeMap::new(),
            seals: BTreeMap::new(),
            bounties: BTreeMap::new(),
            claimable: BTreeMap::new(),
            payments: Vec::new(),
            slashes: Vec::new(),
            asking: BTreeSet::new(),
            convicted: 0,
            settled: 0,
        }
    }

    /// The worker that a key signs for.
    pub fn worker_of(&self, operator: &AccountId) -> Option<AccountId> {
        self.workers
            .iter()
            .find(|(_, worker)| worker.operator == *operator)
            .map(|(account, _)| account.clone())
    }

    /// Challenges that run against a claim.
    pub fn challenged(&self, id: RequestId, worker: &AccountId) -> bool {
        self.challenges
            .keys()
            .any(|(request, account, _)| *request == id && account == worker)
    }

    /// Whether a challenge runs against a claim that stands.
    pub fn is_challenged(&self, id: RequestId) -> bool {
        self.requests.get(&id).is_some_and(|request| {
            request
                .standing()
                .any(|(worker, _)| self.challenged(id, worker))
        })
    }

    /// Whether claims of the request can still be contradicted.
    pub fn is_open(&self, id: RequestId) -> bool {
        let Some(request) = self.requests.get(&id) else {
            return false;
        };
        let in_time = self.now < request.due || self.is_challenged(id);
        match request.status {
            RequestStatus::Revealing => true,
            RequestStatus::Claimed => in_time,
            RequestStatus::Contested => in_time || !request.agrees(),
            RequestStatus::Pending
            | RequestStatus::Assigned
            | RequestStatus::Committing
            | RequestStatus::AwaitingInput => false,
        }
    }

    /// The root of a claim that can still be contradicted.
    pub fn open_claim(&self, id: RequestId, worker: &AccountId) -> Option<Digest> {
        let request = self.requests.get(&id).filter(|_| self.is_open(id))?;
        request
            .standing()
            .find(|(other, _)| *other == worker)
            .map(|(_, root)| *root)
    }

    /// Whether the model was malformed.
    pub fn is_condemned(&self, model: &ModelId) -> bool {
        self.models
            .get(model)
            .is_some_and(|model| model.state == ModelState::Condemned)
    }

    /// Open requests of a model.
    pub fn requests_of(&self, model: &ModelId) -> usize {
        self.requests
            .values()
            .filter(|request| request.model == *model)
            .count()
    }

    /// Requests a user has open, contested ones aside.
    pub fn open_of(&self, user: &AccountId) -> usize {
        self.requests
            .values()
            .filter(|request| request.user == *user && request.status != RequestStatus::Contested)
            .count()
    }

    /// Lock of a claim at that price.
    fn lock_for(&self, price: Balance) -> Balance {
        let parameters = &self.parameters.workers;
        (price * Balance::from(parameters.lock_multiple)).max(parameters.min_lock)
    }

    /// Tickets that a worker is entitled to for each model.
    fn entitlement(&self, stake: Balance) -> usize {
        let parameters = &self.parameters.workers;
        match stake < parameters.min_bond {
            true => 0,
            false => (stake / parameters.ticket_size).min(32) as usize,
        }
    }

    /// A new block has begun.
    pub fn begin_block(&mut self) {
        self.now = System::block_number();
    }

    /// Nothing that happened is left unexplained, and the chain has what the ledger has.
    pub fn check(&mut self) {
        assert!(
            self.payments.is_empty(),
            "every payment has a reason: {:?}",
            self.payments
        );
        assert!(self.slashes.is_empty(), "every slash has a reason");
        self.check_money();
        self.check_records();
    }

    fn check_money(&self) {
        let mut seen = 0;
        for (who, info) in frame_system::Account::<Runtime>::iter() {
            let none = Purse::default();
            let purse = self.ledger.purses.get(&who).unwrap_or(&none);
            let total = info.data.free + info.data.reserved;
            assert_eq!(
                total,
                purse.total,
                "{} has what the ledger says",
                name_of(&who)
            );
            seen += total;
        }
        assert_eq!(
            seen,
            self.ledger.issuance(),
            "nobody of the ledger is missing"
        );
        assert_eq!(
            veritrace_runtime::Balances::total_issuance(),
            self.issued - self.ledger.burned,
            "what there was is there or burned"
        );
        assert_eq!(seen, self.issued - self.ledger.burned);
        let mut holds: BTreeMap<AccountId, BTreeMap<Reason, Balance>> = self
            .ledger
            .purses
            .iter()
            .filter(|(_, purse)| !purse.held.is_empty())
            .map(|(who, purse)| (who.clone(), purse.held.clone()))
            .collect();
        for (who, on_chain) in pallet_balances::Holds::<Runtime>::iter() {
            let on_chain: BTreeMap<_, _> = on_chain
                .into_iter()
                .map(|hold| (Reason::of(&hold.id), hold.amount))
                .collect();
            let expected = holds.remove(&who).unwrap_or_default();
            assert_eq!(on_chain, expected, "what is held of {}", name_of(&who));
        }
        assert!(holds.is_empty(), "the chain holds as much: {holds:?}");
    }

    /// What is held is what the open requests, stakes, bonds, seals and bounties come to, by the shadow's own account; and the
    /// chain's records are these.
    fn check_records(&self) {
        let mut sums = BTreeMap::<(AccountId, Reason), Balance>::new();
        let mut add = |who: &AccountId, reason, amount: Balance| {
            if amount > 0 {
                *sums.entry((who.clone(), reason)).or_default() += amount;
            }
        };
        for request in self.requests.values() {
            add(&request.user, Reason::Escrow, request.escrow);
            add(&request.user, Reason::Deposit, request.deposit);
            if let Some(audit) = &request.audit {
                add(&treasury_account(), Reason::Audit, audit.fee);
            }
            if let Some((operator, fee)) = &request.complaint {
                add(operator, Reason::Complaint, *fee);
            }
        }
        for (who, worker) in &self.workers {
            add(who, Reason::Stake, worker.stake);
            for (_, amount) in &worker.unbonding {
                add(who, Reason::Stake, *amount);
            }
        }
        for challenge in self.challenges.values() {
            add(&challenge.challenger, Reason::Bond, challenge.bond);
        }
        for ((who, _), seal) in &self.seals {
            add(who, Reason::Seal, seal.bond);
        }
        for bounty in self.bounties.values() {
            add(&bounty.holder, Reason::Bounty, bounty.amount);
        }
        for model in self.models.values() {
            add(
                &self.families[&model.family].owner,
                Reason::Model,
                model.deposit,
            );
        }
        let held: BTreeMap<_, _> = self
            .ledger
            .purses
            .iter()
            .flat_map(|(who, purse)| {
                purse
                    .held
                    .iter()
                    .map(move |(reason, amount)| ((who.clone(), *reason), *amount))
            })
            .collect();
        assert_eq!(held, sums, "what is held has a reason");
        let claimable: BTreeMap<_, _> = pallet_payouts::Claimable::<Runtime>::iter().collect();
        assert_eq!(claimable, self.claimable, "what can be claimed");
        let kept = self.ledger.free(&Payouts::account_id());
        assert!(
            kept >= claimable.values().sum::<Balance>(),
            "what can be claimed is there"
        );

        let mut locks: BTreeSet<(AccountId, RequestId)> = BTreeSet::new();
        for (id, request) in &self.requests {
            for (worker, slot) in &request.slots {
                if slot.is_locked() {
                    locks.insert((worker.clone(), *id));
                }
            }
            if let Some(audit) = request.audit.as_ref().filter(|audit| !audit.shown) {
                locks.insert((audit.auditor.clone(), *id));
            }
            let record = pallet_inference::InferenceRequests::<Runtime>::get(id)
                .unwrap_or_else(|| panic!("request {id} is open"));
            assert_eq!(
                (record.status, record.due, record.escrow, record.deposit),
                (request.status, request.due, request.escrow, request.deposit),
                "request {id} stands where it should"
            );
            assert_eq!(
                record.attempts_left, request.attempts,
                "attempts of request {id}"
            );
            assert_eq!(
                record.visibility == pallet_inference::Visibility::Public,
                request.missing.is_empty()
            );
            let states: Vec<_> = record
                .slots
                .iter()
                .map(|slot| {
                    let state = match slot.state {
                        pallet_inference::SlotState::Assigned => Slot::Assigned,
                        pallet_inference::SlotState::Committed(to) => Slot::Committed(to),
                        pallet_inference::SlotState::Revealed(root) => Slot::Revealed(root),
                        pallet_inference::SlotState::Missed => Slot::Missed,
                        pallet_inference::SlotState::Struck => Slot::Struck,
                        pallet_inference::SlotState::Excused => Slot::Excused,
                    };
                    (slot.worker.clone(), state)
                })
                .collect();
            assert_eq!(states, request.slots, "slots of request {id}");
            // In exactly one bucket, unless it is contested.
            let buckets = pallet_inference::Due::<Runtime>::iter_keys()
                .filter(|(_, request)| request == id)
                .count();
            match request.status {
                RequestStatus::Contested => assert!(buckets <= 1),
                _ => assert_eq!(buckets, 1, "request {id} is in one deadline bucket"),
            }
        }
        assert_eq!(
            pallet_inference::InferenceRequests::<Runtime>::iter_keys().count(),
            self.requests.len(),
            "no other request is open"
        );
        let booked: BTreeSet<_> = self
            .workers
            .iter()
            .flat_map(|(who, worker)| worker.locks.keys().map(move |id| (who.clone(), *id)))
            .collect();
        assert_eq!(booked, locks, "a lock for each who can still be blamed");
        let on_chain: BTreeMap<_, _> = pallet_workers::Locks::<Runtime>::iter()
            .map(|(worker, id, amount)| ((worker, id), amount))
            .collect();
        for ((worker, id), amount) in &on_chain {
            assert_eq!(
                self.workers[worker].locks.get(id),
                Some(amount),
                "the chain's lock"
            );
        }
        assert_eq!(on_chain.len(), booked.len(), "the chain has every lock");
        for (who, worker) in &self.workers {
            let record = pallet_workers::Workers::<Runtime>::get(who)
                .unwrap_or_else(|| panic!("{} is registered", name_of(who)));
            assert_eq!(
                (record.stake, record.locked, record.accusations),
                (worker.stake, worker.locked(), worker.accusations),
                "the stake of {}",
                name_of(who)
            );
        }
        for (id, model) in &self.models {
            let record = pallet_models::AIModels::<Runtime>::get(id).expect("the model is there");
            assert_eq!(
                record.open_requests as usize,
                self.requests_of(id),
                "a model's open requests"
            );
            assert_eq!((record.price, record.deposit), (model.price, model.deposit));
        }
    }
}
