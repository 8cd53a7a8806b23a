//! Everybody does anything, weighted by what there is to do: users, authors, workers and their operators, challengers, keepers,
//! whoever publishes, root. What they do is right, nearly right or absurd. After each command everything is compared with the
//! shadow, and at the end of a run everything that is open is brought to its end.

use crate::{
    actors::{
        account, actor_of, actors, name_of, AUTHORS, CHALLENGERS, KEEPER, NOBODY, OPERATORS, POOR,
        ROOT, USERS, WORKERS,
    },
    chain::{self, apply, begin_block, end_block, fill_block, fullness, Applied},
    choices::Choices,
    coverage,
    fixtures::{self, answer_of, models, seal_of, Answer, BROKEN, LONG, MIXED, SALT, SMALL},
    invariants, parameters, setup,
    shadow::{ModelState, Shadow, Slot},
};
use codec::Encode;
use pallet_inference::RequestStatus;
use sp_runtime::{
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    Permill,
};
use std::collections::BTreeMap;
use veritrace_primitives::{
    graph::Digest,
    page::{is_long, page_of, Subject, Trace},
    proof::{Rejection, Target},
    traits::{ModelId, RequestId},
};
use veritrace_runtime::{
    constants::UNIT, AccountId, Address, Balance, Models, Runtime, RuntimeCall, RuntimeEvent,
};

/// Bytes that decide about one command.
pub const COMMAND: usize = 12;

/// Most commands of a run.
pub const MOST_COMMANDS: usize = 400;

/// What there is to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    NextBlock,
    Jump,
    FullBlock,
    Ask,
    Answer,
    Contradict,
    Challenge,
    Open,
    Expire,
    Reclaim,
    Seal,
    RevealSeal,
    ReleaseBounty,
    ExpireSeal,
    Attest,
    Complain,
    Publish,
    Settle,
    Cancel,
    Worker,
    Model,
    Parameters,
    Money,
}

/// What a run came to.
#[derive(Clone, Copy, Default, Debug)]
pub struct Summary {
    /// Transactions that were in blocks.
    pub transactions: u64,
    /// Blocks.
    pub blocks: u64,
    /// Claims that fell to a proof or to silence.
    pub convicted: u64,
    /// Requests that were paid.
    pub settled: u64,
}

/// Runs the commands that these bytes decide about, on a chain of its own, and brings everything to its end. Panics when
/// anything is not as it should be.
pub fn run(bytes: &[u8]) -> Summary {
    chain::on_chain(|| {
        let mut machine = Machine::new();
        for command in bytes.chunks(COMMAND).take(MOST_COMMANDS) {
            machine.step(&mut Choices::new(command));
        }
        machine.drain();
        machine.summary.convicted = machine.shadow.convicted;
        machine.summary.settled = machine.shadow.settled;
        machine.summary
    })
}

/// The same, noting every transaction with its signer, and where blocks end: what other fuzzers start from.
pub fn record(bytes: &[u8]) -> Vec<Option<(usize, RuntimeCall)>> {
    chain::on_chain(|| {
        let mut machine = Machine::new();
        machine.log = Some(Vec::new());
        for command in bytes.chunks(COMMAND).take(MOST_COMMANDS) {
            machine.step(&mut Choices::new(command));
        }
        machine.log.unwrap_or_default()
    })
}

struct Machine {
    shadow: Shadow,
    /// Which answer each worker gives to each request.
    given: BTreeMap<(RequestId, AccountId), usize>,
    /// What was asked: model and question.
    asked: BTreeMap<RequestId, (usize, usize)>,
    /// Which toy model is behind an id.
    catalog: BTreeMap<ModelId, usize>,
    /// Parameters at the beginning.
    parameters: parameters::Parameters,
    filled: bool,
    verbose: bool,
    log: Option<Vec<Option<(usize, RuntimeCall)>>>,
    summary: Summary,
}

impl Machine {
    fn new() -> Self {
        let catalog = (0..models().len())
            .map(|model| (setup::id_of(model), model))
            .collect();
        Self {
            shadow: Shadow::of_chain(),
            given: BTreeMap::new(),
            asked: BTreeMap::new(),
            catalog,
            parameters: parameters::Parameters::now(),
            filled: false,
            verbose: std::env::var_os("VERITRACE_FUZZ_STORY").is_some(),
            log: None,
            summary: Summary::default(),
        }
    }

    fn tell(&self, what: impl FnOnce() -> String) {
        if self.verbose {
            eprintln!("{:>4}  {}", self.shadow.now, what());
        }
    }

    /// A signed transaction. Says what its call gave; nothing when it is not in the block.
    fn act(&mut self, signer: usize, call: impl Into<RuntimeCall>) -> Option<Vec<RuntimeEvent>> {
        let call = call.into();
        let who = account(signer);
        let name = coverage::name_of(&call);
        let expect = self.shadow.expect(&who, &call);
        if let Some(log) = &mut self.log {
            log.push(Some((signer, call.clone())));
        }
        self.tell(|| format!("{} calls {}", actors()[signer].name, shortened(&call)));
        let events = match apply(&actors()[signer], call.clone()) {
            Applied::Invalid(error) => {
                self.tell(|| format!("{} {name}: {error:?}", actors()[signer].name));
                let expected = matches!(
                    error,
                    TransactionValidityError::Invalid(
                        InvalidTransaction::ExhaustsResources | InvalidTransaction::Payment
                    )
                );
                assert!(expected, "{name} is valid: {error:?}");
                coverage::note(name, format!("{error:?}"));
                if chain::is_exhausted(&error) {
                    self.next_block();
                }
                return None;
            }
            Applied::Included { result, events } => {
                let outcome = result
                    .as_ref()
                    .map_or_else(coverage::error_name, |()| outcome_of(&events));
                self.tell(|| format!("{} {name}: {outcome}", actors()[signer].name));
                for event in &events {
                    self.shadow.apply(event);
                }
                assert!(
                    expect.is_met(&result),
                    "{name} by {}: {expect:?} was expected of {result:?}",
                    actors()[signer].name
                );
                coverage::note(name, outcome);
                check_fee(&call, &events);
                events
            }
        };
        self.summary.transactions += 1;
        self.check();
        Some(events)
    }

