use super::toy::*;
use super::*;
use crate::{ChallengeCount, Challenges, Error, Evidence, PendingOpenBytes};
use frame_support::{assert_noop, assert_ok};
use veritrace_primitives::page::Subject;

const BOND: Balance = 110_000;

#[test]
fn claim_should_fall_when_a_node_is_not_opened() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1).garbage_at(ADD, [9; 32]);
        claim.reveal(R, WORKER);
        claim.reveal(R, COPYCAT);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
        pass(12);
        assert_noop!(expire(R, WORKER, ADD), Error::<Test>::TooEarly);
        pass(1);
        let issuance = Balances::total_issuance();
        let info = expire(R, WORKER, ADD).unwrap();
        // Whatever it took to strike the equal claims is in it.
        assert!(ConvictWeight::get().all_lte(info.actual_weight.unwrap()));
        // The equal claim that nobody challenged fell too.
        assert!(!is_open(R, WORKER) && !is_open(R, COPYCAT));
        assert_eq!(total(CHALLENGER), FUNDS + 2 * BOUNTY);
        assert_eq!(bonds(CHALLENGER), 0);
        assert_eq!(Balances::total_issuance(), issuance - 2 * (LOCK - BOUNTY));
        assert_eq!(Challenges::<Test>::iter().count(), 0);
        assert_eq!(ChallengeCount::<Test>::iter().count(), 0);
        assert_eq!(PendingOpenBytes::<Test>::iter().count(), 0);
        System::assert_has_event(
            Event::BondReturned {
                request: R,
                worker: WORKER,
                subject: Subject::Node(ADD),
                challenger: CHALLENGER,
                bond: BOND,
            }
            .into(),
        );
        System::assert_last_event(
            Event::ClaimConvicted {
                request: R,
                worker: WORKER,
                trace_root: claim.trace_root(),
                subject: Subject::Node(ADD),
                challenger: CHALLENGER,
                evidence: Evidence::Silence,
                struck: 2,
            }
            .into(),
        );
    });
}

#[test]
fn honest_worker_should_lose_when_it_is_silent() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
        pass(13);
        assert_convicted(WORKER, || expire(R, WORKER, ADD));
    });
}

#[test]
fn bond_should_be_forfeited_when_the_opening_stands() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
        pass(4);
        assert_free(open(WORKER, R, ADD, &claim.opening(ADD).unwrap()));
        pass(20);
        assert_noop!(expire(R, WORKER, ADD), Error::<Test>::TooEarly);
        pass(1);
        let (free, issuance) = (Balances::free_balance(WORKER), Balances::total_issuance());
        assert_ok!(expire(R, WORKER, ADD));
        System::assert_last_event(
            Event::BondForfeited {
                request: R,
                worker: WORKER,
                subject: Subject::Node(ADD),
                challenger: CHALLENGER,
                compensation: BOND / 2,
                burned: BOND / 2,
            }
            .into(),
        );
        assert_eq!(Balances::free_balance(WORKER), free + BOND / 2);
        assert_eq!(total(CHALLENGER), FUNDS - BOND);
        assert_eq!(Balances::total_issuance(), issuance - BOND / 2);
        assert!(is_open(R, WORKER));
        assert_eq!(book::Claims::<Test>::get(R, WORKER).unwrap().challenges, 0);
        assert_noop!(expire(R, WORKER, ADD), Error::<Test>::NotChallenged);
    });
}

#[test]
fn challenges_of_one_claim_should_end_each_by_its_own_clock() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
        pass(5);
        assert_free(challenge(STRANGER, R, WORKER, claim.challenge(MATMUL)));
        assert_free(open(WORKER, R, ADD, &claim.opening(ADD).unwrap()));
        assert_free(open(WORKER, R, MATMUL, &claim.opening(MATMUL).unwrap()));
        pass(21);
        assert_ok!(expire(R, WORKER, ADD));
        assert_eq!(ChallengeCount::<Test>::get((R, WORKER)).nodes, 1);
        assert_ok!(expire(R, WORKER, MATMUL));
        assert_eq!(ChallengeCount::<Test>::get((R, WORKER)).total(), 0);
    });
}

#[test]
fn challenge_should_be_left_to_reclaim_when_its_claim_is_gone() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
        Book::close(R);
        pass(100);
        assert_noop!(expire(R, WORKER, ADD), Error::<Test>::ClaimNotOpen);
        assert_ok!(reclaim(R, WORKER, ADD));
    });
}

#[test]
fn nothing_should_expire_when_nothing_was_challenged() {
    ExtBuilder::default().build_and_execute(|| {
        Claim::honest(1).reveal(R, WORKER);
        assert_noop!(expire(R, WORKER, ADD), Error::<Test>::NotChallenged);
    });
}
