use super::*;
use codec::{Decode, Encode};

#[test]
fn set_parameters_should_change_what_draws_lock() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            let mut parameters = PARAMETERS;
            parameters.lock_multiple = 9;
            assert_eq!(draw(0), Some(ALICE));
            assert_ok!(WorkersPallet::set_parameters(
                RuntimeOrigin::root(),
                parameters
            ));
            System::assert_last_event(Event::ParametersChanged { parameters }.into());
            assert_eq!(draw(1), Some(ALICE));
            assert_eq!(Locks::<Test>::get(ALICE, 0), Some(50));
            assert_eq!(Locks::<Test>::get(ALICE, 1), Some(90));
        });
}

#[test]
fn set_parameters_should_void_tickets_of_stake_that_no_longer_suffices() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            let mut parameters = PARAMETERS;
            parameters.min_bond = 201;
            assert_ok!(WorkersPallet::set_parameters(
                RuntimeOrigin::root(),
                parameters
            ));
            assert_eq!(draw(0), None);
            assert_eq!(pool(MODEL), 0);
        });
}

#[test]
fn set_parameters_should_refuse_values_that_do_not_fit() {
    let changes: [fn(&mut ParametersOf<Test>); 8] = [
        |parameters| parameters.ticket_size = 0,
        |parameters| parameters.ticket_size = 201,
        |parameters| parameters.min_lock = 0,
        |parameters| parameters.min_lock = 201,
        |parameters| parameters.no_show_penalty = 51,
        |parameters| parameters.lock_multiple = 1,
        |parameters| parameters.max_draw_tries = 0,
        |parameters| parameters.max_draw_tries = MAX_DRAW_TRIES + 1,
    ];
    ExtBuilder::default().build_and_execute(|| {
        for change in changes {
            let mut parameters = PARAMETERS;
            change(&mut parameters);
            assert_noop!(
                WorkersPallet::set_parameters(RuntimeOrigin::root(), parameters),
                Error::<Test>::InconsistentParameters
            );
        }
    });
}

#[test]
fn set_parameters_should_refuse_others_than_the_admin() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            WorkersPallet::set_parameters(signed(ALICE), PARAMETERS),
            BadOrigin
        );
    });
}

#[test]
#[should_panic(expected = "workers: the parameters are consistent")]
fn genesis_should_be_refused_when_the_parameters_do_not_fit() {
    let mut parameters = PARAMETERS;
    parameters.ticket_size = 0;
    ExtBuilder::default().with_parameters(parameters).build();
}

#[test]
fn default_parameters_should_be_consistent() {
    assert!(ParametersOf::<Test>::default().is_consistent());
}

#[test]
fn parameters_should_be_named_in_camel_case_in_a_genesis() {
    let json = serde_json::to_value(PARAMETERS).unwrap();
    let names: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        [
            "lockMultiple",
            "maxDrawTries",
            "minBond",
            "minLock",
            "noShowPenalty",
            "noShowShare",
            "ticketAge",
            "ticketSize",
            "unbondDelay"
        ]
    );
    assert_eq!(
        serde_json::from_value::<ParametersOf<Test>>(json).unwrap(),
        PARAMETERS
    );
}

// The layout of what is stored is part of the storage version.
#[test]
fn stored_types_should_keep_their_encoding() {
    let mut expected = Vec::new();
    expected.extend(200u128.encode());
    expected.extend(100u128.encode());
    expected.extend(50u128.encode());
    expected.extend(4u32.encode());
    expected.extend(7u128.encode());
    expected.extend(DELAY.encode());
    expected.extend(AGE.encode());
    expected.extend(16u32.encode());
    expected.extend(100_000u32.encode());
    assert_eq!(PARAMETERS.encode(), expected);

    let ticket = Ticket {
        worker: ALICE,
        ordinal: 3u32,
        since: 9u32,
    };
    assert_eq!(
        ticket.encode(),
        [1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 9, 0, 0, 0]
    );

    ExtBuilder::default()
        .with_worker(ALICE, 300, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 100));
            let at = System::block_number() + DELAY;
            let mut expected = operator(ALICE).encode();
            expected.extend(200u128.encode());
            expected.extend(0u128.encode());
            expected.extend(0u128.encode());
            expected.extend(0u32.encode());
            expected.extend([4]);
            expected.extend(100u128.encode());
            expected.extend(at.encode());
            expected.extend([4]);
            expected.extend(MODEL);
            assert_eq!(record(ALICE).encode(), expected);
            assert_eq!(
                WorkerRecord::<Test>::decode(&mut &expected[..]),
                Ok(record(ALICE))
            );
        });
}
