//! Every check of `try_state` notices what it is there for: a sound state is broken in one place.

use super::pages::{challenge_page, LongClaim};
use super::toy::*;
use super::*;
use crate::{
    Bounties, BountyRecordOf, ChallengeCount, ChallengeRecordOf, Challenges, Content, HoldReason,
    Opened, Pallet, Parameters, PendingOpenBytes, RunningCount, SealCount, SealRecordOf, Seals,
    SealsMade, Verdicts,
};
use frame_support::traits::fungible::MutateHold;
use sp_runtime::DispatchError;
use std::collections::BTreeSet;
use veritrace_primitives::page::Subject;

/// The request of a claim of few nodes, and that of one that fell.
const SHORT: u64 = R + 1;
const FELL: u64 = R + 2;
const CLAIM: (u64, AccountId) = (SHORT, WORKER);
const PAGE: Subject = Subject::Page(1);
const PENDING: Subject = Subject::Node(ADD);
/// Has nothing to do with any of it.
const NOBODY: AccountId = 77;

/// A page and two nodes challenged, one of these opened; three seals; a bounty that waits for earlier seals.
fn sound() {
    let long = LongClaim::honest();
    long.reveal(WORKER);
    assert_free(challenge_page(STRANGER, WORKER, long.proof(1)));
    let claim = Claim::honest(1);
    claim.reveal(SHORT, WORKER);
    for node in [ADD, CONV] {
        assert_free(challenge(CHALLENGER, SHORT, WORKER, claim.challenge(node)));
    }
    assert_free(open(WORKER, SHORT, CONV, &claim.opening(CONV).unwrap()));
    let lie = Claim::honest(2).lie_at(MATMUL, 0, 1);
    lie.reveal(FELL, COPYCAT);
    assert_free(contradict_node(STRANGER, FELL, COPYCAT, lie.whole(MATMUL)));
    for (who, seal) in [(CHALLENGER, 1), (CHALLENGER, 2), (STRANGER, 1)] {
        assert_ok!(Disputes::seal(RuntimeOrigin::signed(who), [seal; 32]));
    }
}

fn change(
    claim: (u64, AccountId),
    subject: Subject,
    change: impl FnOnce(&mut ChallengeRecordOf<Test>),
) {
    Challenges::<Test>::mutate(claim, subject, |record| change(record.as_mut().unwrap()));
}

fn change_seal(change: impl FnOnce(&mut SealRecordOf<Test>)) {
    Seals::<Test>::mutate(CHALLENGER, [1; 32], |record| {
        change(record.as_mut().unwrap())
    });
}

fn change_bounty(change: impl FnOnce(&mut BountyRecordOf<Test>)) {
    let (request, root, mut record) = Bounties::<Test>::iter().next().unwrap();
    change(&mut record);
    Bounties::<Test>::insert(request, root, record);
}

fn hold(reason: HoldReason, who: AccountId) {
    assert_ok!(Balances::hold(&reason.into(), &who, 1));
}

