use super::toy::*;
use super::*;
use crate::{Opened, Verdicts};
use veritrace_primitives::traits::VerdictBook;

fn is_convicted(request: u64, claim: &Claim) -> bool {
    <Disputes as VerdictBook>::is_convicted(request, &claim.trace_root())
}

#[test]
fn verdict_should_hold_for_the_request_and_the_trace_root() {
    ExtBuilder::default().build_and_execute(|| {
        let (claim, other) = (
            Claim::honest(1).lie_at(TABLE, 0, 1),
            Claim::honest(1).lie_at(TABLE, 0, 2),
        );
        claim.reveal(R, WORKER);
        other.reveal(R, COPYCAT);
        assert!(!is_convicted(R, &claim));
        assert_free(contradict_node(CHALLENGER, R, WORKER, claim.whole(TABLE)));
        assert!(is_convicted(R, &claim));
        assert!(!is_convicted(R, &other));
        assert!(!is_convicted(R + 1, &claim));
        let convicted = <Disputes as VerdictBook>::convicted;
        assert_eq!(convicted(R), [claim.trace_root()]);
        assert!(convicted(R + 1).is_empty());
    });
}

#[test]
fn request_should_be_forgotten_when_it_closes() {
    ExtBuilder::default().build_and_execute(|| {
        let (honest, liar) = (Claim::honest(1), Claim::honest(1).lie_at(TABLE, 0, 1));
        for request in [R, R + 1] {
            honest.reveal(request, WORKER);
            liar.reveal(request, COPYCAT);
            assert_free(challenge(
                CHALLENGER,
                request,
                WORKER,
                honest.challenge(ADD),
            ));
            assert_free(open(WORKER, request, ADD, &honest.opening(ADD).unwrap()));
            assert_free(contradict_node(
                CHALLENGER,
                request,
                COPYCAT,
                liar.whole(TABLE),
            ));
        }
        Book::close(R);
        assert!(!is_convicted(R, &liar));
        assert_eq!(Verdicts::<Test>::iter_prefix(R).count(), 0);
        assert_eq!(Opened::<Test>::iter_prefix(R).count(), 0);
        assert!(is_convicted(R + 1, &liar));
        assert_eq!(Opened::<Test>::iter_prefix(R + 1).count(), 1);
    });
}

#[test]
fn request_with_more_claims_than_it_can_have_should_be_noticed_when_it_closes() {
    let fills: [fn(u8); 2] = [
        |claim| Verdicts::<Test>::insert(R, [claim; 32], ()),
        |claim| Opened::<Test>::insert(R, AccountId::from(claim), Opened::<Test>::get(R, 0)),
    ];
    for fill in fills {
        for (claims, is_noticed) in [(16, false), (17, true)] {
            let mut ext = ExtBuilder::default().build();
            ext.execute_with(|| (1..=claims).for_each(fill));
            // What this block adds does not count.
            ext.commit_all().unwrap();
            let closed = ext.execute_with(|| {
                std::panic::catch_unwind(|| <Disputes as VerdictBook>::request_closed(R))
            });
            assert_eq!(closed.is_err(), is_noticed);
        }
    }
}

#[test]
fn request_should_be_forgotten_when_its_last_claim_fell() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1).lie_at(TABLE, 0, 1);
        claim.reveal(R, WORKER);
        assert_free(contradict_node(CHALLENGER, R, WORKER, claim.whole(TABLE)));
        assert_eq!(verdicts(), 0);
    });
}
