//! What a call should come to, where that can be said without doing all that the pallets do.

use super::{Family, Model, ModelState, Reason, Request, Shadow, Slot, Worker};
use crate::{coverage::error_name, fixtures};
use pallet_inference::{InputSource, RequestStatus};
use sp_runtime::DispatchError;
use veritrace_primitives::{
    graph::Digest,
    page::Subject,
    traits::{ModelId, RequestId},
};
use veritrace_runtime::{constants::UNIT, AccountId, Balance, Runtime, RuntimeCall};

/// What a call should come to.
#[derive(Debug)]
pub enum Expect {
    /// It succeeds.
    Succeeds,
    /// It fails with this error.
    Fails(&'static str),
    /// It fails, somehow.
    Refused,
    /// Either.
    Unsure,
}

impl Expect {
    /// Whether that is what happened.
    pub fn is_met(&self, result: &Result<(), DispatchError>) -> bool {
        match (self, result) {
            (Self::Succeeds, Ok(())) | (Self::Refused, Err(_)) | (Self::Unsure, _) => true,
            (Self::Fails(name), Err(error)) => error_name(error) == *name,
            (Self::Succeeds, Err(_)) | (Self::Fails(_) | Self::Refused, Ok(())) => false,
        }
    }
}

/// Goes on if it holds, else it is expected to fail like this.
type Step = Result<(), Expect>;

fn ensure(holds: bool, error: &'static str) -> Step {
    holds.then_some(()).ok_or(Expect::Fails(error))
}

fn settle(steps: Step) -> Expect {
    match steps {
        Ok(()) => Expect::Succeeds,
        Err(expect) => expect,
    }
}

impl Shadow {
    /// Before a transaction: what it should come to.
    pub fn expect(&mut self, who: &AccountId, call: &RuntimeCall) -> Expect {
        self.asking.clear();
        match call {
            RuntimeCall::Models(call) => self.expect_models(who, call),
            RuntimeCall::Workers(call) => settle(self.expect_workers(who, call)),
            RuntimeCall::Inference(call) => self.expect_inference(who, call),
            RuntimeCall::Disputes(call) => settle(self.expect_disputes(who, call)),
            RuntimeCall::Payouts(pallet_payouts::Call::claim { who }) => {
                match self.claimable.contains_key(who) {
                    true => Expect::Unsure,
                    false => Expect::Fails("NothingClaimable"),
                }
            }
            _ => Expect::Unsure,
        }
    }

    /// Whether an account can have so much held, after the fee.
    fn affords(&self, who: &AccountId, amount: Balance) -> Step {
        let free = self.ledger.free(who);
        // Between the two it is the fee that decides.
        if free < amount {
            Err(Expect::Refused)
        } else if free > amount.saturating_add(3 * UNIT) {
            Ok(())
        } else {
            Err(Expect::Unsure)
        }
    }

    fn own_family(&self, who: &AccountId, family: &ModelId) -> Result<&Family, Expect> {
        let family = self
            .families
            .get(family)
            .ok_or(Expect::Fails("FamilyNotFound"))?;
        ensure(family.owner == *who, "NotOwner")?;
        Ok(family)
    }

    fn own_model(&self, who: &AccountId, id: &ModelId) -> Result<&Model, Expect> {
        let model = self.models.get(id).ok_or(Expect::Fails("NotFound"))?;
        ensure(self.families[&model.family].owner == *who, "NotOwner")?;
        Ok(model)
    }