    fn check(&mut self) {
        self.shadow.check();
        invariants::check();
    }

    fn next_block(&mut self) {
        let roomy = !self.filled && fullness() < 50;
        if let Some(log) = &mut self.log {
            log.push(None);
        }
        for event in end_block() {
            self.tell(|| format!("      {event:?}"));
            if let RuntimeEvent::Inference(event) = &event {
                coverage::note("sweep", variant(&format!("{event:?}")));
            }
            self.shadow.apply(&event);
        }
        self.check();
        if roomy {
            self.shadow.check_swept();
        }
        self.filled = false;
        begin_block();
        self.shadow.begin_block();
        self.summary.blocks += 1;
    }

    fn menu(&self) -> Vec<(usize, Kind)> {
        let shadow = &self.shadow;
        let some = |there: bool, weight: usize| if there { weight } else { 0 };
        let requests = !shadow.requests.is_empty();
        let due = shadow.requests.values().any(|request| {
            let works = matches!(
                request.status,
                RequestStatus::Assigned | RequestStatus::Committing | RequestStatus::Revealing
            );
            works
                && request
                    .slots
                    .iter()
                    .any(|(_, slot)| matches!(slot, Slot::Assigned | Slot::Committed(_)))
        });
        let claims = shadow
            .requests
            .values()
            .any(|request| request.standing().next().is_some());
        let missing = shadow
            .requests
            .values()
            .any(|request| !request.missing.is_empty());
        let audits = shadow
            .requests
            .values()
            .any(|request| request.audit.is_some());
        vec![
            (14, Kind::NextBlock),
            (4, Kind::Jump),
            (1, Kind::FullBlock),
            (12, Kind::Ask),
            (some(due, 30), Kind::Answer),
            (some(claims, 10), Kind::Contradict),
            (some(claims, 10), Kind::Challenge),
            (some(!shadow.challenges.is_empty(), 14), Kind::Open),
            (some(!shadow.challenges.is_empty(), 5), Kind::Expire),
            (some(!shadow.challenges.is_empty(), 3), Kind::Reclaim),
            (some(claims, 5), Kind::Seal),
            (some(!shadow.bounties.is_empty(), 6), Kind::RevealSeal),
            (some(!shadow.bounties.is_empty(), 3), Kind::ReleaseBounty),
            (some(!shadow.seals.is_empty(), 1), Kind::ExpireSeal),
            (some(audits, 8), Kind::Attest),
            (some(missing, 5), Kind::Complain),
            (some(missing, 6), Kind::Publish),
            (some(requests, 3), Kind::Settle),
            (some(requests, 1), Kind::Cancel),
            (6, Kind::Worker),
            (5, Kind::Model),
            (2, Kind::Parameters),
            (1, Kind::Money),
        ]
    }

    fn step(&mut self, choices: &mut Choices) {
        let menu = self.menu();
        let total: usize = menu.iter().map(|(weight, _)| weight).sum();
        let mut lot = usize::from(choices.word()) % total;
        let kind = menu
            .into_iter()
            .find(|(weight, _)| match lot.checked_sub(*weight) {
                Some(left) => {
                    lot = left;
                    false
                }
                None => true,
            })
            .map_or(Kind::NextBlock, |(_, kind)| kind);
        let _ = self.play(kind, choices);
    }

    fn play(&mut self, kind: Kind, choices: &mut Choices) -> Option<()> {
        match kind {
            Kind::NextBlock => self.next_block(),
            Kind::Jump => self.jump(choices),
            Kind::FullBlock => {
                fill_block();
                self.filled = true;
                if choices.once_in(2) {
                    self.next_block();
                }
            }
            Kind::Ask => self.ask(choices)?,
            Kind::Answer => self.answer(choices)?,
            Kind::Contradict => self.contradict(choices)?,
            Kind::Challenge => self.challenge(choices)?,
            Kind::Open => self.open(choices)?,
            Kind::Expire => {
                let (request, worker, subject) = self.some_challenge(choices)?;
                let who = self.bystander(choices);
                self.act(
                    who,
                    pallet_disputes::Call::expire_challenge {
                        request,
                        worker,
                        subject,
                    },
                )?;
            }
            Kind::Reclaim => {
                let (request, worker, subject) = self.some_challenge(choices)?;
                let who = self.bystander(choices);
                self.act(
                    who,
                    pallet_disputes::Call::reclaim_bond {
                        request,
                        worker,
                        subject,
                    },
                )?;
            }
            Kind::Seal => {
                let (id, _, root) = self.some_claim(choices)?;
                let who = self.prover(choices);
                let (model, _, answer) = answer_of(&root)?;
                let node = self.node_of(choices, model, answer);
                let place = place_of(model, node);
                let seal = seal_of(id, &root, place, &account(who));
                self.act(who, pallet_disputes::Call::seal { seal })?;
            }
            Kind::RevealSeal => {
                let bounties: Vec<_> = self.shadow.bounties.keys().copied().collect();
                let (request, trace_root) = choices.of(&bounties)?;
                let who = self.prover(choices);
                self.act(
                    who,
                    pallet_disputes::Call::reveal_seal {
                        request,
                        trace_root,
                        salt: SALT,
                    },
                )?;
            }
            Kind::ReleaseBounty => {
                let bounties: Vec<_> = self.shadow.bounties.keys().copied().collect();
                let (request, trace_root) = choices.of(&bounties)?;
                let who = self.bystander(choices);
                self.act(
                    who,
                    pallet_disputes::Call::release_bounty {
                        request,
                        trace_root,
                    },
                )?;
            }
            Kind::ExpireSeal => {
                let seals: Vec<_> = self.shadow.seals.keys().cloned().collect();
                let (who, seal) = choices.of(&seals)?;
                let signer = self.bystander(choices);
                self.act(signer, pallet_disputes::Call::expire_seal { who, seal })?;
            }
            Kind::Attest => self.attest(choices)?,
            Kind::Complain => {
                let id = self.some_request(choices, |request| !request.missing.is_empty())?;
                let worker = self.some_slot(choices, id)?;
                let who = self.operator(&worker)?;
                self.act(
                    who,
                    pallet_inference::Call::input_unavailable { request: id },
                )?;
            }
            Kind::Publish => self.publish(choices)?,
            Kind::Settle => {
                let id = self.some_request(choices, |_| true)?;
                let who = self.bystander(choices);
                self.act(who, pallet_inference::Call::settle { request: id })?;
            }
            Kind::Cancel => {
                let id = self.some_request(choices, |_| true)?;
                let user = actor_of(&self.shadow.requests[&id].user)?;
                let who = match choices.once_in(6) {
                    true => self.bystander(choices),
                    false => user,
                };
                self.act(who, pallet_inference::Call::cancel_request { request: id })?;
            }
            Kind::Worker => self.about_workers(choices)?,
            Kind::Model => self.about_models(choices)?,
            Kind::Parameters => {
                let call = parameters::change(choices);
                let who = match choices.once_in(12) {
                    true => self.bystander(choices),
                    false => ROOT,
                };
                // Without root's signature straight to the call, which must not listen.
                let call = match (who, call) {
                    (ROOT, call) => call,
                    (_, RuntimeCall::Sudo(pallet_sudo::Call::sudo { call })) => *call,
                    (_, call) => call,
                };
                self.act(who, call)?;
            }
            Kind::Money => self.move_money(choices)?,
        }
        Some(())
    }

