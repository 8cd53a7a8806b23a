//! What happened, and whether it was allowed to happen, for as much, at that time.

use super::{
    Audit, Bounty, Challenge, Family, Model, ModelState, Payment, Reason, Request, Seal, Shadow,
    Slash, Slot, Worker,
};
use crate::{actors::name_of, fixtures};
use pallet_disputes::{Event as Disputes, Evidence};
use pallet_inference::{Event as Inference, RefundReason, RequestStatus};
use pallet_models::Event as Models;
use pallet_payouts::Event as Payouts;
use pallet_workers::Event as Workers;
use std::collections::{BTreeMap, BTreeSet};
use veritrace_primitives::{graph::Digest, page::Subject, traits::RequestId};
use veritrace_runtime::{
    constants::treasury_account, AccountId, Balance, BlockNumber, Payouts as PayoutsPallet,
    Runtime, RuntimeEvent,
};

impl Shadow {
    /// Takes note of what happened, in its order.
    pub fn apply(&mut self, event: &RuntimeEvent) {
        match event {
            RuntimeEvent::Models(event) => self.models_event(event),
            RuntimeEvent::Workers(event) => self.workers_event(event),
            RuntimeEvent::Inference(event) => self.inference_event(event),
            RuntimeEvent::Disputes(event) => self.disputes_event(event),
            RuntimeEvent::Payouts(event) => self.payouts_event(event),
            RuntimeEvent::Balances(pallet_balances::Event::Transfer { from, to, amount }) => {
                self.ledger.transfer(from, to, *amount);
            }
            RuntimeEvent::Balances(pallet_balances::Event::DustLost { account, amount }) => {
                self.ledger.burn(account, *amount);
            }
            RuntimeEvent::TransactionPayment(
                pallet_transaction_payment::Event::TransactionFeePaid {
                    who, actual_fee, ..
                },
            ) => self.ledger.transfer(who, &treasury_account(), *actual_fee),
            _ => {}
        }
    }

    fn request(&mut self, id: RequestId) -> &mut Request {
        self.requests
            .get_mut(&id)
            .unwrap_or_else(|| panic!("request {id} is open"))
    }

    fn worker(&mut self, account: &AccountId) -> &mut Worker {
        self.workers
            .get_mut(account)
            .unwrap_or_else(|| panic!("{} is a worker", name_of(account)))
    }

    fn model(&mut self, id: &veritrace_primitives::traits::ModelId) -> &mut Model {
        self.models.get_mut(id).expect("the model is registered")
    }

    fn family(&mut self, id: &veritrace_primitives::traits::FamilyId) -> &mut Family {
        self.families.get_mut(id).expect("the family is there")
    }

    fn models_event(&mut self, event: &Models<Runtime>) {
        match event {
            Models::ModelRegistered {
                model,
                author,
                family,
                deposit,
                ..
            } => {
                let record = pallet_models::AIModels::<Runtime>::get(model).expect("it is there");
                let parameters = &self.parameters.models;
                let nodes = Balance::from(record.header.node_count);
                assert_eq!(
                    *deposit,
                    parameters.deposit_base + parameters.deposit_per_node * nodes,
                    "a model's deposit"
                );
                assert!(record.royalty <= parameters.max_royalty);
                if let Some(family) = self.families.get(family) {
                    assert_eq!(family.owner, *author, "only its owner adds to a family");
                } else {
                    assert_eq!(model, family, "a family has the id of its first model");
                }
                self.ledger.hold(author, Reason::Model, *deposit);
                self.families.entry(*family).or_insert_with(|| Family {
                    owner: author.clone(),
                    heir: None,
                    latest: None,
                });
                self.models.insert(
                    *model,
                    Model {
                        family: *family,
                        state: ModelState::Draft,
                        price: record.price,
                        royalty: record.royalty,
                        deposit: *deposit,
                        inputs: record.header.inputs.len(),
                    },
                );
            }
            Models::ModelCompleted { model } => {
                let model = self.model(model);
                assert_eq!(model.state, ModelState::Draft);
                model.state = ModelState::Live;
            }
            Models::TermsChanged {
                model,
                price,
                royalty,
            } => {
                let model = self.model(model);
                (model.price, model.royalty) = (*price, *royalty);
            }
            Models::ModelDeprecated { model } => {
                let model = self.model(model);
                assert_eq!(model.state, ModelState::Live);
                model.state = ModelState::Deprecated;
            }
            Models::ModelRemoved { model, deposit } => {
                assert_eq!(
                    self.requests_of(model),
                    0,
                    "no request needs a model that goes"
                );
                let gone = self.models.remove(model).expect("it was there");
                assert_ne!(gone.state, ModelState::Live);
                assert_eq!(gone.deposit, *deposit, "the whole deposit comes back");
                let owner = self.family(&gone.family).owner.clone();
                self.ledger.release(&owner, Reason::Model, *deposit);
            }
            Models::ModelCondemned {
                model,
                reporter,
                rewarded,
                burned,
                ..
            } => {
                let share = self.parameters.models.reporter_share;
                let condemned = self.model(model);
                assert!(matches!(
                    condemned.state,
                    ModelState::Live | ModelState::Deprecated
                ));
                condemned.state = ModelState::Condemned;
                let deposit = std::mem::take(&mut condemned.deposit);
                let family = condemned.family;
                assert_eq!(*rewarded, share.mul_floor(deposit), "the reporter's share");
                assert_eq!(rewarded + burned, deposit, "the rest is burned");
                let owner = self.family(&family).owner.clone();
                self.ledger.pay(&owner, Reason::Model, reporter, *rewarded);
                self.ledger.burn_held(&owner, Reason::Model, *burned);
                let broken = crate::setup::id_of(fixtures::BROKEN);
                assert_eq!(*model, broken, "only a malformed model is condemned");
            }
            Models::LatestChanged { family, model } => self.family(family).latest = *model,
            Models::FamilyOffered { family, heir } => {
                self.family(family).heir.clone_from(heir);
            }
            Models::FamilyTransferred {
                family,
                from,
                to,
                deposit,
            } => {
                let sum: Balance = self
                    .models
                    .values()
                    .filter(|model| model.family == *family)
                    .map(|model| model.deposit)
                    .sum();
                assert_eq!(*deposit, sum, "a family's deposit is that of its models");
                let record = self.family(family);
                assert_eq!(
                    record.heir.as_ref(),
                    Some(to),
                    "only an heir takes a family over"
                );
                assert_eq!(record.owner, *from);
                record.owner = to.clone();
                record.heir = None;
                self.ledger.hold(to, Reason::Model, *deposit);
                self.ledger.release(from, Reason::Model, *deposit);
            }
            Models::FamilyEnded { family } => {
                self.families.remove(family);
                assert!(self.models.values().all(|model| model.family != *family));
            }
            Models::ParametersChanged { parameters } => self.parameters.models = *parameters,
            Models::GraphPageAccepted { .. } | Models::CardChanged { .. } => {}
            other => panic!("this does not happen here: {other:?}"),
        }
    }

