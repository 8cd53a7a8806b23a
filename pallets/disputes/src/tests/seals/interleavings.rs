//! Seals, proofs, copies, shows and forfeits in any order, beside a ledger that knows the rules and nothing else.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const PARTIES: [AccountId; 3] = [CHALLENGER, STRANGER, COPYCAT];
const SALTS: [Salt; 2] = [SALT, OTHER_SALT];

#[derive(Clone, Copy, Debug)]
enum Step {
    Seal { who: usize, salt: usize },
    Prove { who: usize, salt: Option<usize> },
    Show { who: usize, salt: usize },
    Forfeit { who: usize, salt: usize },
    Release,
    Pass { blocks: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let (who, salt) = (|| 0..PARTIES.len(), || 0..SALTS.len());
    prop_oneof![
        4 => (who(), salt()).prop_map(|(who, salt)| Step::Seal { who, salt }),
        1 => (who(), prop::option::of(salt())).prop_map(|(who, salt)| Step::Prove { who, salt }),
        3 => (who(), salt()).prop_map(|(who, salt)| Step::Show { who, salt }),
        1 => (who(), salt()).prop_map(|(who, salt)| Step::Forfeit { who, salt }),
        1 => Just(Step::Release),
        3 => (1..4u64).prop_map(|blocks| Step::Pass { blocks }),
        1 => (LIFETIME - 2..LIFETIME + 8).prop_map(|blocks| Step::Pass { blocks }),
    ]
}

#[derive(Clone, Copy)]
struct Sealed {
    order: usize,
    at: u64,
}

impl Sealed {
    /// The last block in which it counts.
    fn last(self) -> u64 {
        self.at + LIFETIME
    }
}

struct Bounty {
    holder: usize,
    order: Option<usize>,
    convicted: u64,
}

/// What everyone has, by the rules.
#[derive(Default)]
struct Ledger {
    now: u64,
    made: usize,
    seals: BTreeMap<(usize, usize), Sealed>,
    convicted: bool,
    bounty: Option<Bounty>,
    won: [Balance; 3],
    lost: [Balance; 3],
}

impl Ledger {
    /// Whether the chain is to accept it.
    fn take(&mut self, step: Step) -> bool {
        let now = self.now;
        match step {
            Step::Seal { who, salt } => {
                let own = self.seals.keys().filter(|(owner, _)| *owner == who).count();
                if self.seals.contains_key(&(who, salt)) || own == MAX_SEALS as usize {
                    return false;
                }
                let order = self.made;
                self.made += 1;
                self.seals.insert((who, salt), Sealed { order, at: now });
                true
            }
            Step::Prove { who, salt } => {
                if self.convicted {
                    return false;
                }
                let key = salt.map(|salt| (who, salt));
                let used = key.filter(|key| {
                    self.seals
                        .get(key)
                        .is_some_and(|seal| seal.at < now && now <= seal.last())
                });
                let order = used
                    .and_then(|key| self.seals.remove(&key))
                    .map(|seal| seal.order);
                self.convicted = true;
                self.bounty = Some(Bounty {
                    holder: who,
                    order,
                    convicted: now,
                });
                true
            }
            Step::Show { who, salt } => {
                let Some(bounty) = self.bounty.as_mut() else {
                    return false;
                };
                let Some(seal) = self.seals.get(&(who, salt)).copied() else {
                    return false;
                };
                if now > bounty.convicted + WINDOW || bounty.convicted > seal.last() {
                    return false;
                }
                self.seals.remove(&(who, salt));
                let first = bounty.order.is_none_or(|order| seal.order < order);
                if first && seal.at < bounty.convicted {
                    (bounty.holder, bounty.order) = (who, Some(seal.order));
                }
                true
            }
            Step::Forfeit { who, salt } => {
                let over = |seal: &Sealed| now > seal.last() + WINDOW;
                if !self.seals.get(&(who, salt)).is_some_and(over) {
                    return false;
                }
                self.seals.remove(&(who, salt));
                self.lost[who] += SEAL;
                true
            }
            Step::Release => match self.bounty.take() {
                Some(bounty) if now > bounty.convicted + WINDOW => {
                    self.won[bounty.holder] += BOUNTY;
                    true
                }
                other => {
                    self.bounty = other;
                    false
                }
            },
            Step::Pass { blocks } => {
                self.now += blocks;
                true
            }
        }
    }

