//! Everybody does anything in any order, in real transactions. The books are checked after each one and after each block,
//! and in the end every request closes and every lock and bond is free.

use super::world::*;
use super::*;
use pallet_disputes::Challenges;
use pallet_inference::{InferenceRequests, RequestStatus, SlotState};
use std::collections::BTreeMap;
use veritrace_primitives::proof::Target;

/// Of every seal here.
const SALT: pallet_disputes::Salt = [5; 32];

/// A source of choices that is the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        (!choices.is_empty()).then(|| choices[self.below(choices.len())].clone())
    }
}

struct Turmoil<'a> {
    digits: &'a Digits,
    chance: Chance,
    /// The truth, and a lie at each node.
    answers: Vec<Answer>,
    /// Which of them each worker gives to each request.
    given: BTreeMap<(u64, AccountId), usize>,
    convictions: u32,
}

fn keyring(account: &AccountId) -> Sr25519Keyring {
    WORKERS
        .into_iter()
        .find(|worker| worker.to_account_id() == *account)
        .unwrap()
}

impl Turmoil<'_> {
    fn request(&mut self) -> Option<u64> {
        let mut ids: Vec<_> = InferenceRequests::<Runtime>::iter_keys().collect();
        ids.sort_unstable();
        self.chance.of(&ids)
    }

    fn slot(&mut self, id: u64) -> Option<(Sr25519Keyring, SlotState)> {
        let slots: Vec<_> = record(id)?.slots.into_inner();
        let slot = self.chance.of(&slots)?;
        Some((keyring(&slot.worker), slot.state))
    }

    fn answer(&mut self, id: u64, worker: Sr25519Keyring) -> usize {
        // True as often as not.
        let choice = self.chance.below(2 * self.answers.len());
        let choice = if choice < self.answers.len() {
            choice
        } else {
            0
        };
        *self
            .given
            .entry((id, worker.to_account_id()))
            .or_insert(choice)
    }

    /// Proves a lie; accuses the truth falsely.
    fn contradict(&mut self, id: u64, worker: Sr25519Keyring) {
        let given = self.given.get(&(id, worker.to_account_id())).copied();
        let given = given.unwrap_or_default();
        let claim = &self.answers[given];
        let (node, target) = match given.checked_sub(1) {
            Some(node) => {
                let node = node as u16;
                let opened = self.digits.opening(claim, node);
                let by_element = self.chance.below(2) == 0;
                (node, self.digits.wrong_target(&opened, node, by_element))
            }
            None => (1, Target::Whole),
        };
        let proof = self.digits.contradiction(claim, node, target.clone());
        let verdicts = pallet_disputes::Verdicts::<Runtime>::iter().count();
        let open = record(id).is_some();
        let salt = (self.chance.below(2) == 0).then_some(SALT);
        let call = contradict_sealed(id, worker, proof, &target, salt);
        let _ = submit(CHALLENGER, call);
        let fell = pallet_disputes::Verdicts::<Runtime>::iter().count() > verdicts
            || (open && record(id).is_none());
        assert!(given > 0 || !fell, "the truth does not fall to a proof");
        self.convictions += u32::from(fell);
    }

    fn step(&mut self) -> Option<()> {
        match self.chance.below(16) {
            0 => {
                let redundancy = 1 + self.chance.below(3) as u8;
                let inputs = match self.chance.below(3) {
                    0 => self.digits.asked_by_root(),
                    _ => self.digits.asked(),
                };
                let _ = submit(
                    USER,
                    pallet_inference::Call::submit_inference_request {
                        model: self.digits.model,
                        inputs,
                        max_price: PRICE * Balance::from(redundancy),
                        deadline: DEADLINE,
                        redundancy,
                    },
                );
            }
            1..=4 => {
                let id = self.request()?;
                // Everyone still due answers, or just one of them.
                let mut slots = record(id)?.slots.into_inner();
                if self.chance.below(4) == 0 {
                    slots.truncate(1);
                }
                for slot in slots {
                    let worker = keyring(&slot.worker);
                    let given = self.answer(id, worker);
                    let answer = self.answers[given].clone();
                    let Some(open) = record(id) else { break };
                    let call = match (open.status, slot.state) {
                        (RequestStatus::Assigned, _) => result(id, &answer),
                        (RequestStatus::Committing, _) => commit(id, worker, &answer),
                        _ => reveal(id, &answer),
                    };
                    let _ = submit(operator_of(worker), call);
                }
            }
            5 => {
                let id = self.request()?;
                let (worker, _) = self.slot(id)?;
                let given = self.given.get(&(id, worker.to_account_id()))?;
                let answer = self.answers[*given].clone();
                let node = self.chance.below(self.answers.len() - 1) as u16;
                let proof = self.digits.challenge(&answer, node);
                let who = self.chance.of(&[CHALLENGER, USER, WORKERS[0]])?;
                let _ = submit(who, challenge(id, worker, proof));
            }
            6 => {
                let running: Vec<_> = Challenges::<Runtime>::iter_keys().collect();
                let ((id, account), subject) = self.chance.of(&running)?;
                let node = subject.index();
                let worker = keyring(&account);
                let given = *self.given.get(&(id, account))?;
                let opened = self.digits.opening(&self.answers[given], node);
                let _ = submit(operator_of(worker), open(id, node, &opened));
            }
            7 => {
                let id = self.request()?;
                let (worker, _) = self.slot(id)?;
                self.contradict(id, worker);
            }
            8 => self.sweep_challenges(),
            9 => {
                let id = self.request()?;
                let _ = submit(KEEPER, settle(id));
            }
            10 => {
                let id = self.request()?;
                if self.chance.below(4) == 0 {
                    let _ = submit(USER, pallet_inference::Call::cancel_request { request: id });
                }
            }
            11 => {
                let worker = self.chance.of(&WORKERS)?;
                let amount = self.chance.below(200) as Balance * UNIT;
                let _ = match self.chance.below(3) {
                    0 => submit(worker, pallet_workers::Call::unbond { amount }),
                    1 => submit(worker, pallet_workers::Call::rebond { amount }),
                    _ => submit(worker, pallet_workers::Call::bond_extra { amount }),
                };
            }
            12 | 13 => {
                let id = self.request()?;
                let (worker, _) = self.slot(id)?;
                let given = self.given.get(&(id, worker.to_account_id()))?;
                let node = given.saturating_sub(1) as u16;
                let root = self.answers[*given].trace_root();
                let who = self.chance.of(&[CHALLENGER, USER])?;
                let [sealed, shown] = seal(who, id, root, node, SALT);
                let call = match self.chance.below(2) {
                    0 => sealed,
                    _ => shown,
                };
                let _ = submit(who, call);
            }
            _ => {
                let blocks = 1 + self.chance.below(3) as u32;
                pass(blocks);
            }
        }
        Some(())
    }

    /// Says that an input cannot be had, or publishes one.
    fn step_about_inputs(&mut self) -> Option<()> {
        let id = self.request()?;
        if self.chance.below(3) == 0 {
            let (worker, _) = self.slot(id)?;
            let _ = submit(operator_of(worker), complain(id));
        } else {
            let who = self.chance.of(&[USER, CHALLENGER])?;
            let _ = submit(who, publish(id, self.digits));
        }
        Some(())
    }

    fn sweep_challenges(&mut self) {
        let running: Vec<_> = Challenges::<Runtime>::iter_keys().collect();
        for ((id, account), subject) in running {
            let (worker, node) = (keyring(&account), subject.index());
            if submit(KEEPER, expire(id, worker, node)).is_err() {
                let _ = submit(KEEPER, reclaim(id, worker, node));
            }
        }
    }

    /// Nobody begins anything more; keepers and one honest challenger do what is due.
    fn wind_up(&mut self) {
        for _ in 0..120 {
            self.sweep_challenges();
            sweep_bounties();
            let contested: Vec<_> = InferenceRequests::<Runtime>::iter()
                .filter(|(_, record)| record.status == RequestStatus::Contested)
                .flat_map(|(id, record)| {
                    record
                        .slots
                        .into_iter()
                        .filter(|slot| matches!(slot.state, SlotState::Revealed(_)))
                        .map(move |slot| (id, slot.worker))
                })
                .collect();
            for (id, account) in contested {
                let lied = self.given.get(&(id, account.clone())).copied() != Some(0);
                if lied && record(id).is_some() {
                    self.contradict(id, keyring(&account));
                }
            }
            pass(1);
            let open = InferenceRequests::<Runtime>::iter_keys().count()
                + Challenges::<Runtime>::iter_keys().count()
                + pallet_disputes::Seals::<Runtime>::iter_keys().count()
                + pallet_disputes::Bounties::<Runtime>::iter_keys().count();
            if open == 0 {
                return;
            }
        }
        panic!("something never ends");
    }
}