    fn workers_event(&mut self, event: &Workers<Runtime>) {
        let now = self.now;
        match event {
            Workers::WorkerRegistered {
                worker,
                operator,
                stake,
                min_price,
            } => {
                assert!(*stake >= self.parameters.workers.min_bond);
                self.ledger.hold(worker, Reason::Stake, *stake);
                let record = Worker {
                    operator: operator.clone(),
                    stake: *stake,
                    locks: BTreeMap::new(),
                    unbonding: Vec::new(),
                    served: BTreeSet::new(),
                    min_price: *min_price,
                    accusations: 0,
                    tickets: BTreeMap::new(),
                };
                let before = self.workers.insert(worker.clone(), record);
                assert!(before.is_none(), "nobody registers twice");
            }
            Workers::OperatorChanged { worker, operator } => {
                assert_eq!(self.worker_of(operator), None, "a key signs for one worker");
                self.worker(worker).operator = operator.clone();
            }
            Workers::Bonded {
                worker,
                amount,
                stake,
            } => {
                self.ledger.hold(worker, Reason::Stake, *amount);
                let record = self.worker(worker);
                record.stake += amount;
                assert_eq!(record.stake, *stake);
            }
            Workers::UnbondingStarted { worker, amount, at } => {
                assert_eq!(*at, now + self.parameters.workers.unbond_delay);
                let record = self.worker(worker);
                assert!(record.free() >= *amount, "what is locked stays");
                record.stake -= amount;
                match record.unbonding.iter_mut().find(|(due, _)| due == at) {
                    Some((_, sum)) => *sum += amount,
                    None => record.unbonding.push((*at, *amount)),
                }
            }
            Workers::Withdrawn { worker, amount } => {
                let record = self.worker(worker);
                let due: Balance = record
                    .unbonding
                    .iter()
                    .filter(|(at, _)| *at <= now)
                    .map(|(_, amount)| amount)
                    .sum();
                assert_eq!(*amount, due, "what is due comes back, and no more");
                record.unbonding.retain(|(at, _)| *at > now);
                self.ledger.release(worker, Reason::Stake, *amount);
            }
            Workers::Rebonded {
                worker,
                amount,
                stake,
            } => {
                let record = self.worker(worker);
                let mut left = *amount;
                while let Some((at, chunk)) = record.unbonding.pop() {
                    let part = chunk.min(left);
                    left -= part;
                    if chunk > part {
                        record.unbonding.push((at, chunk - part));
                        break;
                    }
                }
                assert_eq!(left, 0, "no more is rebonded than was unbonding");
                record.stake += amount;
                assert_eq!(record.stake, *stake);
            }
            Workers::ServingStarted { worker, model } => {
                assert!(self.worker(worker).served.insert(*model));
            }
            Workers::ServingStopped { worker, model } => {
                assert!(self.worker(worker).served.remove(model));
            }
            Workers::TicketsChanged {
                worker,
                model,
                tickets,
            } => {
                let wanted = *tickets as usize;
                // A worker that has just gone has none.
                let Some(record) = self.workers.get_mut(worker) else {
                    return assert_eq!(wanted, 0);
                };
                // Whether they are too many for the stake is looked at when they are drawn: slashes leave void ones.
                record
                    .tickets
                    .entry(*model)
                    .or_default()
                    .resize(wanted, now);
            }
            Workers::MinPriceChanged { worker, min_price } => {
                self.worker(worker).min_price = *min_price;
            }
            Workers::Deregistered { worker } => {
                let record = self.workers.remove(worker).expect("it was registered");
                assert_eq!((record.stake, record.accusations), (0, 0));
                assert!(record.unbonding.is_empty() && record.locks.is_empty());
            }
            Workers::Locked {
                worker,
                request,
                amount,
            } => self.locked(worker, *request, *amount),
            Workers::LockReleased {
                worker,
                request,
                amount,
            } => {
                let lock = self.worker(worker).locks.remove(request);
                assert_eq!(lock, Some(*amount), "a lock is released once, in full");
            }
            Workers::NoShowPenalised {
                worker,
                request,
                burned,
                released,
            } => {
                let parameters = self.parameters.workers;
                let record = self.worker(worker);
                let lock = record.locks.remove(request).expect("it had a lock");
                let penalty = parameters
                    .no_show_share
                    .mul_floor(lock)
                    .max(parameters.no_show_penalty)
                    .min(lock);
                assert_eq!((*burned, *released), (penalty, lock - penalty), "no-show");
                record.stake -= burned;
                self.ledger.burn_held(worker, Reason::Stake, *burned);
            }
            Workers::Slashed {
                worker,
                request,
                paid,
                burned,
            } => {
                let record = self.worker(worker);
                let lock = record.locks.remove(request).expect("it had a lock");
                record.stake -= lock;
                assert_eq!(paid + burned, lock, "a lock is lost in full");
                assert!(*paid <= lock / 2, "half of a lock is burned at least");
                self.ledger.burn_held(worker, Reason::Stake, *burned);
                let (payments, others) =
                    std::mem::take(&mut self.payments)
                        .into_iter()
                        .partition(|payment| {
                            payment.reason == Reason::Stake && payment.from == *worker
                        });
                self.payments = others;
                let asked = self.request(*request);
                let compensation = Some((asked.user.clone(), asked.price));
                self.slashes.push(Slash {
                    request: *request,
                    worker: worker.clone(),
                    lock,
                    payments,
                    compensation,
                });
            }
            Workers::Accused {
                worker,
                accusations,
            } => {
                let record = self.worker(worker);
                record.accusations += 1;
                assert_eq!(record.accusations, *accusations);
            }
            Workers::Absolved {
                worker,
                accusations,
            } => {
                let record = self.worker(worker);
                record.accusations -= 1;
                assert_eq!(record.accusations, *accusations);
            }
            Workers::ParametersChanged { parameters } => self.parameters.workers = *parameters,
            other => panic!("this does not happen here: {other:?}"),
        }
    }

