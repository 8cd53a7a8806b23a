use super::toy::*;
use super::*;
use crate::{Call, ChallengeState, Challenges, Error, Opened, PendingOpenBytes};
use codec::Encode;
use frame_support::assert_noop;
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use sp_runtime::BoundedVec;
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::Opening;

/// An honest claim whose addition is challenged in block 1, over in block 14.
fn challenged() -> Claim {
    let claim = Claim::honest(1);
    claim.reveal(R, WORKER);
    assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
    claim
}

#[test]
fn opening_should_stop_the_clock_and_start_the_challengers() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        pass(12);
        let opening = claim.opening(ADD).unwrap();
        assert!(matches!(opening, Opening::Tiles(_)));
        assert_free(open(WORKER, R, ADD, &opening));
        assert_eq!(
            Challenges::<Test>::get((R, WORKER), Subject::Node(ADD))
                .unwrap()
                .state,
            ChallengeState::Opened { due: 13 + 21 }
        );
        assert!(Opened::<Test>::get(R, WORKER).contains(Subject::Node(ADD)));
        assert_eq!(PendingOpenBytes::<Test>::get(WORKER), 0);
        System::assert_last_event(
            Event::NodeOpened {
                request: R,
                worker: WORKER,
                node: ADD,
                due: 34,
            }
            .into(),
        );
    });
}

#[test]
fn opening_should_be_refused_when_late() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        pass(13);
        assert_noop!(
            open(WORKER, R, ADD, &claim.opening(ADD).unwrap()),
            Error::<Test>::TooLate
        );
    });
}

#[test]
fn opening_should_be_rejected_when_it_is_not_what_is_under_the_leaf() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        let other = Claim::honest(1).lie_at(ADD, 500, 1);
        let bytes = claim.said.opening(ADD, LARGE).unwrap();
        assert!(matches!(bytes, Opening::Tensor(_)));
        assert_rejected(Rejection::NotUnderLeaf, operator(WORKER), || {
            open(WORKER, R, ADD, &other.opening(ADD).unwrap())
        });
        assert_rejected(Rejection::WrongOpening, operator(WORKER), || {
            open(WORKER, R, ADD, &bytes)
        });
        assert_rejected(Rejection::WrongOpening, operator(WORKER), || {
            open(WORKER, R, ADD, &Opening::Tiles(vec![[0; 32]; 2]))
        });
        assert_rejected(Rejection::Undecodable, operator(WORKER), || {
            Disputes::open(
                RuntimeOrigin::signed(operator(WORKER)),
                R,
                ADD,
                vec![9].try_into().unwrap(),
            )
        });
        // The clock runs on, and the right opening still counts.
        assert_eq!(
            Challenges::<Test>::get((R, WORKER), Subject::Node(ADD))
                .unwrap()
                .state,
            ChallengeState::Awaiting { due: 14 }
        );
        assert_free(open(WORKER, R, ADD, &claim.opening(ADD).unwrap()));
    });
}

#[test]
fn opening_should_count_when_the_operator_has_no_funds_for_a_penalty() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        frame_support::assert_ok!(Balances::force_set_balance(
            RuntimeOrigin::root(),
            operator(WORKER),
            10
        ));
        assert_free(open(WORKER, R, ADD, &claim.opening(ADD).unwrap()));
    });
}

#[test]
fn opening_should_keep_its_form_when_the_limit_changes() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        set(|parameters| parameters.max_opening_bytes = LARGE);
        assert_free(open(WORKER, R, ADD, &claim.opening(ADD).unwrap()));
    });
}

#[test]
fn opening_should_be_refused_when_it_is_not_asked_for() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = challenged();
        let opening = claim.opening(ADD).unwrap();
        assert_noop!(
            open(WORKER, R, CONV, &claim.opening(CONV).unwrap()),
            Error::<Test>::NotChallenged
        );
        assert_noop!(
            open(WORKER, R + 1, ADD, &opening),
            Error::<Test>::NotChallenged
        );
        assert_noop!(open(STRANGER, R, ADD, &opening), Error::<Test>::NotOperator);
        // The worker's own account isn't its operator.
        assert_noop!(
            Disputes::open(
                RuntimeOrigin::signed(WORKER),
                R,
                ADD,
                opening.encode().try_into().unwrap()
            ),
            Error::<Test>::NotOperator
        );
        assert_free(open(WORKER, R, ADD, &opening));
        assert_noop!(open(WORKER, R, ADD, &opening), Error::<Test>::AlreadyOpened);
    });
}

#[test]
fn opening_should_be_refused_when_the_claim_fell_meanwhile() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1).lie_at(TABLE, 0, 1);
        claim.reveal(R, WORKER);
        claim.reveal(R + 1, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
        assert_free(contradict_node(STRANGER, R, WORKER, claim.whole(TABLE)));
        assert_noop!(
            open(WORKER, R, ADD, &claim.opening(ADD).unwrap()),
            Error::<Test>::ClaimNotOpen
        );
    });
}

#[test]
fn call_should_be_operational() {
    let call = Call::<Test>::open {
        request: R,
        node: 0,
        opening: BoundedVec::new(),
    };
    assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
}