#[test]
fn everything_should_end_and_add_up_whatever_happens() {
    let mut convictions = 0;
    for seed in 0..12 {
        story(|digits| {
            let nodes = digits.graph.nodes.len() as u16;
            let mut turmoil = Turmoil {
                digits,
                chance: Chance(seed),
                answers: std::iter::once(digits.honest())
                    .chain((0..nodes).map(|node| digits.lie_at(node, 0x21)))
                    .collect(),
                given: BTreeMap::new(),
                convictions: 0,
            };
            for step in 0..140 {
                turmoil.step();
                if step % 6 == 0 {
                    turmoil.step_about_inputs();
                }
            }
            turmoil.wind_up();
            convictions += turmoil.convictions;

            for holder in [USER, CHALLENGER, KEEPER] {
                assert_eq!(held_of(holder), 0);
            }
            for record in pallet_workers::Workers::<Runtime>::iter_values() {
                assert_eq!((record.locked, record.accusations), (0, 0));
            }
            assert_eq!(pallet_workers::Locks::<Runtime>::iter().count(), 0);
            assert_eq!(pallet_inference::Inputs::<Runtime>::iter().count(), 0);
            assert_eq!(pallet_inference::Claims::<Runtime>::iter().count(), 0);
            assert_eq!(pallet_inference::Answers::<Runtime>::iter().count(), 0);
            assert_eq!(pallet_inference::Due::<Runtime>::iter().count(), 0);
            assert_eq!(pallet_inference::OpenOf::<Runtime>::iter().count(), 0);
            assert_eq!(pallet_inference::WorkOf::<Runtime>::iter().count(), 0);
            assert_eq!(
                pallet_disputes::ChallengeCount::<Runtime>::iter().count(),
                0
            );
            assert_eq!(pallet_disputes::Opened::<Runtime>::iter().count(), 0);
            assert_eq!(pallet_disputes::Verdicts::<Runtime>::iter().count(), 0);
            assert_eq!(pallet_disputes::SealCount::<Runtime>::iter().count(), 0);
            assert_eq!(
                pallet_disputes::PendingOpenBytes::<Runtime>::iter().count(),
                0
            );
        });
    }
    assert!(convictions > 5, "{convictions} lies fell");
}