    /// Whoever was drawn could be.
    fn locked(&mut self, worker: &AccountId, id: RequestId, amount: Balance) {
        let now = self.now;
        let request = self.request(id);
        let (price, model) = (request.price, request.model);
        assert!(
            request.slots.iter().all(|(other, _)| other != worker),
            "nobody is drawn twice for a request"
        );
        let lock = self.lock_for(price);
        let age = self.parameters.workers.ticket_age;
        let stake = self.worker(worker).stake;
        let entitled = self.entitlement(stake);
        let record = self.worker(worker);
        assert_eq!(amount, lock, "a lock is by the price");
        assert_eq!(record.accusations, 0, "who is accused gets no work");
        assert!(
            record.min_price <= price,
            "nobody works for less than it asks"
        );
        assert!(
            record.served.contains(&model),
            "nobody works who does not serve"
        );
        assert!(record.free() >= lock, "a lock is within the free stake");
        let old = record
            .tickets
            .get(&model)
            .is_some_and(|made| made.iter().take(entitled).any(|since| since + age <= now));
        assert!(old, "a new ticket is not drawn");
        let before = record.locks.insert(id, amount);
        assert_eq!(before, None, "one lock for a request");
    }

    /// Payments that were made are these.
    fn explain(&mut self, expected: Vec<Payment>) {
        for payment in expected {
            if payment.amount == 0 {
                continue;
            }
            let place = self
                .payments
                .iter()
                .position(|made| *made == payment)
                .unwrap_or_else(|| panic!("{payment:?} is among {:?}", self.payments));
            self.payments.swap_remove(place);
        }
    }

    /// What a slash should have paid: the bounty first, if somebody has earned one, then the user. Gives the bounty.
    fn explain_slash(&self, slash: Slash, challenger: Option<&AccountId>) -> Balance {
        let bounty = self.parameters.inference.bounty;
        let shares: Vec<(AccountId, Balance)> = challenger
            .map(|account| (account.clone(), bounty))
            .into_iter()
            .chain(slash.compensation)
            .collect();
        let half = slash.lock / 2;
        let asked: Balance = shares.iter().map(|(_, share)| share).sum();
        let (mut paid, mut first) = (0, 0);
        let mut expected = Vec::new();
        for (at, (to, share)) in shares.into_iter().enumerate() {
            let scaled = match asked <= half {
                true => share,
                false => share * half / asked,
            };
            let amount = scaled.min(half - paid);
            paid += amount;
            if at == 0 && challenger.is_some() {
                first = amount;
            }
            if amount > 0 {
                expected.push(Payment {
                    reason: Reason::Stake,
                    from: slash.worker.clone(),
                    to,
                    amount,
                });
            }
        }
        assert_eq!(slash.payments, expected, "who gets what of a slashed lock");
        first
    }

    fn enter(&mut self, id: RequestId, status: RequestStatus, due: BlockNumber) {
        let now = self.now;
        let request = self.request(id);
        request.status = status;
        request.since = now;
        request.due = due;
    }

    /// Everything held of the user goes back and the request closes.
    fn refunded(&mut self, id: RequestId, refunded: Balance) -> Request {
        let request = self.closed(id);
        assert_eq!(
            refunded,
            request.escrow + request.deposit,
            "all that is left goes back"
        );
        self.ledger
            .release(&request.user, Reason::Escrow, request.escrow);
        self.ledger
            .release(&request.user, Reason::Deposit, request.deposit);
        request
    }