    /// To the block before, at or after the next thing that is due.
    fn jump(&mut self, choices: &mut Choices) {
        let now = self.shadow.now;
        let next = self
            .shadow
            .requests
            .values()
            .map(|request| request.due)
            .chain(
                self.shadow
                    .challenges
                    .values()
                    .map(|challenge| challenge.due),
            )
            .chain(self.shadow.bounties.values().map(|bounty| bounty.due))
            .filter(|due| *due > now)
            .min()
            .unwrap_or(now + 1);
        let to = next.min(now + 40) + choices.below(3) as u32;
        while self.shadow.now + 1 < to {
            self.next_block();
        }
    }

    fn bystander(&self, choices: &mut Choices) -> usize {
        match choices.below(8) {
            0..=3 => KEEPER,
            4 => USERS[0],
            5 => POOR,
            6 => NOBODY,
            _ => choices.below(actors().len()),
        }
    }

    fn prover(&self, choices: &mut Choices) -> usize {
        match choices.below(8) {
            0..=3 => CHALLENGERS[0],
            4 => CHALLENGERS[1],
            5 => USERS[0],
            6 => WORKERS[choices.below(WORKERS.len())],
            _ => choices.below(actors().len()),
        }
    }

    fn operator(&self, worker: &AccountId) -> Option<usize> {
        actor_of(&self.shadow.workers.get(worker)?.operator)
    }

    fn some_request(
        &self,
        choices: &mut Choices,
        fits: impl Fn(&crate::shadow::Request) -> bool,
    ) -> Option<RequestId> {
        let fitting: Vec<_> = self
            .shadow
            .requests
            .iter()
            .filter(|(_, request)| fits(request))
            .map(|(id, _)| *id)
            .collect();
        choices.of(&fitting)
    }

    fn some_slot(&self, choices: &mut Choices, id: RequestId) -> Option<AccountId> {
        let workers: Vec<_> = self.shadow.requests.get(&id)?.slots.clone();
        choices.of(&workers).map(|(worker, _)| worker)
    }

    fn some_claim(&self, choices: &mut Choices) -> Option<(RequestId, AccountId, Digest)> {
        let claims: Vec<_> = self
            .shadow
            .requests
            .iter()
            .flat_map(|(id, request)| {
                request
                    .standing()
                    .map(move |(worker, root)| (*id, worker.clone(), *root))
            })
            .collect();
        choices.of(&claims)
    }

    fn some_challenge(&self, choices: &mut Choices) -> Option<(RequestId, AccountId, Subject)> {
        let running: Vec<_> = self.shadow.challenges.keys().cloned().collect();
        choices.of(&running)
    }

    /// Where an answer is false; sometimes elsewhere.
    fn node_of(&self, choices: &mut Choices, model: usize, answer: &Answer) -> u16 {
        match (answer.wrong, choices.once_in(6)) {
            (Some(node), false) => node,
            _ => choices.below(usize::from(fixtures::node_count(model)) + 1) as u16,
        }
    }

