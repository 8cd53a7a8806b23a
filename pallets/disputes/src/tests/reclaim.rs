use super::toy::*;
use super::*;
use crate::{Challenges, Error, PendingOpenBytes};
use frame_support::{assert_noop, assert_ok};
use veritrace_primitives::page::Subject;

const BOND: Balance = 110_000;

#[test]
fn bond_should_come_back_when_the_claim_fell_to_another_proof() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1).lie_at(TABLE, 0, 1);
        claim.reveal(R, WORKER);
        // One challenge unanswered, one opened; neither at the node that is wrong.
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(CONV)));
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(MATMUL)));
        assert_free(open(WORKER, R, MATMUL, &claim.opening(MATMUL).unwrap()));
        assert_noop!(reclaim(R, WORKER, CONV), Error::<Test>::ClaimStillOpen);
        assert_free(contradict_node(STRANGER, R, WORKER, claim.whole(TABLE)));
        pass(1_000);
        for node in [CONV, MATMUL] {
            assert_ok!(reclaim(R, WORKER, node));
            System::assert_last_event(
                Event::BondReturned {
                    request: R,
                    worker: WORKER,
                    subject: Subject::Node(node),
                    challenger: CHALLENGER,
                    bond: BOND,
                }
                .into(),
            );
        }
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS);
        assert_eq!(PendingOpenBytes::<Test>::get(WORKER), 0);
        assert_eq!(Challenges::<Test>::iter().count(), 0);
        assert_noop!(reclaim(R, WORKER, CONV), Error::<Test>::NotChallenged);
    });
}

#[test]
fn bond_should_come_back_when_an_equal_claim_fell() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1).lie_at(TABLE, 0, 1);
        claim.reveal(R, WORKER);
        claim.reveal(R, COPYCAT);
        assert_free(challenge(CHALLENGER, R, COPYCAT, claim.challenge(CONV)));
        assert_free(contradict_node(STRANGER, R, WORKER, claim.whole(TABLE)));
        assert_ok!(reclaim(R, COPYCAT, CONV));
        assert_eq!(bonds(CHALLENGER), 0);
    });
}

#[test]
fn bond_should_come_back_when_the_request_closed() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(CONV)));
        Book::close(R);
        assert_ok!(reclaim(R, WORKER, CONV));
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS);
    });
}