/// What a check says, and what it is to notice.
type Break = (&'static str, fn());

const BREAKS: &[Break] = &[
    ("1: bonds differ from what is held", || {
        change(CLAIM, PENDING, |record| record.bond += 1)
    }),
    ("1: bonds differ from what is held", || {
        hold(HoldReason::Bond, CHALLENGER)
    }),
    // Of someone without a challenge, or without an account.
    ("1: bonds differ from what is held", || {
        hold(HoldReason::Bond, COPYCAT)
    }),
    ("1: bonds differ from what is held", || {
        Challenges::<Test>::mutate((R, WORKER), PAGE, |record| {
            let bond = record.as_ref().unwrap().bond;
            assert_ok!(Balances::release(
                &HoldReason::Bond.into(),
                &STRANGER,
                bond,
                frame_support::traits::tokens::Precision::Exact
            ));
            record.as_mut().unwrap().challenger = NOBODY
        })
    }),
    ("2: a claim's count is wrong", || {
        ChallengeCount::<Test>::mutate(CLAIM, |count| count.nodes += 1)
    }),
    ("2: a claim's count is wrong", || {
        ChallengeCount::<Test>::insert((R, WORKER), RunningCount { nodes: 1, pages: 0 })
    }),
    ("2: a claim's count is wrong", || {
        ChallengeCount::<Test>::insert((FELL, COPYCAT), RunningCount::default())
    }),
    ("3: a worker's pending bytes are wrong", || {
        PendingOpenBytes::<Test>::mutate(WORKER, |bytes| *bytes -= 1)
    }),
    ("3: a worker's pending bytes are wrong", || {
        PendingOpenBytes::<Test>::insert(COPYCAT, 0)
    }),
    (
        "4: a node or page is opened and its challenge is not, or the reverse",
        || Opened::<Test>::remove(SHORT, WORKER),
    ),
    (
        "4: a node or page is opened and its challenge is not, or the reverse",
        || Opened::<Test>::mutate(SHORT, WORKER, |opened| opened.insert(PENDING).unwrap()),
    ),
    (
        "4: a node or page is opened and its challenge is not, or the reverse",
        || Opened::<Test>::mutate(R, WORKER, |opened| opened.insert(PAGE).unwrap()),
    ),
    // A node as a page, a page as a node.
    ("4: a challenge is about nothing that the claim has", || {
        change(CLAIM, PENDING, |record| record.content = Content::Leaves(3))
    }),
    ("4: a challenge is about nothing that the claim has", || {
        let spec = Claim::honest(1).output_spec(ADD).clone();
        change((R, WORKER), PAGE, |record| {
            record.content = Content::Tensor(spec)
        })
    }),
    // A node or a page that is not there, and a page of another size.
    ("4: a challenge is about nothing that the claim has", || {
        let record = Challenges::<Test>::take(CLAIM, PENDING).unwrap();
        Challenges::<Test>::insert(CLAIM, Subject::Node(NODES), record)
    }),
    ("4: a challenge is about nothing that the claim has", || {
        let record = Challenges::<Test>::take((R, WORKER), PAGE).unwrap();
        Challenges::<Test>::insert((R, WORKER), Subject::Page(2), record)
    }),
    ("4: a challenge is about nothing that the claim has", || {
        change((R, WORKER), PAGE, |record| {
            record.content = Content::Leaves(1_024)
        })
    }),
    ("4: a challenge is about nothing that the claim has", || {
        change((R, WORKER), PAGE, |record| record.opening_bytes += 32);
        PendingOpenBytes::<Test>::mutate(WORKER, |bytes| *bytes += 32)
    }),
    ("5: a convicted claim is open", || {
        Verdicts::<Test>::insert(SHORT, Claim::honest(1).trace_root(), ())
    }),
    ("6: the parameters are inconsistent", || {
        Parameters::<Test>::mutate(|parameters| parameters.max_macs = u64::MAX)
    }),
    ("7: an account's count of seals is wrong", || {
        SealCount::<Test>::insert(CHALLENGER, 1)
    }),
    ("7: an account's count of seals is wrong", || {
        SealCount::<Test>::insert(COPYCAT, 0)
    }),
    ("7: an account has too many seals", || {
        let record = Seals::<Test>::get(CHALLENGER, [1; 32]).unwrap();
        for seal in 3..5 {
            let order = SealsMade::<Test>::get();
            SealsMade::<Test>::put(order + 1);
            Seals::<Test>::insert(
                CHALLENGER,
                [seal; 32],
                SealRecordOf::<Test> {
                    order,
                    ..record.clone()
                },
            );
        }
        SealCount::<Test>::insert(CHALLENGER, 4)
    }),
    ("7: bonds of seals differ from what is held", || {
        change_seal(|record| record.bond += 1)
    }),
    ("7: bonds of seals differ from what is held", || {
        hold(HoldReason::Seal, CHALLENGER)
    }),
    ("7: bonds of seals differ from what is held", || {
        hold(HoldReason::Seal, COPYCAT)
    }),
    ("8: two seals have one order", || {
        change_seal(|record| record.order = 1)
    }),
    ("8: two seals have one order", || {
        change_seal(|record| record.order = SealsMade::<Test>::get())
    }),
    ("8: a seal ends before it begins", || {
        change_seal(|record| record.until = record.at)
    }),
    ("8: a seal ends before it begins", || {
        change_seal(|record| record.forfeit = record.until - 1)
    }),
    ("9: bounties differ from what is held", || {
        change_bounty(|record| record.amount -= 1)
    }),
    ("9: bounties differ from what is held", || {
        change_bounty(|record| record.holder = COPYCAT)
    }),
    ("9: bounties differ from what is held", || {
        hold(HoldReason::Bounty, COPYCAT)
    }),
];

#[test]
fn broken_states_should_be_noticed() {
    for (place, (message, break_it)) in BREAKS.iter().enumerate() {
        ExtBuilder::default().build().execute_with(|| {
            sound();
            assert_ok!(Pallet::<Test>::do_try_state());
            break_it();
            assert_eq!(
                Pallet::<Test>::do_try_state(),
                Err(DispatchError::Other(message)),
                "break {place}"
            );
        });
    }
}

#[test]
fn every_check_should_have_a_state_that_fails_it() {
    let messages: BTreeSet<_> = include_str!("../try_state.rs")
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect();
    let noticed: BTreeSet<_> = BREAKS.iter().map(|(message, _)| *message).collect();
    assert_eq!(noticed, messages);
}