    fn ask(&mut self, choices: &mut Choices) -> Option<()> {
        let who = match choices.below(10) {
            0..=5 => USERS[0],
            6 | 7 => USERS[1],
            8 => USERS[2],
            _ => choices.below(actors().len()),
        };
        let kinds = [SMALL, MIXED, SMALL, MIXED, LONG, BROKEN, SMALL, MIXED];
        let toy = kinds[choices.below(kinds.len())];
        let ids: Vec<ModelId> = self
            .catalog
            .iter()
            .filter(|(_, other)| **other == toy)
            .map(|(id, _)| *id)
            .collect();
        let model = match choices.once_in(4) {
            true => choices.of(&ids)?,
            false => setup::id_of(toy),
        };
        let question = choices.below(models()[toy].questions.len());
        let by_root = if choices.once_in(3) {
            choices.below(4) as u8
        } else {
            0
        };
        let mut redundancy = 1 + choices.below(3) as u8;
        let mut deadline = 2 + choices.below(5) as u32;
        let price = self
            .shadow
            .models
            .get(&model)
            .map_or(UNIT, |model| model.price);
        let mut max_price = price.saturating_mul(redundancy.into());
        let mut inputs = models()[toy].asked(question, by_root);
        match choices.below(24) {
            1 => redundancy = [0, 4, 255][choices.below(3)],
            2 => deadline = [0, 1, 21, u32::MAX][choices.below(4)],
            3 => max_price = [0, max_price.saturating_sub(1)][choices.below(2)],
            4 => inputs = models()[MIXED].asked(question.min(1), by_root),
            5 => {
                if let Some(pallet_inference::InputSource::Inline(bytes)) = inputs.get_mut(0) {
                    bytes.pop();
                }
            }
            6 => max_price = Balance::MAX,
            _ => {}
        }
        let call = match choices.once_in(6) {
            true => pallet_inference::Call::submit_request_to_latest {
                family: self
                    .shadow
                    .models
                    .get(&model)
                    .map_or(model, |model| model.family),
                inputs,
                max_price,
                deadline,
                redundancy,
            },
            false => pallet_inference::Call::submit_inference_request {
                model,
                inputs,
                max_price,
                deadline,
                redundancy,
            },
        };
        for event in self.act(who, call)? {
            if let RuntimeEvent::Inference(pallet_inference::Event::RequestSubmitted {
                request,
                model,
                ..
            }) = event
            {
                let toy = *self.catalog.get(&model)?;
                let question = question.min(models()[toy].questions.len() - 1);
                // An input of another model's, named by its root, may have got in: nobody can answer that.
                let record = pallet_inference::InferenceRequests::<Runtime>::get(request)?;
                if record.input_roots[..] == models()[toy].input_roots(question)[..] {
                    self.asked.insert(request, (toy, question));
                }
            }
        }
        Some(())
    }

    /// Everyone who is due an answer to a request gives one, or just one of them.
    fn answer(&mut self, choices: &mut Choices) -> Option<()> {
        let id = self.some_request(choices, |request| {
            matches!(
                request.status,
                RequestStatus::Assigned | RequestStatus::Committing | RequestStatus::Revealing
            )
        })?;
        let mut workers: Vec<AccountId> = self.shadow.requests[&id]
            .slots
            .iter()
            .map(|(worker, _)| worker.clone())
            .collect();
        if choices.once_in(4) {
            let only = choices.below(workers.len());
            workers = vec![workers.get(only)?.clone()];
        }
        let spoil = choices.below(16);
        for worker in workers {
            let lot = choices.byte();
            self.answer_as(id, &worker, lot, spoil);
        }
        Some(())
    }

    fn answer_as(
        &mut self,
        id: RequestId,
        worker: &AccountId,
        lot: u8,
        spoil: usize,
    ) -> Option<()> {
        let (toy, question) = *self.asked.get(&id)?;
        let answers = &models()[toy].answers[question];
        // True as often as not.
        let choice = match lot % 2 {
            0 => 0,
            _ => usize::from(lot / 2) % answers.len(),
        };
        let given = *self.given.entry((id, worker.clone())).or_insert(choice);
        let answer = &answers[given];
        let request = self.shadow.requests.get(&id)?;
        let status = request.status;
        let slot = request.slot(worker);
        let mut who = self.operator(worker)?;
        let mut trace = answer.trace.clone();
        let mut outputs = answer.answer.clone();
        let mut salt = SALT;
        match spoil {
            1 => who = actor_of(worker)?,
            2 => {
                if let Trace::Leaves(leaves) = &mut trace {
                    leaves.pop();
                }
            }
            3 => {
                if let Some(byte) = outputs.get_mut(0).and_then(|bytes| bytes.get_mut(0)) {
                    *byte ^= 1;
                }
            }
            4 => salt[0] ^= 1,
            5 => who = OPERATORS[usize::from(lot) % OPERATORS.len()],
            _ => {}
        }
        let call = match (status, slot) {
            (RequestStatus::Assigned, _) => pallet_inference::Call::submit_inference_result {
                request: id,
                trace,
                outputs,
            },
            (RequestStatus::Committing, _) => pallet_inference::Call::commit_result {
                request: id,
                commitment: answer.commitment(id, worker),
            },
            _ => pallet_inference::Call::reveal_result {
                request: id,
                trace,
                outputs,
                salt,
            },
        };
        self.act(who, call)?;
        Some(())
    }

    fn contradict(&mut self, choices: &mut Choices) -> Option<()> {
        let (id, worker, root) = self.some_claim(choices)?;
        let who = self.prover(choices);
        let (model, question, answer) = answer_of(&root)?;
        let node = self.node_of(choices, model, answer);
        let form = choices.below(3);
        let spoil = choices.below(12);
        let at = choices.word();
        let salt = choices.once_in(2).then_some(SALT);
        self.prove(
            who,
            (id, &worker, answer),
            (model, question, node),
            (form, spoil, at),
            salt,
        )
    }