    fn closed(&mut self, id: RequestId) -> Request {
        let request = self.requests.remove(&id).expect("it was open");
        assert!(request.audit.is_none(), "an audit ends before its request");
        assert!(
            request.complaint.is_none(),
            "a complaint ends before its request"
        );
        request
    }

    fn inference_event(&mut self, event: &Inference<Runtime>) {
        let now = self.now;
        let parameters = self.parameters.inference;
        match event {
            Inference::RequestSubmitted {
                request,
                user,
                model,
                redundancy,
                escrow,
                deposit,
            } => {
                assert!(self.open_of(user) < parameters.max_open_per_account as usize);
                let asked = self.model(model).clone();
                assert_eq!(asked.state, ModelState::Live);
                assert!(asked.price >= parameters.min_price);
                assert_eq!(*escrow, asked.price * Balance::from(*redundancy));
                assert_eq!(*deposit, parameters.request_deposit);
                self.ledger.hold(user, Reason::Escrow, *escrow);
                self.ledger.hold(user, Reason::Deposit, *deposit);
                let record = pallet_inference::InferenceRequests::<Runtime>::get(request)
                    .expect("it is there");
                let missing = std::mem::take(&mut self.asking);
                let opened = Request {
                    user: user.clone(),
                    model: *model,
                    price: asked.price,
                    royalty: asked.royalty,
                    redundancy: *redundancy,
                    escrow: *escrow,
                    deposit: *deposit,
                    status: RequestStatus::Pending,
                    deadline: record.deadline,
                    since: now,
                    due: now + parameters.assign_window,
                    attempts: parameters.max_reassignments,
                    slots: Vec::new(),
                    missing,
                    complaint: None,
                    audit: None,
                    verdicts: BTreeSet::new(),
                    opened: BTreeSet::new(),
                };
                assert!(self.requests.insert(*request, opened).is_none());
            }
            Inference::RequestAssigned {
                request,
                workers,
                due,
            } => {
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::Pending);
                assert!(now > asked.since, "not in the block of the request");
                assert!(now < asked.due, "not when it was to be refunded");
                assert_eq!(workers.len(), usize::from(asked.redundancy));
                assert_eq!(*due, now + asked.deadline);
                let status = match asked.redundancy {
                    1 => RequestStatus::Assigned,
                    _ => RequestStatus::Committing,
                };
                asked.slots.extend(
                    workers
                        .iter()
                        .map(|worker| (worker.clone(), Slot::Assigned)),
                );
                self.enter(*request, status, *due);
            }
            Inference::WorkersReplaced {
                request,
                workers,
                due,
            } => {
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::Committing);
                assert_eq!(*due, now + asked.deadline);
                asked.attempts -= 1;
                asked.slots.extend(
                    workers
                        .iter()
                        .map(|worker| (worker.clone(), Slot::Assigned)),
                );
                self.enter(*request, RequestStatus::Committing, *due);
            }
            Inference::ResultCommitted {
                request,
                worker,
                commitment,
            } => {
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::Committing);
                assert!(now < asked.due, "nobody commits late");
                self.move_slot(*request, worker, Slot::Committed(*commitment), |slot| {
                    *slot == Slot::Assigned
                });
            }
            Inference::RevealOpened { request, due } => {
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::Committing);
                assert!(asked.slots.iter().all(|(_, slot)| *slot != Slot::Assigned));
                assert_eq!(*due, now + asked.deadline);
                self.enter(*request, RequestStatus::Revealing, *due);
            }
            Inference::ResultRevealed {
                request,
                worker,
                trace_root,
                ..
            } => {
                let asked = self.request(*request);
                assert!(now < asked.due, "nobody reveals late");
                assert!(
                    !asked.verdicts.contains(trace_root),
                    "what was proved wrong does not stand again"
                );
                let status = asked.status;
                self.move_slot(
                    *request,
                    worker,
                    Slot::Revealed(*trace_root),
                    |slot| match slot {
                        Slot::Assigned => status == RequestStatus::Assigned,
                        Slot::Committed(_) => status == RequestStatus::Revealing,
                        _ => false,
                    },
                );
            }
            Inference::WindowOpened {
                request,
                due,
                agreed,
            } => {
                let asked = self.request(*request);
                let unanimous = asked.redundancy > 1
                    && asked.slots.len() == usize::from(asked.redundancy)
                    && asked.standing().count() == asked.slots.len()
                    && asked.agrees();
                let contested = asked.status == RequestStatus::Contested;
                assert_eq!(*agreed, unanimous && !contested, "a shorter window");
                let window = match agreed {
                    true => parameters.agreed_window,
                    false => parameters.challenge_window,
                };
                assert_eq!(*due, now + window);
                if contested {
                    // One more, since the model is condemned.
                    asked.due = *due;
                    let model = asked.model;
                    assert!(self.is_condemned(&model));
                } else {
                    self.enter(*request, RequestStatus::Claimed, *due);
                }
            }
            Inference::WindowExtended { request, due } => {
                let asked = self.request(*request);
                assert!(*due > asked.due, "a window is never made shorter");
                asked.due = *due;
            }
            Inference::WorkerMissed {
                request, worker, ..
            } => {
                let asked = self.request(*request);
                assert!(now >= asked.due, "nobody is late before the deadline");
                let status = asked.status;
                self.move_slot(*request, worker, Slot::Missed, |slot| match slot {
                    Slot::Assigned => {
                        matches!(status, RequestStatus::Assigned | RequestStatus::Committing)
                    }
                    Slot::Committed(_) => status == RequestStatus::Revealing,
                    _ => false,
                });
            }
            Inference::WorkerExcused { request, worker } => {
                let model = self.request(*request).model;
                assert!(self.is_condemned(&model));
                self.move_slot(*request, worker, Slot::Excused, Slot::is_locked);
            }
            Inference::ClaimStruck {
                request,
                worker,
                trace_root,
                ..
            } => {
                let again = self.request(*request).verdicts.contains(trace_root);
                self.move_slot(*request, worker, Slot::Struck, |slot| match again {
                    true => matches!(slot, Slot::Assigned | Slot::Committed(_)),
                    false => *slot == Slot::Revealed(*trace_root),
                });
                if again {
                    let slash = self.slashes.pop().expect("it was slashed");
                    // Nobody has earned a bounty.
                    self.explain_slash(slash, None);
                }
            }
            Inference::RequestReopened {
                request,
                attempts_left,
                due,
            } => {
                let asked = self.request(*request);
                asked.attempts -= 1;
                assert_eq!(asked.attempts, *attempts_left);
                assert_eq!(*due, now + parameters.assign_window);
                assert!(asked.slots.iter().all(|(_, slot)| !slot.is_locked()));
                self.enter(*request, RequestStatus::Pending, *due);
            }
            Inference::Settled {
                request,
                output_root,
                workers,
                paid,
                refunded,
                ..
            } => self.paid(*request, output_root, *workers, *paid, *refunded),
            Inference::RequestCancelled { request, refunded } => {
                assert_eq!(self.request(*request).status, RequestStatus::Pending);
                self.refunded(*request, *refunded);
            }
            Inference::RequestRefunded {
                request,
                reason,
                refunded,
            } => self.check_refund(*request, *reason, *refunded),
            Inference::RequestContested { request, refunded } => {
                assert!(!self.is_challenged(*request));
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::Claimed);
                assert!(now >= asked.due && !asked.agrees());
                assert_eq!(*refunded, asked.escrow + asked.deposit);
                let user = asked.user.clone();
                let escrow = std::mem::take(&mut asked.escrow);
                let deposit = std::mem::take(&mut asked.deposit);
                asked.status = RequestStatus::Contested;
                asked.since = now;
                self.ledger.release(&user, Reason::Escrow, escrow);
                self.ledger.release(&user, Reason::Deposit, deposit);
            }
            Inference::ContestDecided { request, due } => {
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::Contested);
                assert!(asked.agrees());
                assert_eq!(*due, now + parameters.min_window_after_challenge);
                asked.due = *due;
            }
            Inference::ContestClosed { request } => {
                let asked = self.closed(*request);
                assert_eq!(asked.status, RequestStatus::Contested);
                assert_eq!((asked.escrow, asked.deposit), (0, 0));
            }
            Inference::KeeperRewarded {
                request,
                keeper,
                amount,
            } => {
                let asked = self.request(*request);
                assert!(asked.since < now, "what is over was over before");
                assert_eq!(*amount, parameters.settle_reward.min(asked.deposit));
                asked.deposit -= amount;
                let from = asked.user.clone();
                self.explain(vec![Payment {
                    reason: Reason::Deposit,
                    from,
                    to: keeper.clone(),
                    amount: *amount,
                }]);
            }
            Inference::AuditDrawn {
                request,
                auditor,
                worker,
                node,
                lot,
                due,
                fee,
            } => {
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::Claimed);
                assert!(now > asked.since, "not in the block that opened the window");
                assert!(asked.audit.is_none() && asked.missing.is_empty());
                assert!(*due <= asked.due && *due == now + parameters.audit_window);
                assert_eq!(*fee, parameters.audit_pay.mul_floor(asked.price));
                assert!(asked.standing().any(|(other, _)| other == worker));
                asked.audit = Some(Audit {
                    auditor: auditor.clone(),
                    worker: worker.clone(),
                    node: *node,
                    lot: *lot,
                    due: *due,
                    fee: *fee,
                    shown: false,
                });
                self.ledger.hold(&treasury_account(), Reason::Audit, *fee);
            }
            Inference::AuditAttested {
                request, auditor, ..
            } => {
                let audit = self
                    .request(*request)
                    .audit
                    .as_mut()
                    .expect("it is audited");
                assert_eq!(audit.auditor, *auditor);
                assert!(!audit.shown && now < audit.due);
                audit.shown = true;
            }
            Inference::AuditPaid {
                request,
                auditor,
                fee,
            } => {
                let audit = self.request(*request).audit.take().expect("it is audited");
                assert_eq!((&audit.auditor, audit.fee), (auditor, *fee));
                self.explain(vec![Payment {
                    reason: Reason::Audit,
                    from: treasury_account(),
                    to: auditor.clone(),
                    amount: *fee,
                }]);
            }
            Inference::AuditUnpaid { request, .. } => {
                let audit = self.request(*request).audit.take().expect("it is audited");
                assert!(audit.shown);
                self.ledger
                    .release(&treasury_account(), Reason::Audit, audit.fee);
            }
            Inference::AuditMissed { request, .. } => {
                let audit = self.request(*request).audit.take().expect("it is audited");
                assert!(!audit.shown && now >= audit.due, "an auditor has its time");
                self.ledger
                    .release(&treasury_account(), Reason::Audit, audit.fee);
            }
            Inference::AuditCalledOff { request, .. } => {
                let asked = self.request(*request);
                let audit = asked.audit.take().expect("it is audited");
                let model = asked.model;
                assert!(!audit.shown);
                assert!(now < audit.due || self.is_condemned(&model));
                self.ledger
                    .release(&treasury_account(), Reason::Audit, audit.fee);
            }
            Inference::InputDemanded {
                request,
                worker,
                fee,
                due,
            } => {
                let operator = self.worker(worker).operator.clone();
                let asked = self.request(*request);
                assert!(!asked.missing.is_empty(), "there is nothing to demand");
                assert_eq!(asked.slot(worker), Some(Slot::Assigned));
                assert!(2 * (now - asked.since) <= asked.deadline, "not so late");
                assert_eq!(*fee, parameters.complaint_fee);
                assert_eq!(*due, now + parameters.publish_window);
                asked.complaint = Some((operator.clone(), *fee));
                self.ledger.hold(&operator, Reason::Complaint, *fee);
                self.enter(*request, RequestStatus::AwaitingInput, *due);
            }
            Inference::InputPublished { request, index, .. } => {
                let asked = self.request(*request);
                assert!(asked.missing.remove(index), "it was not there");
            }
            Inference::RequestResumed { request, due } => {
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::AwaitingInput);
                assert!(asked.missing.is_empty());
                assert_eq!(*due, now + asked.deadline);
                let status = match asked.redundancy {
                    1 => RequestStatus::Assigned,
                    _ => RequestStatus::Committing,
                };
                self.enter(*request, status, *due);
            }
            Inference::ComplaintCharged {
                request,
                operator,
                burned,
            } => {
                let (who, fee) = self
                    .request(*request)
                    .complaint
                    .take()
                    .expect("it was made");
                assert_eq!((&who, fee), (operator, *burned));
                self.ledger.burn_held(operator, Reason::Complaint, fee);
            }
            Inference::ComplaintReleased {
                request,
                operator,
                released,
            } => {
                let (who, fee) = self
                    .request(*request)
                    .complaint
                    .take()
                    .expect("it was made");
                assert_eq!((&who, fee), (operator, *released));
                self.ledger.release(operator, Reason::Complaint, fee);
            }
            Inference::WorkerCompensated {
                request,
                worker,
                amount,
            } => {
                let asked = self.request(*request);
                assert_eq!(asked.status, RequestStatus::AwaitingInput);
                assert!(now >= asked.due);
                assert_eq!(
                    *amount,
                    parameters.unavailability_share.mul_floor(asked.price)
                );
                asked.escrow -= amount;
                let from = asked.user.clone();
                self.move_slot(*request, worker, Slot::Excused, Slot::is_locked);
                self.explain(vec![Payment {
                    reason: Reason::Escrow,
                    from,
                    to: worker.clone(),
                    amount: *amount,
                }]);
            }
            Inference::ParametersChanged { parameters } => {
                self.slack = self.slack.max(parameters.min_window_after_challenge);
                self.parameters.inference = *parameters;
            }
            Inference::ClaimChallenged { .. }
            | Inference::ChallengeWithdrawn { .. }
            | Inference::AuditWaived { .. } => {}
            other => panic!("this does not happen here: {other:?}"),
        }
    }

    fn move_slot(
        &mut self,
        id: RequestId,
        worker: &AccountId,
        to: Slot,
        may: impl Fn(&Slot) -> bool,
    ) {
        let slot = self
            .request(id)
            .slots
            .iter_mut()
            .find(|(other, slot)| other == worker && slot.is_locked())
            .unwrap_or_else(|| panic!("{} works for request {id}", name_of(worker)));
        assert!(may(&slot.1), "from {:?} to {to:?}", slot.1);
        slot.1 = to;
    }

    fn paid(
        &mut self,
        id: RequestId,
        output_root: &Digest,
        workers: u32,
        paid: Balance,
        refunded: Balance,
    ) {
        assert!(
            !self.is_challenged(id),
            "nothing settles that is challenged"
        );
        let treasury = self.parameters.payouts.protocol_fee;
        let now = self.now;
        let asked = self.request(id).clone();
        assert_eq!(asked.status, RequestStatus::Claimed);
        assert!(now >= asked.due, "nothing settles before its window ends");
        assert!(asked.agrees(), "unequal claims never pay");
        assert!(
            !self.is_condemned(&asked.model),
            "a malformed model earns nothing"
        );
        let served: Vec<_> = asked
            .standing()
            .map(|(worker, root)| (worker.clone(), *root))
            .collect();
        assert_eq!(served.len(), workers as usize);
        let count = Balance::from(workers);
        assert_eq!(paid, asked.price * count, "every claim that stands is paid");
        let author_part = asked.royalty.mul_floor(asked.price);
        let treasury_part = treasury
            .mul_floor(asked.price)
            .min(asked.price - author_part);
        let worker_part = asked.price - author_part - treasury_part;
        let family = self.models[&asked.model].family;
        let author = self.families[&family].owner.clone();
        let of_escrow = |to: AccountId, amount: Balance| Payment {
            reason: Reason::Escrow,
            from: asked.user.clone(),
            to,
            amount,
        };
        let mut expected = vec![
            of_escrow(author, author_part * count),
            of_escrow(treasury_account(), treasury_part * count),
        ];
        for (worker, root) in served {
            expected.push(of_escrow(worker, worker_part));
            if let Some((.., answer)) = fixtures::answer_of(&root) {
                assert_eq!(
                    answer.output_root, *output_root,
                    "what was answered is settled"
                );
            }
        }
        self.explain(expected);
        self.request(id).escrow -= paid;
        self.refunded(id, refunded);
        self.settled += 1;
    }

    fn check_refund(&mut self, id: RequestId, reason: RefundReason, refunded: Balance) {
        let now = self.now;
        let asked = self.request(id).clone();
        let condemned = self.is_condemned(&asked.model);
        assert_eq!(
            condemned && reason != RefundReason::InputUnavailable,
            reason == RefundReason::Condemned,
            "a malformed model is the reason"
        );
        match reason {
            RefundReason::NotAssigned => {
                assert_eq!(asked.status, RequestStatus::Pending);
                assert!(now >= asked.due);
            }
            RefundReason::NotServed => {
                assert_eq!(
                    asked.attempts, 0,
                    "workers are drawn anew while they may be"
                );
                assert!(now >= asked.due);
                assert!(asked.standing().next().is_none());
            }
            RefundReason::Convicted => {
                assert_eq!(
                    asked.attempts, 0,
                    "workers are drawn anew while they may be"
                );
                assert!(asked.standing().next().is_none());
            }
            RefundReason::Condemned => {}
            RefundReason::InputUnavailable => {
                assert_eq!(asked.status, RequestStatus::AwaitingInput);
                assert!(now >= asked.due && !asked.missing.is_empty());
            }
        }
        self.refunded(id, refunded);
    }

    fn bond_for(&self, bytes: u32) -> Balance {
        let parameters = &self.parameters.disputes;
        parameters.bond_base + parameters.bond_per_kib * Balance::from(bytes.div_ceil(1024))
    }

    fn challenged_event(
        &mut self,
        claim: (RequestId, &AccountId, Subject),
        challenger: &AccountId,
        bond: Balance,
        bytes: u32,
        due: BlockNumber,
    ) {
        let (request, worker, subject) = claim;
        let parameters = self.parameters.disputes;
        assert!(
            self.open_claim(request, worker).is_some(),
            "the claim is open"
        );
        assert_eq!(bond, self.bond_for(bytes), "a bond is by the bytes");
        let pending: u32 = self
            .challenges
            .iter()
            .filter(|((_, other, _), challenge)| other == worker && !challenge.opened)
            .map(|(_, challenge)| challenge.bytes)
            .sum();
        let kib = (pending + bytes).div_ceil(1024);
        let clock = parameters.open_clock + parameters.open_clock_per_kib * kib;
        assert_eq!(due, self.now + clock + 1, "a worker has its time");
        self.ledger.hold(challenger, Reason::Bond, bond);
        let fresh = !self
            .request(request)
            .opened
            .contains(&(worker.clone(), subject));
        assert!(fresh, "nothing is opened twice");
        let before = self.challenges.insert(
            (request, worker.clone(), subject),
            Challenge {
                challenger: challenger.clone(),
                bond,
                bytes,
                due,
                opened: false,
            },
        );
        assert!(before.is_none(), "nothing is challenged twice at a time");
    }

    fn opened_event(
        &mut self,
        request: RequestId,
        worker: &AccountId,
        subject: Subject,
        due: BlockNumber,
    ) {
        let now = self.now;
        assert_eq!(due, now + self.parameters.disputes.contradict_clock + 1);
        let challenge = self
            .challenges
            .get_mut(&(request, worker.clone(), subject))
            .expect("it was challenged");
        assert!(!challenge.opened && now < challenge.due);
        challenge.opened = true;
        challenge.due = due;
        self.request(request)
            .opened
            .insert((worker.clone(), subject));
    }

    fn disputes_event(&mut self, event: &Disputes<Runtime>) {
        let now = self.now;
        let parameters = self.parameters.disputes;
        match event {
            Disputes::NodeChallenged {
                request,
                worker,
                node,
                challenger,
                bond,
                opening_bytes,
                due,
            } => self.challenged_event(
                (*request, worker, Subject::Node(*node)),
                challenger,
                *bond,
                *opening_bytes,
                *due,
            ),
            Disputes::PageChallenged {
                request,
                worker,
                page,
                challenger,
                bond,
                opening_bytes,
                due,
            } => self.challenged_event(
                (*request, worker, Subject::Page(*page)),
                challenger,
                *bond,
                *opening_bytes,
                *due,
            ),
            Disputes::NodeOpened {
                request,
                worker,
                node,
                due,
            } => self.opened_event(*request, worker, Subject::Node(*node), *due),
            Disputes::PageOpened {
                request,
                worker,
                page,
                due,
            } => self.opened_event(*request, worker, Subject::Page(*page), *due),
            Disputes::ProofRejected { who, penalty, .. } => {
                assert!(*penalty <= parameters.rejected_proof_penalty);
                self.ledger.burn(who, *penalty);
            }
            Disputes::ClaimConvicted {
                request,
                trace_root,
                challenger,
                evidence,
                struck,
                subject,
                ..
            } => {
                if let (Evidence::Contradiction(_), Some((model, question, answer))) =
                    (evidence, fixtures::answer_of(trace_root))
                {
                    assert!(
                        !answer.is_honest(),
                        "the truth does not fall to a proof: model {model}, question {question}, {subject:?}"
                    );
                }
                let slashes = std::mem::take(&mut self.slashes);
                assert_eq!(slashes.len(), *struck as usize);
                assert!(!slashes.is_empty(), "a verdict strikes a claim");
                let mut bounty = 0;
                for slash in slashes {
                    assert_eq!(slash.request, *request);
                    bounty += self.explain_slash(slash, Some(challenger));
                }
                let held = &self.bounties[&(*request, *trace_root)];
                assert_eq!(held.amount, bounty, "the bounty that is held was paid");
                if let Some(asked) = self.requests.get_mut(request) {
                    asked.verdicts.insert(*trace_root);
                    assert!(
                        asked.standing().all(|(_, root)| root != trace_root),
                        "equal claims fall together"
                    );
                }
                self.convicted += 1;
            }
            Disputes::BondReturned {
                request,
                worker,
                subject,
                challenger,
                bond,
            } => {
                let challenge = self
                    .challenges
                    .remove(&(*request, worker.clone(), *subject))
                    .expect("it was challenged");
                assert_eq!((&challenge.challenger, challenge.bond), (challenger, *bond));
                let silent = !challenge.opened && now >= challenge.due;
                assert!(silent || self.open_claim(*request, worker).is_none());
                self.ledger.release(challenger, Reason::Bond, *bond);
            }
            Disputes::BondForfeited {
                request,
                worker,
                subject,
                challenger,
                compensation,
                burned,
            } => {
                let challenge = self
                    .challenges
                    .remove(&(*request, worker.clone(), *subject))
                    .expect("it was challenged");
                assert!(challenge.opened && now >= challenge.due);
                assert_eq!(compensation + burned, challenge.bond);
                assert_eq!(
                    *compensation,
                    challenge.bond / 2,
                    "half a bond is the worker's"
                );
                self.ledger
                    .pay(challenger, Reason::Bond, worker, *compensation);
                self.ledger.burn_held(challenger, Reason::Bond, *burned);
            }
            Disputes::Sealed {
                who,
                seal,
                bond,
                until,
            } => {
                assert_eq!(*bond, parameters.seal_bond);
                assert_eq!(*until, now + parameters.seal_lifetime + 1);
                self.ledger.hold(who, Reason::Seal, *bond);
                let made = Seal {
                    bond: *bond,
                    until: *until,
                    forfeit: until + parameters.seal_reveal_window,
                };
                assert!(self.seals.insert((who.clone(), *seal), made).is_none());
            }
            Disputes::SealOpened { who, seal, .. } => {
                let made = self
                    .seals
                    .remove(&(who.clone(), *seal))
                    .expect("it was made");
                self.ledger.release(who, Reason::Seal, made.bond);
            }
            Disputes::SealForfeited { who, seal, burned } => {
                let made = self
                    .seals
                    .remove(&(who.clone(), *seal))
                    .expect("it was made");
                assert!(now >= made.forfeit && *burned == made.bond);
                self.ledger.burn_held(who, Reason::Seal, *burned);
            }
            Disputes::BountyHeld {
                request,
                trace_root,
                who,
                amount,
                due,
                ..
            } => {
                assert_eq!(*due, now + parameters.seal_reveal_window + 1);
                self.ledger.hold(who, Reason::Bounty, *amount);
                let before = self.bounties.insert(
                    (*request, *trace_root),
                    Bounty {
                        holder: who.clone(),
                        amount: *amount,
                        due: *due,
                    },
                );
                assert!(before.is_none(), "a lie has one bounty");
            }
            Disputes::BountyMoved {
                request,
                trace_root,
                from,
                to,
                amount,
            } => {
                let bounty = self
                    .bounties
                    .get_mut(&(*request, *trace_root))
                    .expect("it is held");
                assert_eq!((&bounty.holder, bounty.amount), (from, *amount));
                assert!(now < bounty.due);
                bounty.holder = to.clone();
                self.ledger.pay(from, Reason::Bounty, to, *amount);
                self.ledger.hold(to, Reason::Bounty, *amount);
            }
            Disputes::BountyReleased {
                request,
                trace_root,
                who,
                amount,
            } => {
                let bounty = self
                    .bounties
                    .remove(&(*request, *trace_root))
                    .expect("it is held");
                assert_eq!((&bounty.holder, bounty.amount), (who, *amount));
                assert!(now >= bounty.due);
                self.ledger.release(who, Reason::Bounty, *amount);
            }
            Disputes::ParametersChanged { parameters } => self.parameters.disputes = *parameters,
            other => panic!("this does not happen here: {other:?}"),
        }
    }

    fn payouts_event(&mut self, event: &Payouts<Runtime>) {
        match event {
            Payouts::Paid {
                reason,
                from,
                to,
                amount,
            } => {
                let reason = Reason::of(reason);
                self.ledger.pay(from, reason, to, *amount);
                self.payments.push(Payment {
                    reason,
                    from: from.clone(),
                    to: to.clone(),
                    amount: *amount,
                });
            }
            Payouts::MadeClaimable {
                reason,
                from,
                to,
                amount,
            } => {
                let reason = Reason::of(reason);
                self.ledger
                    .pay(from, reason, &PayoutsPallet::account_id(), *amount);
                *self.claimable.entry(to.clone()).or_default() += amount;
                self.payments.push(Payment {
                    reason,
                    from: from.clone(),
                    to: to.clone(),
                    amount: *amount,
                });
            }
            // The transfer says the same of the balances.
            Payouts::Claimed { who, amount } => {
                assert_eq!(self.claimable.remove(who), Some(*amount));
            }
            Payouts::ParametersChanged { parameters } => self.parameters.payouts = *parameters,
            Payouts::InferencePaid { .. } => {}
            other => panic!("this does not happen here: {other:?}"),
        }
    }
}
