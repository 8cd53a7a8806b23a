//! What whoever answers for a claim off chain is told.

use super::toy::*;
use super::*;
use crate::Call;
use codec::Encode;
use sp_runtime::traits::Dispatchable;
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::Opening;
use veritrace_primitives::traits::{ChallengeBook, ChallengeView};

/// An honest claim, challenged at the addition and at the convolution.
fn challenged() -> Claim {
    let claim = Claim::honest(1);
    claim.reveal(R, WORKER);
    assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
    assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(CONV)));
    claim
}

fn seen() -> Vec<ChallengeView<u64>> {
    let mut seen = Disputes::challenges(R, &WORKER);
    seen.sort_by_key(|challenge| challenge.subject);
    seen
}

/// What the worker's operator would sign.
fn answer(node: u16, opening: &Opening) -> Result<Call<Test>, Rejection> {
    <Disputes as ChallengeBook<_, _>>::open(R, &WORKER, Subject::Node(node), opening.encode())
}

fn sign(account: AccountId, call: Call<Test>) {
    assert_ok!(RuntimeCall::from(call).dispatch(RuntimeOrigin::signed(account)));
}

#[test]
fn challenges_should_be_seen_with_whose_move_it_is() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        let due = |node| match crate::Challenges::<Test>::get((R, WORKER), Subject::Node(node))
            .unwrap()
            .state
        {
            crate::ChallengeState::Awaiting { due } | crate::ChallengeState::Opened { due } => due,
        };
        let view = |node, is_opened| ChallengeView {
            subject: Subject::Node(node),
            opening_bytes: 3 * 32,
            is_opened,
            due: due(node),
        };
        assert_eq!(seen(), [view(CONV, false), view(ADD, false)]);
        assert_eq!(Disputes::challenges(R + 1, &WORKER), []);
        assert_eq!(Disputes::challenges(R, &STRANGER), []);
        assert_free(open(WORKER, R, ADD, &claim.opening(ADD).unwrap()));
        assert_eq!(seen(), [view(CONV, false), view(ADD, true)]);
    });
}

#[test]
fn opening_should_be_what_the_chain_accepts() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        // Though by today's limit it would have another form.
        set(|parameters| parameters.max_opening_bytes = LARGE);
        let call = answer(ADD, &claim.opening(ADD).unwrap()).unwrap();
        sign(operator(WORKER), call);
        assert!(seen()[1].is_opened);
    });
}

#[test]
fn opening_should_be_refused_when_the_chain_would_reject_it() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        let other = Claim::honest(1).lie_at(ADD, 500, 1);
        assert_eq!(
            answer(ADD, &other.opening(ADD).unwrap()),
            Err(Rejection::NotUnderLeaf)
        );
        assert_eq!(
            answer(ADD, &claim.said.opening(ADD, LARGE).unwrap()),
            Err(Rejection::WrongOpening)
        );
        assert_eq!(
            answer(TABLE, &claim.opening(TABLE).unwrap()),
            Err(Rejection::WrongOpening),
            "nobody asked for it"
        );
        assert_eq!(
            <Disputes as ChallengeBook<_, _>>::open(R, &WORKER, Subject::Node(ADD), vec![9]),
            Err(Rejection::Undecodable)
        );
    });
}

#[test]
fn expiry_should_end_a_challenge_whose_clock_has_run_out() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        for node in [ADD, CONV] {
            assert_free(open(WORKER, R, node, &claim.opening(node).unwrap()));
        }
        let due = seen()[1].due;
        pass(due - System::block_number());
        let call = <Disputes as ChallengeBook<_, u64>>::expire(R, WORKER, Subject::Node(ADD));
        sign(STRANGER, call);
        let left: Vec<_> = seen().iter().map(|challenge| challenge.subject).collect();
        assert_eq!(left, [Subject::Node(CONV)]);
    });
}