    /// Submits a contradiction, and sees that it is judged rightly.
    fn prove(
        &mut self,
        who: usize,
        (id, worker, answer): (RequestId, &AccountId, &Answer),
        (model, question, node): (usize, usize, u16),
        (form, spoil, at): (usize, usize, u16),
        salt: Option<[u8; 32]>,
    ) -> Option<()> {
        let parts = &models()[model];
        let most = self.shadow.parameters.disputes.max_opening_bytes;
        let opened = parts.opening(answer, node, most);
        let target = match form {
            0 => Target::Whole,
            _ => {
                let opened = opened.as_ref()?;
                parts
                    .wrong_target(question, opened, node, form == 1)
                    .or_else(|| parts.wrong_target(question, opened, node, false))
                    .or_else(|| parts.any_target(opened))?
            }
        };
        let mut proof = parts.contradiction(question, answer, node, target.clone())?;
        let mut as_call = match &target {
            Target::Whole => 0,
            Target::Tile { .. } => 1,
            Target::Element { .. } => 2,
        };
        let mut valid = answer.wrong == Some(node) && (form == 0 || answer.is_held);
        match spoil {
            1 => {
                let place = usize::from(at) % proof.len();
                proof[place] ^= 1;
                valid = false;
            }
            2 => {
                proof.truncate(usize::from(at) % proof.len());
                valid = false;
            }
            3 => {
                as_call = (as_call + 1) % 3;
                valid = false;
            }
            4 => {
                proof.push(0);
                valid = false;
            }
            _ => {}
        }
        let (request, worker) = (id, worker.clone());
        let proof = proof.try_into().ok()?;
        let call = match as_call {
            0 => pallet_disputes::Call::contradict_node {
                request,
                worker: worker.clone(),
                proof,
                salt,
            },
            1 => pallet_disputes::Call::contradict_tile {
                request,
                worker: worker.clone(),
                proof,
                salt,
            },
            _ => pallet_disputes::Call::contradict_element {
                request,
                worker: worker.clone(),
                proof,
                salt,
            },
        };
        let stood = self.shadow.open_claim(id, &worker).is_some();
        let events = self.act(who, call)?;
        let convicted = events.iter().any(|event| {
            matches!(
                event,
                RuntimeEvent::Disputes(pallet_disputes::Event::ClaimConvicted { .. })
            )
        });
        let rejected = events.iter().find_map(|event| match event {
            RuntimeEvent::Disputes(pallet_disputes::Event::ProofRejected { reason, .. }) => {
                Some(*reason)
            }
            _ => None,
        });
        if answer.is_honest() {
            assert!(!convicted, "the truth does not fall to a proof");
        }
        if let Some(reason) = rejected.filter(|_| valid && stood) {
            let too_large = matches!(reason, Rejection::NodeTooLarge | Rejection::TooMuchWork);
            assert!(
                form == 0 && too_large,
                "a true contradiction is accepted: {reason:?} of {} at node {node}, form {form}",
                answer.kind
            );
        }
        Some(())
    }

    fn challenge(&mut self, choices: &mut Choices) -> Option<()> {
        let (id, worker, root) = self.some_claim(choices)?;
        let who = self.prover(choices);
        let (model, _, answer) = answer_of(&root)?;
        let node = self.node_of(choices, model, answer);
        let long = is_long(fixtures::node_count(model));
        let spoil = choices.below(8);
        if long && choices.below(2) == 0 {
            let mut proof = answer.page_proof(page_of(node))?;
            if spoil == 1 {
                proof.hash[0] ^= 1;
            }
            self.act(
                who,
                pallet_disputes::Call::challenge_page {
                    request: id,
                    worker,
                    proof,
                },
            )?;
            return Some(());
        }
        let mut proof = models()[model].challenge(answer, node)?;
        if spoil == 1 {
            let place = usize::from(choices.word()) % proof.len();
            proof[place] ^= 1;
        }
        self.act(
            who,
            pallet_disputes::Call::challenge {
                request: id,
                worker,
                proof: proof.try_into().ok()?,
            },
        )?;
        Some(())
    }

    fn open(&mut self, choices: &mut Choices) -> Option<()> {
        let (id, worker, subject) = self.some_challenge(choices)?;
        // What is claimed, whoever was to claim what: an operator may have answered in another's place.
        let claimed = self.shadow.requests.get(&id).and_then(|request| {
            let (_, root) = request.standing().find(|(who, _)| **who == worker)?;
            answer_of(root)
        });
        let stands = claimed.is_some();
        let (model, answer) = match claimed {
            Some((model, _, answer)) => (model, answer),
            // The request is over, or its claim fell: what was to be claimed then.
            None => {
                let given = *self.given.get(&(id, worker.clone()))?;
                let (model, question) = *self.asked.get(&id)?;
                (model, models()[model].answers[question].get(given)?)
            }
        };
        let spoil = choices.below(8);
        let who = match choices.once_in(12) {
            true => choices.below(actors().len()),
            false => self.operator(&worker)?,
        };
        self.open_as(
            who,
            (id, &worker, subject),
            (model, answer),
            (spoil, stands),
        )
    }

    fn open_as(
        &mut self,
        who: usize,
        (id, worker, subject): (RequestId, &AccountId, Subject),
        (model, answer): (usize, &Answer),
        (spoil, stands): (usize, bool),
    ) -> Option<()> {
        let events = match subject {
            Subject::Page(page) => {
                let mut leaves = answer.page(page);
                if spoil == 1 {
                    leaves.pop();
                }
                self.act(
                    who,
                    pallet_disputes::Call::open_page {
                        request: id,
                        page,
                        leaves: leaves.try_into().ok()?,
                    },
                )?
            }
            Subject::Node(node) => {
                let most = self.shadow.parameters.disputes.max_opening_bytes;
                let mut opening = models()[model].opening(answer, node, most)?.encode();
                if spoil == 1 {
                    *opening.last_mut()? ^= 1;
                }
                self.act(
                    who,
                    pallet_disputes::Call::open {
                        request: id,
                        node,
                        opening: opening.try_into().ok()?,
                    },
                )?
            }
        };
        let wrong = events.iter().any(|event| {
            matches!(
                event,
                RuntimeEvent::Disputes(pallet_disputes::Event::ProofRejected { .. })
            )
        });
        // Somebody else who was challenged too shows what is not under its own leaf.
        let is_own = self.operator(worker) == Some(who);
        // A change of the largest opening between challenge and answer changes its form.
        let same = self.shadow.parameters.disputes.max_opening_bytes == 512 * 1024;
        if spoil != 1 && stands && answer.is_held && is_own && same {
            assert!(!wrong, "a true opening is accepted");
        }
        Some(())
    }