    fn expect_models(&self, who: &AccountId, call: &pallet_models::Call<Runtime>) -> Expect {
        use pallet_models::Call;
        match call {
            Call::set_terms { model, royalty, .. } => settle((|| {
                ensure(
                    *royalty <= self.parameters.models.max_royalty,
                    "RoyaltyTooLarge",
                )?;
                let model = self.own_model(who, model)?;
                let changes = matches!(model.state, ModelState::Draft | ModelState::Live);
                ensure(changes, "NotLive")
            })()),
            Call::deprecate { model } | Call::set_latest { model } => settle((|| {
                let model = self.own_model(who, model)?;
                ensure(model.state == ModelState::Live, "NotLive")
            })()),
            Call::remove { model: id } => settle((|| {
                let model = self.models.get(id).ok_or(Expect::Fails("NotFound"))?;
                let owns = self.families[&model.family].owner == *who;
                ensure(owns || model.state == ModelState::Condemned, "NotOwner")?;
                ensure(model.state != ModelState::Live, "StillLive")?;
                ensure(self.requests_of(id) == 0, "RequestsOpen")
            })()),
            Call::condemn_model { model: id, proof } => settle((|| {
                let model = self.models.get(id).ok_or(Expect::Fails("NotFound"))?;
                let standing = matches!(model.state, ModelState::Live | ModelState::Deprecated);
                ensure(standing, "NotLive")?;
                let broken = &fixtures::models()[fixtures::BROKEN];
                let right = *id == crate::setup::id_of(fixtures::BROKEN)
                    && broken.malformed(1).as_deref() == Some(&proof[..]);
                ensure(right, "NotMalformed")
            })()),
            Call::offer_family { family, heir } => settle((|| {
                self.own_family(who, family)?;
                ensure(heir.as_ref() != Some(who), "OfferedToOwner")
            })()),
            Call::accept_family {
                family: id,
                max_deposit,
            } => settle((|| {
                let family = self
                    .families
                    .get(id)
                    .ok_or(Expect::Fails("FamilyNotFound"))?;
                ensure(family.heir.as_ref() == Some(who), "NotHeir")?;
                let deposit: Balance = self
                    .models
                    .values()
                    .filter(|model| model.family == *id)
                    .map(|model| model.deposit)
                    .sum();
                ensure(deposit <= *max_deposit, "DepositAboveLimit")?;
                self.affords(who, deposit)
            })()),
            Call::set_parameters { .. } => Expect::Fails("BadOrigin"),
            _ => Expect::Unsure,
        }
    }

    fn registered(&self, who: &AccountId) -> Result<&Worker, Expect> {
        self.workers.get(who).ok_or(Expect::Fails("NotRegistered"))
    }

    fn registered_or_operated(&self, who: &AccountId) -> Result<&Worker, Expect> {
        self.workers
            .get(who)
            .or_else(|| self.workers.get(&self.worker_of(who)?))
            .ok_or(Expect::Fails("NotRegistered"))
    }

    fn expect_workers(&self, who: &AccountId, call: &pallet_workers::Call<Runtime>) -> Step {
        use pallet_workers::Call;
        let parameters = &self.parameters.workers;
        match call {
            Call::register_worker { operator, bond, .. } => {
                ensure(!self.workers.contains_key(who), "AlreadyRegistered")?;
                ensure(self.worker_of(operator).is_none(), "OperatorTaken")?;
                ensure(*bond >= parameters.min_bond, "BondTooSmall")?;
                self.affords(who, *bond)
            }
            Call::set_operator { operator } => {
                self.registered(who)?;
                ensure(self.worker_of(operator).is_none(), "OperatorTaken")
            }
            Call::bond_extra { amount } => {
                ensure(*amount > 0, "NothingToMove")?;
                self.registered(who)?;
                self.affords(who, *amount)
            }
            Call::unbond { amount } => {
                ensure(*amount > 0, "NothingToMove")?;
                let worker = self.registered(who)?;
                ensure(*amount <= worker.free(), "StakeLocked")?;
                let at = self.now + parameters.unbond_delay;
                let known = worker.unbonding.iter().any(|(due, _)| *due == at);
                ensure(known || worker.unbonding.len() < 8, "TooManyUnbonding")
            }
            Call::withdraw_unbonded {} => {
                let worker = self.registered(who)?;
                let due = worker.unbonding.iter().any(|(at, _)| *at <= self.now);
                ensure(due, "NothingToWithdraw")
            }
            Call::rebond { amount } => {
                ensure(*amount > 0, "NothingToMove")?;
                let worker = self.registered(who)?;
                ensure(!worker.unbonding.is_empty(), "NothingUnbonding")
            }
            Call::serve_model { model } => {
                let worker = self.registered_or_operated(who)?;
                ensure(!worker.served.contains(model), "AlreadyServed")?;
                let servable = self.models.get(model).is_some_and(|model| {
                    matches!(model.state, ModelState::Live | ModelState::Deprecated)
                });
                ensure(servable, "ModelNotServable")?;
                ensure(self.entitlement(worker.stake) > 0, "StakeTooSmall")?;
                ensure(worker.served.len() < 16, "TooManyServed")
            }
            Call::stop_serving { model } => {
                let worker = self.registered_or_operated(who)?;
                ensure(worker.served.contains(model), "NotServed")
            }
            Call::set_min_price { .. } => {
                self.registered_or_operated(who)?;
                Ok(())
            }
            Call::deregister {} => {
                let worker = self.registered(who)?;
                let empty = worker.stake == 0 && worker.unbonding.is_empty();
                ensure(empty, "StillBonded")?;
                ensure(worker.accusations == 0, "StillAccused")
            }
            Call::refresh_tickets { worker, model } => {
                let worker = self.registered(worker)?;
                ensure(worker.served.contains(model), "NotServed")
            }
            Call::set_parameters { .. } => Err(Expect::Fails("BadOrigin")),
            _ => Err(Expect::Unsure),
        }
    }

