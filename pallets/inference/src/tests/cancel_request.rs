use crate::mock::*;
use crate::{Due, Error, Event};
use frame_support::{assert_noop, assert_ok};

fn cancel(user: AccountId, id: u64) -> frame_support::dispatch::DispatchResult {
    Inference::cancel_request(RuntimeOrigin::signed(user), id)
}

#[test]
fn everything_should_be_given_back_when_a_pending_request_is_cancelled() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 2);
        events();
        assert_ok!(cancel(USER, id));
        assert_eq!(Balances::free_balance(USER), FUNDS);
        assert_eq!(held(USER), 0);
        assert!(is_closed(id));
        assert_eq!(Due::<Test>::iter().count(), 0);
        assert_eq!(
            events(),
            vec![Event::RequestCancelled {
                request: id,
                refunded: 2 * PRICE + DEPOSIT,
            }]
        );
    });
}

#[test]
fn cancelling_should_be_refused_when_workers_were_drawn() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = assigned(1);
        assert_noop!(cancel(USER, id), Error::<Test>::AlreadyAssigned);
    });
}

#[test]
fn cancelling_should_be_refused_when_it_is_anothers_request() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 1);
        assert_noop!(cancel(OTHER_USER, id), Error::<Test>::NotRequester);
        assert_noop!(cancel(USER, id + 1), Error::<Test>::UnknownRequest);
    });
}

#[test]
fn cancelling_should_work_when_the_request_was_reopened() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = assigned(1);
        advance_unswept(DEADLINE);
        assert_ok!(settle(id));
        assert_ok!(cancel(USER, id));
        assert_eq!(Balances::free_balance(USER), FUNDS);
        assert!(is_closed(id));
    });
}