    fn attest(&mut self, choices: &mut Choices) -> Option<()> {
        let id = self.some_request(choices, |request| request.audit.is_some())?;
        let audit = self.shadow.requests[&id].audit.clone()?;
        let root = self.shadow.requests[&id]
            .standing()
            .find(|(worker, _)| **worker == audit.worker)
            .map(|(_, root)| *root)?;
        let (model, _, answer) = answer_of(&root)?;
        let mut proof = models()[model].attestation(answer, audit.node, audit.lot)?;
        let spoil = choices.below(5) == 1;
        if spoil {
            let place = usize::from(choices.word()) % proof.len();
            proof[place] ^= 1;
        }
        let who = match choices.once_in(8) {
            true => choices.below(actors().len()),
            false => self.operator(&audit.auditor)?,
        };
        let events = self.act(
            who,
            pallet_disputes::Call::attest {
                request: id,
                proof: proof.try_into().ok()?,
            },
        )?;
        let rejected = events.iter().any(|event| {
            matches!(
                event,
                RuntimeEvent::Disputes(pallet_disputes::Event::ProofRejected { .. })
            )
        });
        let accepted = events.iter().any(|event| {
            matches!(
                event,
                RuntimeEvent::Inference(pallet_inference::Event::AuditAttested { .. })
            )
        });
        assert!(!(accepted && spoil), "a spoilt attestation is not accepted");
        assert!(
            !rejected || spoil || !answer.is_held,
            "a true attestation is accepted"
        );
        Some(())
    }

    fn publish(&mut self, choices: &mut Choices) -> Option<()> {
        let id = self.some_request(choices, |request| !request.missing.is_empty())?;
        let (model, question) = *self.asked.get(&id)?;
        let missing: Vec<u8> = self.shadow.requests[&id].missing.iter().copied().collect();
        let mut index = choices.of(&missing)?;
        let who = match choices.below(3) {
            0 => USERS[0],
            1 => CHALLENGERS[0],
            _ => self.bystander(choices),
        };
        let mut bytes = models()[model].questions[question]
            .get(usize::from(index))?
            .clone();
        match choices.below(8) {
            1 => bytes[0] ^= 1,
            2 => bytes.truncate(1),
            3 => index = choices.byte(),
            _ => {}
        }
        self.act(
            who,
            pallet_inference::Call::publish_input {
                request: id,
                index,
                bytes: bytes.try_into().ok()?,
            },
        )?;
        Some(())
    }

    fn about_workers(&mut self, choices: &mut Choices) -> Option<()> {
        let at = choices.below(WORKERS.len());
        let mut who = WORKERS[at];
        let amount = match choices.below(4) {
            0 => 0,
            1 => 100 * UNIT,
            2 => choices.below(4000) as Balance * UNIT / 10,
            _ => self
                .shadow
                .workers
                .get(&account(who))
                .map_or(UNIT, |worker| worker.free()),
        };
        let ids: Vec<ModelId> = self.catalog.keys().copied().collect();
        let model = choices.of(&ids)?;
        let kind = choices.below(12);
        if matches!(kind, 6..=8) && choices.once_in(2) {
            who = OPERATORS[at];
        }
        if choices.once_in(16) {
            who = choices.below(actors().len());
        }
        use pallet_workers::Call;
        let call: Call<Runtime> = match kind {
            0 => Call::register_worker {
                operator: account(OPERATORS[choices.below(OPERATORS.len())]),
                bond: amount.max(50 * UNIT),
                min_price: choices.below(5) as Balance * UNIT / 2,
            },
            1 => Call::set_operator {
                operator: account(choices.below(actors().len())),
            },
            2 => Call::bond_extra { amount },
            3 => Call::unbond { amount },
            4 => Call::withdraw_unbonded {},
            5 => Call::rebond { amount },
            6 => Call::serve_model { model },
            7 => Call::stop_serving { model },
            8 => Call::set_min_price {
                min_price: choices.below(5) as Balance * UNIT / 2,
            },
            9 => Call::deregister {},
            10 => Call::refresh_tickets {
                worker: account(who),
                model,
            },
            _ => Call::serve_model { model },
        };
        self.act(who, call)?;
        Some(())
    }