    fn expect_inference(
        &mut self,
        who: &AccountId,
        call: &pallet_inference::Call<Runtime>,
    ) -> Expect {
        use pallet_inference::Call;
        match call {
            Call::submit_inference_request {
                model,
                inputs,
                max_price,
                deadline,
                redundancy,
            } => {
                self.note_inputs(inputs);
                settle(self.expect_request(
                    who,
                    model,
                    inputs.len(),
                    *max_price,
                    *deadline,
                    *redundancy,
                ))
            }
            Call::submit_request_to_latest {
                family,
                inputs,
                max_price,
                deadline,
                redundancy,
            } => {
                self.note_inputs(inputs);
                let latest = self.families.get(family).and_then(|family| family.latest);
                match latest {
                    None => Expect::Fails("NoLatestVersion"),
                    Some(model) => settle(self.expect_request(
                        who,
                        &model,
                        inputs.len(),
                        *max_price,
                        *deadline,
                        *redundancy,
                    )),
                }
            }
            _ => settle(self.expect_work(who, call)),
        }
    }

    fn note_inputs(&mut self, inputs: &pallet_inference::InputsOf<Runtime>) {
        self.asking = inputs
            .iter()
            .enumerate()
            .filter(|(_, input)| matches!(input, InputSource::ByRoot(_)))
            .map(|(index, _)| index as u8)
            .collect();
    }

    fn expect_request(
        &self,
        who: &AccountId,
        model: &ModelId,
        inputs: usize,
        max_price: Balance,
        deadline: u32,
        redundancy: u8,
    ) -> Step {
        let parameters = &self.parameters.inference;
        let in_range = redundancy >= 1 && redundancy <= parameters.max_redundancy;
        ensure(in_range, "RedundancyOutOfRange")?;
        let in_range = deadline >= parameters.min_deadline && deadline <= parameters.max_deadline;
        ensure(in_range, "DeadlineOutOfRange")?;
        let model = self
            .models
            .get(model)
            .filter(|model| model.state == ModelState::Live)
            .ok_or(Expect::Fails("ModelNotOffered"))?;
        ensure(model.price >= parameters.min_price, "PriceBelowFloor")?;
        let escrow = model.price.checked_mul(Balance::from(redundancy));
        let escrow = escrow.ok_or(Expect::Fails("PriceAboveLimit"))?;
        ensure(escrow <= max_price, "PriceAboveLimit")?;
        ensure(inputs == model.inputs, "InputMismatch")?;
        // Whether the bytes fit is left to the pallet: what does not is caught by the roots later on.
        let room = self.open_of(who) < parameters.max_open_per_account as usize;
        ensure(room, "TooManyOpenRequests").map_err(|_| Expect::Refused)?;
        // A price may be anything; nobody has this much.
        self.affords(who, escrow.saturating_add(parameters.request_deposit))?;
        Err(Expect::Unsure)
    }

    fn work(&self, who: &AccountId, id: RequestId) -> Result<(AccountId, &Request), Expect> {
        let worker = self.worker_of(who).ok_or(Expect::Fails("NotAnOperator"))?;
        let request = self
            .requests
            .get(&id)
            .ok_or(Expect::Fails("UnknownRequest"))?;
        Ok((worker, request))
    }

    fn workable(&self, request: &Request, phase: RequestStatus) -> Step {
        ensure(request.status == phase, "WrongPhase")?;
        ensure(self.now < request.due, "TooLate")?;
        ensure(!self.is_condemned(&request.model), "ModelCondemned")
    }

    /// Whether what is revealed is one of the known answers to the request's model.
    fn known(
        trace: &veritrace_primitives::page::Trace,
        outputs: &pallet_inference::OutputsOf<Runtime>,
        model: &ModelId,
    ) -> Option<Digest> {
        fixtures::models()
            .iter()
            .enumerate()
            .find_map(|(at, parts)| {
                let answers = parts.answers.iter().flatten();
                let answer = answers
                    .into_iter()
                    .find(|answer| answer.trace == *trace && answer.answer == *outputs)?;
                (crate::setup::id_of(at) == *model).then_some(answer.root)
            })
    }

