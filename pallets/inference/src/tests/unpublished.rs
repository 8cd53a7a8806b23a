//! What becomes of a request whose input nobody publishes.

use crate::mock::*;
use crate::{Complaints, Error, Event, RefundReason, RequestStatus, SettleBranch};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Permill;

/// Balance of an account, what is held included.
fn wealth(account: AccountId) -> Balance {
    Balances::free_balance(account) + held(account)
}

#[test]
fn every_worker_should_be_compensated_when_nobody_publishes() {
    for redundancy in [1u8, 3] {
        ExtBuilder::default().build_and_execute(|| {
            let (id, workers) = assigned_by_root(redundancy);
            // Who has committed had the input, and has computed for nothing.
            if redundancy > 1 {
                assert_ok!(commit_to(id, workers[1], 1));
            }
            assert_ok!(complain(id, workers[0]));
            advance_unswept(PARAMETERS.publish_window - 1);
            assert_noop!(settle(id), Error::<Test>::NothingDue);
            advance_unswept(1);
            events();
            let info = settle(id).unwrap();
            assert_eq!(
                info.actual_weight,
                Some(SettleBranch::Unpublished.weight::<Test>(redundancy.into()))
            );
            assert!(is_closed(id));
            let paid = COMPENSATION * Balance::from(redundancy);
            let refunded = PRICE * Balance::from(redundancy) - paid + DEPOSIT;
            assert_eq!(wealth(USER), FUNDS - paid);
            assert_eq!(held(USER), 0);
            let mut expected = Vec::new();
            for worker in &workers {
                assert_eq!(wealth(*worker), FUNDS + COMPENSATION);
                assert_eq!(Locks::get((*worker, id)), None);
                expected.push(Event::WorkerCompensated {
                    request: id,
                    worker: *worker,
                    amount: COMPENSATION,
                });
            }
            // The complaint was true for all that anyone can see.
            assert_eq!(Balances::free_balance(workers[0] + 100), FUNDS);
            expected.push(Event::ComplaintReleased {
                request: id,
                operator: workers[0] + 100,
                released: COMPLAINT_FEE,
            });
            expected.push(Event::RequestRefunded {
                request: id,
                reason: RefundReason::InputUnavailable,
                refunded,
            });
            assert_eq!(events(), expected);
            // Neither author nor treasury earn by what was not computed.
            assert_eq!((wealth(AUTHOR), wealth(TREASURY)), (FUNDS, FUNDS));
            assert_eq!(Burned::get(), 0);
        });
    }
}

#[test]
fn sweep_should_close_the_request_when_nobody_publishes() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        assert_ok!(complain(id, workers[0]));
        advance(PARAMETERS.publish_window + 1);
        assert!(is_closed(id));
        assert_eq!(wealth(workers[0]), FUNDS + COMPENSATION);
    });
}

#[test]
fn nobody_should_be_drawn_again_when_nobody_publishes() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        // The first one idles; the second says why nothing can come of it.
        advance(DEADLINE + 2);
        let second = active(id)[0];
        assert_ne!(second, workers[0]);
        assert_ok!(complain(id, second));
        advance(PARAMETERS.publish_window + 1);
        assert!(is_closed(id));
        // Who was late is not compensated.
        assert_eq!(wealth(workers[0]), FUNDS);
        assert_eq!(wealth(second), FUNDS + COMPENSATION);
        assert_eq!(wealth(USER), FUNDS - COMPENSATION);
    });
}

#[test]
fn worker_should_be_paid_less_for_complaining_than_for_working() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.unavailability_share = Permill::from_percent(50))
        .build_and_execute(|| {
            let (id, workers) = assigned_by_root(1);
            assert_ok!(complain(id, workers[0]));
            advance(PARAMETERS.publish_window + 1);
            assert!(is_closed(id));
            // The largest share that can be set.
            assert!(wealth(workers[0]) - FUNDS < WAGE);
        });
}

#[test]
fn share_should_round_down_when_the_price_is_odd() {
    ExtBuilder::default().build_and_execute(|| {
        Terms::mutate(MODEL, |terms| terms.as_mut().unwrap().price = 14);
        let (id, workers) = assigned_by_root(1);
        assert_ok!(complain(id, workers[0]));
        advance(PARAMETERS.publish_window + 1);
        assert_eq!(wealth(workers[0]), FUNDS + 2);
        assert_eq!(wealth(USER), FUNDS - 2);
    });
}

#[test]
fn user_should_have_everything_back_when_the_model_is_condemned_meanwhile() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(2);
        assert_ok!(complain(id, workers[0]));
        Condemned::insert(MODEL, ());
        // At once, and nobody is to blame.
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(wealth(USER), FUNDS);
        assert_eq!(Balances::free_balance(workers[0] + 100), FUNDS);
        assert_eq!(Complaints::<Test>::iter().count(), 0);
        assert_eq!(Locks::iter().count(), 0);
        assert!(events().iter().any(|event| matches!(
            event,
            Event::RequestRefunded {
                reason: RefundReason::Condemned,
                ..
            }
        )));
    });
}

#[test]
fn user_should_not_cancel_when_the_request_waits_for_its_input() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        assert_ok!(complain(id, workers[0]));
        assert_noop!(
            Inference::cancel_request(RuntimeOrigin::signed(USER), id),
            Error::<Test>::AlreadyAssigned
        );
        assert_eq!(status(id), RequestStatus::AwaitingInput);
    });
}

#[test]
fn fees_should_add_up_when_an_operator_complains_about_several_requests() {
    ExtBuilder::default().with_workers(1).build_and_execute(|| {
        let (one, workers) = assigned_by_root(1);
        let (two, _) = assigned_by_root(1);
        for id in [one, two] {
            assert_ok!(complain(id, workers[0]));
        }
        assert_eq!(held(workers[0] + 100), 2 * COMPLAINT_FEE);
        assert_ok!(publish(one));
        assert_eq!(held(workers[0] + 100), COMPLAINT_FEE);
        advance(PARAMETERS.publish_window + 1);
        assert!(is_closed(two));
        assert_eq!(held(workers[0] + 100), 0);
    });
}