    fn about_models(&mut self, choices: &mut Choices) -> Option<()> {
        let ids: Vec<ModelId> = self.catalog.keys().copied().collect();
        let id = choices.of(&ids)?;
        let owner = self
            .shadow
            .models
            .get(&id)
            .and_then(|model| self.shadow.families.get(&model.family))
            .and_then(|family| actor_of(&family.owner))
            .unwrap_or(AUTHORS[0]);
        let who = match choices.once_in(6) {
            true => choices.below(actors().len()),
            false => owner,
        };
        let family = self.shadow.models.get(&id).map_or(id, |model| model.family);
        let royalty = Permill::from_percent(choices.below(36) as u32);
        use pallet_models::Call;
        let call: Call<Runtime> = match choices.below(14) {
            0 | 1 => {
                // Another version of the small model, or another family with it.
                let mut call = setup::registration(SMALL, choices.once_in(2).then_some(family));
                if let Call::register_model {
                    artefact,
                    graph_root,
                    royalty: part,
                    price,
                    ..
                } = &mut call
                {
                    artefact[0] = choices.byte() % 4;
                    *part = royalty;
                    *price = (1 + choices.below(8) as Balance) * UNIT / 4;
                    if choices.once_in(8) {
                        graph_root[0] ^= 1;
                    }
                    let toy = Models::model_id(&account(who), artefact, graph_root);
                    self.catalog.entry(toy).or_insert(SMALL);
                }
                call
            }
            2..=4 => {
                let drafts: Vec<ModelId> = self
                    .shadow
                    .models
                    .iter()
                    .filter(|(_, model)| model.state == ModelState::Draft)
                    .map(|(id, _)| *id)
                    .collect();
                let model = choices.of(&drafts).unwrap_or(id);
                let mut page = models()[SMALL].pages[0].clone();
                if choices.once_in(4) {
                    let place = usize::from(choices.word()) % page.len();
                    page[place] ^= 1 << choices.below(8);
                }
                let owner = self.owner_of(&model).unwrap_or(who);
                self.act(
                    owner,
                    Call::submit_graph_page {
                        model,
                        page: page.try_into().ok()?,
                    },
                )?;
                return Some(());
            }
            5 => Call::set_terms {
                model: id,
                price: match choices.below(6) {
                    0 => 0,
                    1 => Balance::MAX,
                    other => other as Balance * UNIT / 4,
                },
                royalty,
            },
            6 => {
                // The toys of the beginning are too useful to be withdrawn every time.
                if choices.below(3) > 0 && setup::id_of(SMALL) == id {
                    return None;
                }
                Call::deprecate { model: id }
            }
            7 => Call::remove { model: id },
            8 => {
                let node = choices.below(3) as u16;
                let toy = *self.catalog.get(&id)?;
                let (toy, id) = match choices.once_in(4) {
                    true => (BROKEN, setup::id_of(BROKEN)),
                    false => (toy, id),
                };
                let mut proof = models()[toy].malformed(node).unwrap_or_default();
                if choices.once_in(4) && !proof.is_empty() {
                    let place = usize::from(choices.word()) % proof.len();
                    proof[place] ^= 1;
                }
                let who = self.prover(choices);
                self.act(
                    who,
                    Call::condemn_model {
                        model: id,
                        proof: proof.try_into().ok()?,
                    },
                )?;
                return Some(());
            }
            9 => Call::set_card {
                model: id,
                card: setup::card(),
            },
            10 => Call::set_latest { model: id },
            11 => Call::offer_family {
                family,
                heir: match choices.below(4) {
                    1 => None,
                    _ => Some(account(AUTHORS[choices.below(AUTHORS.len())])),
                },
            },
            _ => {
                let heir = self
                    .shadow
                    .families
                    .get(&family)
                    .and_then(|family| actor_of(family.heir.as_ref()?));
                let max_deposit = match choices.once_in(4) {
                    true => UNIT,
                    false => Balance::MAX,
                };
                self.act(
                    heir.unwrap_or(who),
                    Call::accept_family {
                        family,
                        max_deposit,
                    },
                )?;
                return Some(());
            }
        };
        self.act(who, call)?;
        Some(())
    }

    fn owner_of(&self, model: &ModelId) -> Option<usize> {
        let family = self.shadow.models.get(model)?.family;
        actor_of(&self.shadow.families.get(&family)?.owner)
    }

    /// Someone gives away what he has, so that fees, bonds and penalties meet empty accounts, and payments closed ones.
    fn move_money(&mut self, choices: &mut Choices) -> Option<()> {
        let who = [
            USERS[0],
            USERS[2],
            CHALLENGERS[1],
            OPERATORS[0],
            OPERATORS[5],
            POOR,
            WORKERS[5],
            AUTHORS[1],
        ][choices.below(8)];
        let to = match choices.once_in(3) {
            true => NOBODY,
            false => [KEEPER, POOR, USERS[2], OPERATORS[5]][choices.below(4)],
        };
        if choices.once_in(8) {
            self.act(who, pallet_payouts::Call::claim { who: account(to) })?;
            return Some(());
        }
        let dest = Address::Id(account(to));
        let free = self.shadow.ledger.free(&account(who));
        let value = match choices.below(4) {
            0 => free / 2,
            1 => free.saturating_sub(UNIT / 100),
            2 => UNIT / 500,
            _ => {
                let keep_alive = choices.once_in(2);
                self.act(
                    who,
                    pallet_balances::Call::transfer_all { dest, keep_alive },
                )?;
                return Some(());
            }
        };
        let call = match choices.once_in(2) {
            true => pallet_balances::Call::transfer_allow_death { dest, value },
            false => pallet_balances::Call::transfer_keep_alive { dest, value },
        };
        self.act(who, call)?;
        Some(())
    }

    /// Nobody begins anything more. Keepers and one honest challenger do what is due, until nothing is open.
    fn drain(&mut self) {
        if self.filled {
            self.next_block();
        }
        for call in self.parameters.calls() {
            while self.act(ROOT, call.clone()).is_none() {}
        }
        for _ in 0..150 {
            self.sweep_disputes();
            self.decide_contests();
            self.next_block();
            let shadow = &self.shadow;
            let open = shadow.requests.len()
                + shadow.challenges.len()
                + shadow.seals.len()
                + shadow.bounties.len();
            if open == 0 {
                return self.check_drained();
            }
        }
        panic!(
            "something never ends: {:?}, {:?}, {:?}",
            self.shadow.requests, self.shadow.challenges, self.shadow.bounties
        );
    }

    fn sweep_disputes(&mut self) {
        let now = self.shadow.now;
        let running: Vec<_> = self.shadow.challenges.keys().cloned().collect();
        for (request, worker, subject) in running {
            let Some(challenge) = self
                .shadow
                .challenges
                .get(&(request, worker.clone(), subject))
            else {
                continue;
            };
            let over = now >= challenge.due;
            let call = match self.shadow.open_claim(request, &worker) {
                None => pallet_disputes::Call::reclaim_bond {
                    request,
                    worker,
                    subject,
                },
                Some(_) if over => pallet_disputes::Call::expire_challenge {
                    request,
                    worker,
                    subject,
                },
                Some(_) => continue,
            };
            self.act(KEEPER, call);
        }
        let bounties: Vec<_> = self
            .shadow
            .bounties
            .iter()
            .filter(|(_, bounty)| now >= bounty.due)
            .map(|(key, _)| *key)
            .collect();
        for (request, trace_root) in bounties {
            self.act(
                KEEPER,
                pallet_disputes::Call::release_bounty {
                    request,
                    trace_root,
                },
            );
        }
        let seals: Vec<_> = self
            .shadow
            .seals
            .iter()
            .filter(|(_, seal)| now >= seal.forfeit)
            .map(|(key, _)| key.clone())
            .collect();
        for (who, seal) in seals {
            self.act(KEEPER, pallet_disputes::Call::expire_seal { who, seal });
        }
    }