    fn expect_work(&self, who: &AccountId, call: &pallet_inference::Call<Runtime>) -> Step {
        use pallet_inference::Call;
        match call {
            Call::submit_inference_result {
                request: id,
                trace,
                outputs,
            } => {
                let (worker, request) = self.work(who, *id)?;
                let slot = request.slot(&worker).ok_or(Expect::Fails("NotAssigned"))?;
                ensure(slot == Slot::Assigned, "AlreadySubmitted")?;
                self.workable(request, RequestStatus::Assigned)?;
                match Self::known(trace, outputs, &request.model) {
                    Some(_) => Ok(()),
                    None => Err(Expect::Unsure),
                }
            }
            Call::commit_result { request: id, .. } => {
                let (worker, request) = self.work(who, *id)?;
                let slot = request.slot(&worker).ok_or(Expect::Fails("NotAssigned"))?;
                ensure(slot == Slot::Assigned, "AlreadySubmitted")?;
                self.workable(request, RequestStatus::Committing)
            }
            Call::reveal_result {
                request: id,
                trace,
                outputs,
                salt,
            } => {
                let (worker, request) = self.work(who, *id)?;
                let slot = request.slot(&worker).ok_or(Expect::Fails("NotAssigned"))?;
                let committed = match slot {
                    Slot::Committed(commitment) => commitment,
                    Slot::Revealed(_) => return Err(Expect::Fails("AlreadySubmitted")),
                    _ => return Err(Expect::Fails("WrongPhase")),
                };
                self.workable(request, RequestStatus::Revealing)?;
                match Self::known(trace, outputs, &request.model) {
                    Some(root) if *salt == fixtures::SALT => {
                        let (.., answer) = fixtures::answer_of(&root).ok_or(Expect::Unsure)?;
                        let same = answer.commitment(*id, &worker) == committed;
                        ensure(same, "CommitmentMismatch")
                    }
                    _ => Err(Expect::Refused),
                }
            }
            Call::cancel_request { request: id } => {
                let request = self
                    .requests
                    .get(id)
                    .ok_or(Expect::Fails("UnknownRequest"))?;
                ensure(request.user == *who, "NotRequester")?;
                ensure(request.status == RequestStatus::Pending, "AlreadyAssigned")
            }
            Call::settle { request: id } => match self.requests.contains_key(id) {
                true => Err(Expect::Unsure),
                false => Err(Expect::Fails("UnknownRequest")),
            },
            Call::input_unavailable { request: id } => {
                let (worker, request) = self.work(who, *id)?;
                let phase = matches!(
                    request.status,
                    RequestStatus::Assigned | RequestStatus::Committing
                );
                ensure(phase, "WrongPhase")?;
                let slot = request.slot(&worker).ok_or(Expect::Fails("NotAssigned"))?;
                ensure(slot == Slot::Assigned, "AlreadySubmitted")?;
                ensure(!request.missing.is_empty(), "InputAvailable")?;
                ensure(!self.is_condemned(&request.model), "ModelCondemned")?;
                let early = 2 * (self.now - request.since) <= request.deadline;
                ensure(early, "TooLate")?;
                self.affords(who, self.parameters.inference.complaint_fee)
            }
            Call::publish_input {
                request: id, index, ..
            } => {
                let request = self
                    .requests
                    .get(id)
                    .ok_or(Expect::Fails("UnknownRequest"))?;
                let awaited = request.status == RequestStatus::AwaitingInput;
                ensure(!awaited || self.now < request.due, "TooLate")?;
                if request.missing.contains(index) {
                    return Err(Expect::Unsure);
                }
                Err(Expect::Refused)
            }
            Call::set_parameters { .. } => Err(Expect::Fails("BadOrigin")),
            _ => Err(Expect::Unsure),
        }
    }

    fn claim_open(&self, id: RequestId, worker: &AccountId) -> Result<Digest, Expect> {
        self.open_claim(id, worker)
            .ok_or(Expect::Fails("ClaimNotOpen"))
    }

    fn covered(&self, who: &AccountId) -> Step {
        match self.affords(who, self.parameters.disputes.rejected_proof_penalty) {
            Err(Expect::Refused) => Err(Expect::Fails("PenaltyNotCovered")),
            other => other,
        }
    }

    fn unopened(&self, id: RequestId, worker: &AccountId, subject: Subject) -> Step {
        let key = (id, worker.clone(), subject);
        ensure(!self.challenges.contains_key(&key), "AlreadyChallenged")?;
        let opened = &self.requests[&id].opened;
        ensure(
            !opened.contains(&(worker.clone(), subject)),
            "AlreadyOpened",
        )
    }