    #[track_caller]
    fn assert_kept(&self, issued: Balance) {
        for (index, who) in PARTIES.into_iter().enumerate() {
            let bonds = self
                .seals
                .keys()
                .filter(|(owner, _)| *owner == index)
                .count();
            let held =
                self.bounty
                    .as_ref()
                    .map_or(0, |bounty| if bounty.holder == index { BOUNTY } else { 0 });
            assert_eq!(sealed(who), bonds as Balance * SEAL);
            assert_eq!(bounties(who), held);
            let due = FUNDS + self.won[index] + held - self.lost[index];
            assert_eq!(total(who), due);
        }
        let burned =
            self.lost.iter().sum::<Balance>() + if self.convicted { LOCK - BOUNTY } else { 0 };
        assert_eq!(Balances::total_issuance(), issued - burned);
        Disputes::do_try_state().unwrap();
    }
}

fn perform(claim: &Claim, step: Step) -> bool {
    match step {
        Step::Seal { who, salt } => {
            let who = PARTIES[who];
            place(who, seal_at(who, claim, MATMUL, SALTS[salt])).is_ok()
        }
        Step::Prove { who, salt } => {
            prove(PARTIES[who], claim, salt.map(|salt| SALTS[salt])).is_ok()
        }
        Step::Show { who, salt } => show(PARTIES[who], claim, SALTS[salt]).is_ok(),
        Step::Forfeit { who, salt } => {
            let who = PARTIES[who];
            forfeit(who, seal_at(who, claim, MATMUL, SALTS[salt])).is_ok()
        }
        Step::Release => release(claim).is_ok(),
        Step::Pass { blocks } => {
            pass(blocks);
            true
        }
    }
}

/// Only the chain's calls roll back by themselves.
fn transact(claim: &Claim, step: Step) -> bool {
    frame_support::storage::with_storage_layer(|| match perform(claim, step) {
        true => Ok(()),
        false => Err(sp_runtime::DispatchError::Other("refused")),
    })
    .is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn ledger_should_hold_whatever_happens(steps in prop::collection::vec(step(), 1..40)) {
        ExtBuilder::default().build_and_execute(|| {
            let claim = lie();
            let issued = Balances::total_issuance();
            claim.reveal(R, WORKER);
            let mut ledger = Ledger { now: 1, ..Default::default() };
            let ending = [Step::Pass { blocks: LIFETIME + WINDOW + 1 }, Step::Release]
                .into_iter()
                .chain((0..PARTIES.len()).flat_map(|who| {
                    (0..SALTS.len()).map(move |salt| Step::Forfeit { who, salt })
                }));
            for step in steps.into_iter().chain(ending) {
                assert_eq!(transact(&claim, step), ledger.take(step), "{step:?}");
                ledger.assert_kept(issued);
            }
            // In the end nothing of anyone's is on hold.
            assert_eq!(Seals::<Test>::iter().count() + Bounties::<Test>::iter().count(), 0);
        });
    }

    /// The challenger seals, then sends its proof. From then on a front-runner does whatever it likes first, and keeps the
    /// challenger's transactions out of any blocks but the last of the window.
    #[test]
    fn earliest_honest_discoverer_should_have_the_bounty(
        before in prop::collection::vec(front(), 0..4),
        after in prop::collection::vec(front(), 0..8),
    ) {
        ExtBuilder::default().build_and_execute(|| {
            let claim = lie();
            claim.reveal(R, WORKER);
            // Whatever it does before it has seen anything: it cannot seal what it does not know.
            for step in before.into_iter().filter(|step| matches!(step, Step::Pass { .. })) {
                transact(&claim, step);
            }
            seal(CHALLENGER, &claim);
            pass(1);
            let mut left = WINDOW;
            for step in after {
                let step = match step {
                    Step::Pass { blocks } => Step::Pass { blocks: blocks.min(left) },
                    other => other,
                };
                if let Step::Pass { blocks } = step {
                    left -= blocks;
                }
                transact(&claim, step);
            }
            if is_open(R, WORKER) {
                assert_free(prove(CHALLENGER, &claim, Some(SALT)));
            } else {
                assert_free(show(CHALLENGER, &claim, SALT));
            }
            pass(WINDOW);
            for salt in SALTS {
                let _ = transact(&claim, Step::Show { who: 1, salt: usize::from(salt == OTHER_SALT) });
            }
            pass(1);
            assert_ok!(release(&claim));
            assert_eq!(total(CHALLENGER), FUNDS + BOUNTY);
            assert_eq!(sealed(CHALLENGER), 0);
        });
    }
}

/// What the front-runner does: nothing in another's name.
fn front() -> impl Strategy<Value = Step> {
    step().prop_map(|step| match step {
        Step::Seal { salt, .. } => Step::Seal { who: 1, salt },
        Step::Prove { salt, .. } => Step::Prove { who: 1, salt },
        Step::Show { salt, .. } => Step::Show { who: 1, salt },
        // It may forfeit anyone's.
        Step::Forfeit { salt, .. } => Step::Forfeit { who: 0, salt },
        Step::Release | Step::Pass { .. } => step,
    })
}