    /// Of unequal claims that wait for a verdict every lie is proved.
    fn decide_contests(&mut self) {
        let lies: Vec<_> = self
            .shadow
            .requests
            .iter()
            .filter(|(_, request)| request.status == RequestStatus::Contested)
            .flat_map(|(id, request)| {
                request
                    .standing()
                    .map(move |(worker, root)| (*id, worker.clone(), *root))
            })
            .collect();
        for (id, worker, root) in lies {
            let Some((model, question, answer)) = answer_of(&root) else {
                continue;
            };
            let (Some(node), Some(_)) = (answer.wrong, self.shadow.open_claim(id, &worker)) else {
                continue;
            };
            let who = CHALLENGERS[0];
            let form = if answer.is_held { 2 } else { 0 };
            self.prove(
                who,
                (id, &worker, answer),
                (model, question, node),
                (form, 0, 0),
                None,
            );
        }
    }

    /// Nothing is locked, nothing is held but stakes and deposits, and nothing is left in storage.
    fn check_drained(&self) {
        for (who, worker) in &self.shadow.workers {
            assert_eq!(
                (worker.locked(), worker.accusations),
                (0, 0),
                "{} is free again",
                name_of(who)
            );
        }
        let left = [
            ("Locks", pallet_workers::Locks::<Runtime>::iter().count()),
            (
                "Inputs",
                pallet_inference::Inputs::<Runtime>::iter().count(),
            ),
            (
                "Claims",
                pallet_inference::Claims::<Runtime>::iter().count(),
            ),
            (
                "Answers",
                pallet_inference::Answers::<Runtime>::iter().count(),
            ),
            (
                "Complaints",
                pallet_inference::Complaints::<Runtime>::iter().count(),
            ),
            ("Due", pallet_inference::Due::<Runtime>::iter().count()),
            (
                "OpenOf",
                pallet_inference::OpenOf::<Runtime>::iter().count(),
            ),
            (
                "WorkOf",
                pallet_inference::WorkOf::<Runtime>::iter().count(),
            ),
            (
                "Challenges",
                pallet_disputes::Challenges::<Runtime>::iter().count(),
            ),
            (
                "ChallengeCount",
                pallet_disputes::ChallengeCount::<Runtime>::iter().count(),
            ),
            ("Opened", pallet_disputes::Opened::<Runtime>::iter().count()),
            (
                "Verdicts",
                pallet_disputes::Verdicts::<Runtime>::iter().count(),
            ),
            (
                "SealCount",
                pallet_disputes::SealCount::<Runtime>::iter().count(),
            ),
            (
                "PendingOpenBytes",
                pallet_disputes::PendingOpenBytes::<Runtime>::iter().count(),
            ),
        ];
        for (what, count) in left {
            assert_eq!(count, 0, "nothing stays behind in {what}");
        }
    }
}

/// As seals name a node.
fn place_of(model: usize, node: u16) -> u16 {
    Subject::Node(node)
        .sealed(fixtures::node_count(model))
        .index()
}

/// The name of an event's variant in its debug form, `Event::Name { .. }`.
fn variant(debug: &str) -> String {
    debug
        .trim_start_matches("Event::")
        .chars()
        .take_while(|letter| letter.is_alphanumeric())
        .collect()
}

/// A call for a story: bytes and hashes are long.
fn shortened(call: &RuntimeCall) -> String {
    const LONGEST: usize = 400;
    let text = format!("{call:?}");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What a call that succeeded came to.
fn outcome_of(events: &[RuntimeEvent]) -> String {
    let of_ours = events.iter().rev().find_map(|event| match event {
        RuntimeEvent::Disputes(pallet_disputes::Event::ProofRejected { reason, .. }) => {
            Some(format!("rejected {reason:?}"))
        }
        RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(match sudo_result {
            Ok(()) => "done".to_string(),
            Err(error) => coverage::error_name(error),
        }),
        RuntimeEvent::Models(event) => Some(variant(&format!("{event:?}"))),
        RuntimeEvent::Workers(event) => Some(variant(&format!("{event:?}"))),
        RuntimeEvent::Inference(event) => Some(variant(&format!("{event:?}"))),
        RuntimeEvent::Disputes(event) => Some(variant(&format!("{event:?}"))),
        RuntimeEvent::Payouts(event) => Some(variant(&format!("{event:?}"))),
        _ => None,
    });
    of_ours.unwrap_or_else(|| "done".to_string())
}

/// A true proof, and an answer in time, cost nothing; one that is rejected costs the fee.
fn check_fee(call: &RuntimeCall, events: &[RuntimeEvent]) {
    let RuntimeCall::Disputes(call) = call else {
        return;
    };
    if matches!(call, pallet_disputes::Call::expire_challenge { .. }) {
        return;
    }
    let fee: Balance = events
        .iter()
        .map(|event| match event {
            RuntimeEvent::TransactionPayment(
                pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
            ) => *actual_fee,
            _ => 0,
        })
        .sum();
    for event in events {
        match event {
            RuntimeEvent::Disputes(
                pallet_disputes::Event::ClaimConvicted { .. }
                | pallet_disputes::Event::NodeChallenged { .. }
                | pallet_disputes::Event::PageChallenged { .. }
                | pallet_disputes::Event::NodeOpened { .. }
                | pallet_disputes::Event::PageOpened { .. },
            )
            | RuntimeEvent::Inference(pallet_inference::Event::AuditAttested { .. }) => {
                assert_eq!(fee, 0, "what is true is free");
            }
            RuntimeEvent::Disputes(pallet_disputes::Event::ProofRejected { .. }) => {
                assert!(fee > 0, "what is rejected is not free");
            }
            _ => {}
        }
    }
}