    fn awaited(&self, who: &AccountId, id: RequestId, subject: Subject) -> Step {
        let worker = self.worker_of(who).ok_or(Expect::Fails("NotOperator"))?;
        let challenge = self
            .challenges
            .get(&(id, worker.clone(), subject))
            .ok_or(Expect::Fails("NotChallenged"))?;
        ensure(!challenge.opened, "AlreadyOpened")?;
        ensure(self.now < challenge.due, "TooLate")?;
        self.claim_open(id, &worker)?;
        // A wrong one succeeds too, and costs the penalty.
        Ok(())
    }

    fn expect_disputes(&self, who: &AccountId, call: &pallet_disputes::Call<Runtime>) -> Step {
        use pallet_disputes::Call;
        match call {
            Call::contradict_node {
                request, worker, ..
            }
            | Call::contradict_tile {
                request, worker, ..
            }
            | Call::contradict_element {
                request, worker, ..
            } => {
                self.claim_open(*request, worker)?;
                self.covered(who)?;
                // One for the other call's target is refused; anything else is judged.
                Err(Expect::Unsure)
            }
            Call::challenge {
                request, worker, ..
            } => {
                self.claim_open(*request, worker)?;
                self.covered(who)?;
                Err(Expect::Unsure)
            }
            Call::challenge_page {
                request,
                worker,
                proof,
            } => {
                self.claim_open(*request, worker)?;
                self.covered(who)?;
                self.unopened(*request, worker, Subject::Page(proof.page))?;
                Err(Expect::Unsure)
            }
            Call::open { request, node, .. } => self.awaited(who, *request, Subject::Node(*node)),
            Call::open_page { request, page, .. } => {
                self.awaited(who, *request, Subject::Page(*page))
            }
            Call::expire_challenge {
                request,
                worker,
                subject,
            } => {
                let challenge = self
                    .challenges
                    .get(&(*request, worker.clone(), *subject))
                    .ok_or(Expect::Fails("NotChallenged"))?;
                self.claim_open(*request, worker)?;
                ensure(self.now >= challenge.due, "TooEarly")?;
                let nodes = self.challenges.keys().any(|(id, other, subject)| {
                    id == request && other == worker && matches!(subject, Subject::Node(_))
                });
                let waits = challenge.opened && matches!(subject, Subject::Page(_)) && nodes;
                ensure(!waits, "NodesChallenged")
            }
            Call::reclaim_bond {
                request,
                worker,
                subject,
            } => {
                let key = (*request, worker.clone(), *subject);
                ensure(self.challenges.contains_key(&key), "NotChallenged")?;
                ensure(
                    self.open_claim(*request, worker).is_none(),
                    "ClaimStillOpen",
                )
            }
            Call::seal { seal } => {
                let key = (who.clone(), *seal);
                ensure(!self.seals.contains_key(&key), "AlreadySealed")?;
                let count = self.seals.keys().filter(|(owner, _)| owner == who).count();
                ensure(count < 64, "TooManySeals")?;
                self.affords(who, self.parameters.disputes.seal_bond)
            }
            Call::reveal_seal {
                request,
                trace_root,
                ..
            } => {
                let bounty = self
                    .bounties
                    .get(&(*request, *trace_root))
                    .ok_or(Expect::Fails("NoBounty"))?;
                ensure(self.now < bounty.due, "TooLate")?;
                Err(Expect::Unsure)
            }
            Call::release_bounty {
                request,
                trace_root,
            } => {
                let bounty = self
                    .bounties
                    .get(&(*request, *trace_root))
                    .ok_or(Expect::Fails("NoBounty"))?;
                ensure(self.now >= bounty.due, "TooEarly")
            }
            Call::expire_seal { who, seal } => {
                let made = self
                    .seals
                    .get(&(who.clone(), *seal))
                    .ok_or(Expect::Fails("NotSealed"))?;
                ensure(self.now >= made.forfeit, "TooEarly")
            }
            Call::attest { request: id, .. } => {
                let auditor = self.worker_of(who).ok_or(Expect::Fails("NotOperator"))?;
                let request = self
                    .requests
                    .get(id)
                    .ok_or(Expect::Fails("UnknownRequest"))?;
                let audit = request
                    .audit
                    .as_ref()
                    .filter(|audit| !audit.shown && audit.auditor == auditor)
                    .ok_or(Expect::Fails("NotAuditor"))?;
                ensure(self.now < audit.due, "TooLate")?;
                self.claim_open(*id, &audit.worker)?;
                Ok(())
            }
            Call::set_parameters { .. } => Err(Expect::Fails("BadOrigin")),
            _ => Err(Expect::Unsure),
        }
    }

    /// What is held of an account for a reason, for those who look from outside.
    pub fn held(&self, who: &AccountId, reason: Reason) -> Balance {
        self.ledger.held(who, reason)
    }
}
