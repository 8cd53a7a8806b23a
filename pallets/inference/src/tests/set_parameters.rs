use crate::mock::*;
use crate::{Error, Event, Parameters, ParametersOf};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, Permill};

#[test]
fn parameters_should_change_when_root_says_so() {
    ExtBuilder::default().build_and_execute(|| {
        let parameters = ParametersOf::<Test> {
            challenge_window: 100,
            ..PARAMETERS
        };
        assert_ok!(Inference::set_parameters(RuntimeOrigin::root(), parameters));
        assert_eq!(Parameters::<Test>::get(), parameters);
        assert_eq!(events(), vec![Event::ParametersChanged { parameters }]);
    });
}

#[test]
fn parameters_should_stay_when_anyone_else_asks() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            Inference::set_parameters(RuntimeOrigin::signed(USER), PARAMETERS),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn parameters_should_be_refused_when_they_contradict_each_other() {
    type Change = fn(&mut ParametersOf<Test>);
    let changes: [(&str, Change); 13] = [
        ("no workers", |p| p.max_redundancy = 0),
        ("more workers than the runtime allows", |p| {
            p.max_redundancy = 5
        }),
        ("more workers over time than slots", |p| {
            p.max_reassignments = 3
        }),
        ("no requests", |p| p.max_open_per_account = 0),
        ("phases over before they begin", |p| p.min_deadline = 1),
        ("no deadline in range", |p| {
            p.max_deadline = p.min_deadline - 1
        }),
        ("no block to draw in", |p| p.assign_window = 1),
        ("no window", |p| p.agreed_window = 0),
        ("agreement lengthens the window", |p| {
            p.agreed_window = p.challenge_window + 1
        }),
        ("no window after a challenge", |p| {
            p.min_window_after_challenge = 0
        }),
        ("no block to publish in", |p| p.publish_window = 1),
        ("to complain pays more than half", |p| {
            p.unavailability_share = Permill::from_parts(500_001)
        }),
        ("everything at its largest", |p| {
            p.max_redundancy = u8::MAX;
            p.max_reassignments = u8::MAX;
        }),
    ];
    ExtBuilder::default().build_and_execute(|| {
        for (what, change) in changes {
            let mut parameters = PARAMETERS;
            change(&mut parameters);
            let result = Inference::set_parameters(RuntimeOrigin::root(), parameters);
            assert_eq!(
                result,
                Err(Error::<Test>::InconsistentParameters.into()),
                "{what}"
            );
        }
        assert_eq!(Parameters::<Test>::get(), PARAMETERS);
    });
}

#[test]
fn default_parameters_should_be_consistent_when_nothing_is_configured() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Inference::set_parameters(
            RuntimeOrigin::root(),
            ParametersOf::<Test>::default()
        ));
    });
}

#[test]
fn open_requests_should_keep_their_terms_when_parameters_change() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        let due = record(id).due;
        assert_ok!(Inference::set_parameters(
            RuntimeOrigin::root(),
            ParametersOf::<Test> {
                request_deposit: 10 * DEPOSIT,
                max_reassignments: 0,
                min_deadline: 40,
                min_price: 10 * PRICE,
                ..PARAMETERS
            }
        ));
        let record = record(id);
        assert_eq!(
            (record.due, record.deposit, record.attempts_left),
            (due, DEPOSIT, 1)
        );
        assert_ok!(result(id, workers[0], 1));
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(USER), FUNDS - PRICE);
    });
}

#[test]
#[should_panic(expected = "inference parameters contradict each other")]
fn genesis_should_be_refused_when_its_parameters_contradict_each_other() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.min_deadline = 0)
        .build();
}
