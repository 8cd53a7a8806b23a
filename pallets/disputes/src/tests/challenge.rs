use super::toy::*;
use super::*;
use crate::fixture::{product, Run};
use crate::{
    Call, ChallengeCount, ChallengeRecord, ChallengeState, Challenges, Content, Error,
    PendingOpenBytes,
};
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;
use sp_runtime::{BoundedVec, TokenError};
use veritrace_primitives::page::Subject;

/// Bond and clock of an opening below 1 KiB by a worker with nothing else to open.
const BOND: Balance = 110_000;
const CLOCK: u64 = 12;
const HASHES: u32 = 96;

#[test]
fn challenge_should_hold_a_bond_and_start_a_clock() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
        assert_eq!(
            Challenges::<Test>::get((R, WORKER), Subject::Node(ADD)).unwrap(),
            ChallengeRecord {
                challenger: CHALLENGER,
                bond: BOND,
                digest: claim.leaves[usize::from(ADD)],
                content: Content::Tensor(claim.output_spec(ADD).clone()),
                state: ChallengeState::Awaiting { due: 2 + CLOCK },
                opening_bytes: HASHES,
                at: 1,
            }
        );
        assert_eq!(bonds(CHALLENGER), BOND);
        assert_eq!(ChallengeCount::<Test>::get((R, WORKER)).nodes, 1);
        assert_eq!(PendingOpenBytes::<Test>::get(WORKER), HASHES);
        assert_eq!(book::Claims::<Test>::get(R, WORKER).unwrap().challenges, 1);
        System::assert_last_event(
            Event::NodeChallenged {
                request: R,
                worker: WORKER,
                node: ADD,
                challenger: CHALLENGER,
                bond: BOND,
                opening_bytes: HASHES,
                due: 2 + CLOCK,
            }
            .into(),
        );
    });
}

#[test]
fn opening_should_be_the_bytes_when_they_are_few() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(MATMUL)));
        let record = Challenges::<Test>::get((R, WORKER), Subject::Node(MATMUL)).unwrap();
        assert_eq!(record.opening_bytes, 40);
    });
}

#[test]
fn challenges_should_run_in_parallel_and_lengthen_the_clock() {
    ExtBuilder::default().build_and_execute(|| {
        let truth = Run::new(product(32, 4, 16), vec![vec![1; 128]]);
        for request in 0..4 {
            reveal(request, WORKER, &truth, &truth.leaves());
            let proof = truth.challenge(&truth.leaves(), 0);
            assert_free(challenge(CHALLENGER, request, WORKER, proof));
            let pending = 512 * (request + 1);
            assert_eq!(u64::from(PendingOpenBytes::<Test>::get(WORKER)), pending);
            assert_eq!(
                Challenges::<Test>::get((request, WORKER), Subject::Node(0))
                    .unwrap()
                    .state,
                ChallengeState::Awaiting {
                    due: 2 + 10 + 2 * pending.div_ceil(1024)
                }
            );
        }
        assert_eq!(bonds(CHALLENGER), 4 * BOND);
        // Another worker's clock isn't lengthened.
        reveal(0, COPYCAT, &truth, &truth.leaves());
        let proof = truth.challenge(&truth.leaves(), 0);
        assert_free(challenge(CHALLENGER, 0, COPYCAT, proof));
        assert_eq!(
            Challenges::<Test>::get((0, COPYCAT), Subject::Node(0))
                .unwrap()
                .state,
            ChallengeState::Awaiting { due: 2 + CLOCK }
        );
    });
}

#[test]
fn nodes_of_one_claim_should_be_challenged_by_anyone() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(CONV)));
        assert_free(challenge(STRANGER, R, WORKER, claim.challenge(TABLE)));
        assert_eq!(ChallengeCount::<Test>::get((R, WORKER)).nodes, 2);
        assert_eq!((bonds(CHALLENGER), bonds(STRANGER)), (BOND, BOND));
    });
}

#[test]
fn node_should_not_be_challenged_twice() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
        let again = || challenge(STRANGER, R, WORKER, claim.challenge(ADD));
        assert_noop!(again(), Error::<Test>::AlreadyChallenged);
        assert_free(open(WORKER, R, ADD, &claim.opening(ADD).unwrap()));
        assert_noop!(again(), Error::<Test>::AlreadyChallenged);
        pass(21);
        assert_ok!(expire(R, WORKER, ADD));
        assert_noop!(again(), Error::<Test>::AlreadyOpened);
    });
}

#[test]
fn challenge_should_be_rejected_when_it_is_not_about_the_claim() {
    ExtBuilder::default().build_and_execute(|| {
        let (claim, other) = (Claim::honest(1), Claim::honest(1).lie_at(ADD, 0, 1));
        claim.reveal(R, WORKER);
        assert_rejected(Rejection::NotTheClaim, CHALLENGER, || {
            challenge(CHALLENGER, R, WORKER, other.challenge(ADD))
        });
        assert_rejected(Rejection::Undecodable, CHALLENGER, || {
            challenge(CHALLENGER, R, WORKER, vec![1, 2, 3])
        });
        let foreign = Run::new(product(2, 2, 2), vec![vec![1; 4]]);
        assert_rejected(Rejection::NotTheModel, CHALLENGER, || {
            challenge(
                CHALLENGER,
                R,
                WORKER,
                foreign.challenge(&foreign.leaves(), 0),
            )
        });
        assert_eq!(bonds(CHALLENGER), 0);
        assert_eq!(PendingOpenBytes::<Test>::get(WORKER), 0);
    });
}

#[test]
fn challenge_should_be_refused_when_no_claim_is_open() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        assert_noop!(
            challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)),
            Error::<Test>::ClaimNotOpen
        );
    });
}

#[test]
fn challenge_should_be_refused_when_the_bond_or_penalty_is_not_there() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        let by_poor = || challenge(POOR, R, WORKER, claim.challenge(ADD));
        assert_noop!(by_poor(), Error::<Test>::PenaltyNotCovered);
        assert_ok!(Balances::force_set_balance(
            RuntimeOrigin::root(),
            POOR,
            BOND
        ));
        assert_noop!(by_poor(), TokenError::FundsUnavailable);
    });
}

#[test]
fn challenge_should_be_refused_when_the_output_is_too_large_to_be_opened() {
    ExtBuilder::default().build_and_execute(|| {
        // 17 tiles have 544 bytes of hashes.
        let truth = Run::new(product(68, 4, 64), vec![vec![1; 272]]);
        let leaves = truth.leaves();
        reveal(R, WORKER, &truth, &leaves);
        let proof = truth.challenge(&leaves, 0);
        assert_noop!(
            challenge(CHALLENGER, R, WORKER, proof.clone()),
            Error::<Test>::OpeningTooLarge
        );
        set(|parameters| parameters.max_opening_bytes = 544);
        assert_free(challenge(CHALLENGER, R, WORKER, proof));
        assert_eq!(
            Challenges::<Test>::get((R, WORKER), Subject::Node(0))
                .unwrap()
                .opening_bytes,
            544
        );
    });
}

#[test]
fn call_should_be_operational_and_signed() {
    ExtBuilder::default().build_and_execute(|| {
        let call = Call::<Test>::challenge {
            request: R,
            worker: WORKER,
            proof: BoundedVec::new(),
        };
        assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
        assert_noop!(
            Disputes::challenge(RuntimeOrigin::none(), R, WORKER, BoundedVec::new()),
            BadOrigin
        );
    });
}
