use super::*;

#[test]
fn serve_should_make_tickets_in_proportion_to_stake() {
    ExtBuilder::default()
        .with_worker(ALICE, 599, &[])
        .build_and_execute(|| {
            assert_ok!(serve(ALICE, MODEL));
            assert_eq!(tickets(ALICE, MODEL), 5);
            assert_eq!(pool(MODEL), 5);
            let events: Vec<_> = System::events()
                .into_iter()
                .map(|record| record.event)
                .collect();
            assert_eq!(
                events,
                [
                    Event::ServingStarted {
                        worker: ALICE,
                        model: MODEL
                    }
                    .into(),
                    Event::TicketsChanged {
                        worker: ALICE,
                        model: MODEL,
                        tickets: 5
                    }
                    .into(),
                ]
            );
        });
}

#[test]
fn serve_should_be_open_to_the_operator() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::serve_model(signed(operator(ALICE)), MODEL));
            assert_eq!(tickets(ALICE, MODEL), 2);
            assert_ok!(WorkersPallet::stop_serving(signed(operator(ALICE)), MODEL));
            assert_eq!(pool(MODEL), 0);
        });
}

#[test]
fn serve_should_concern_the_signers_own_worker_when_it_operates_another() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(register(BOB, 200));
        assert_ok!(WorkersPallet::register_worker(signed(ALICE), BOB, 200, 0));
        assert_ok!(serve(BOB, MODEL));
        assert_eq!((tickets(ALICE, MODEL), tickets(BOB, MODEL)), (0, 2));
    });
}

#[test]
fn serve_should_fail_when_the_model_is_not_servable() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[])
        .build_and_execute(|| {
            assert_noop!(serve(ALICE, DRAFT), Error::<Test>::ModelNotServable);
        });
}

#[test]
fn serve_should_fail_when_the_model_is_served_already() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            assert_noop!(serve(ALICE, MODEL), Error::<Test>::AlreadyServed);
        });
}

#[test]
fn serve_should_fail_when_the_stake_makes_no_ticket() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 1));
            assert_noop!(serve(ALICE, MODEL), Error::<Test>::StakeTooSmall);
        });
}

#[test]
fn serve_should_fail_when_too_many_models_are_served() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[])
        .build_and_execute(|| {
            let models: Vec<_> = (10..=10 + MaxServed::get() as u8)
                .map(|byte| [byte; 32])
                .collect();
            Servable::set(models.clone());
            let (last, others) = models.split_last().unwrap();
            for model in others {
                assert_ok!(serve(ALICE, *model));
            }
            assert_noop!(serve(ALICE, *last), Error::<Test>::TooManyServed);
            assert_ok!(WorkersPallet::stop_serving(signed(ALICE), models[0]));
            assert_ok!(serve(ALICE, *last));
        });
}

#[test]
fn serve_should_fail_when_the_account_speaks_for_no_worker() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(serve(ALICE, MODEL), Error::<Test>::NotRegistered);
        assert_noop!(
            WorkersPallet::serve_model(RuntimeOrigin::none(), MODEL),
            BadOrigin
        );
    });
}

#[test]
fn stop_serving_should_keep_the_tickets_of_others_where_their_lists_say() {
    // The invariants compare every ticket with its worker's list.
    for leaver in [ALICE, BOB, CHARLIE] {
        ExtBuilder::default()
            .with_worker(ALICE, 300, &[MODEL])
            .with_worker(BOB, 200, &[MODEL])
            .with_worker(CHARLIE, 400, &[MODEL])
            .build_and_execute(|| {
                // Interleaved, so that a worker's own ticket is moved too.
                assert_ok!(WorkersPallet::bond_extra(signed(ALICE), 200));
                assert_ok!(WorkersPallet::bond_extra(signed(BOB), 300));
                let before = pool(MODEL) - tickets(leaver, MODEL);
                assert_ok!(WorkersPallet::stop_serving(signed(leaver), MODEL));
                assert_eq!(pool(MODEL), before);
                assert_eq!(tickets(leaver, MODEL), 0);
                System::assert_last_event(
                    Event::ServingStopped {
                        worker: leaver,
                        model: MODEL,
                    }
                    .into(),
                );
            });
    }
}

#[test]
fn tickets_should_stay_in_place_when_the_moved_one_is_the_workers_own() {
    ExtBuilder::default()
        .with_worker(BOB, 200, &[MODEL])
        .with_worker(ALICE, 300, &[MODEL])
        .build_and_execute(|| {
            // Alice's last tickets fill Bob's places, so that her first is then the last of all.
            assert_ok!(WorkersPallet::stop_serving(signed(BOB), MODEL));
            assert_eq!(TicketsOf::<Test>::get(ALICE, MODEL).into_inner(), [2, 0, 1]);
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 100));
            assert_eq!(TicketsOf::<Test>::get(ALICE, MODEL).into_inner(), [1, 0]);
        });
}

#[test]
fn stop_serving_should_leave_work_in_progress() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            assert_eq!(draw(0), Some(ALICE));
            assert_ok!(WorkersPallet::stop_serving(signed(ALICE), MODEL));
            assert_eq!(Locks::<Test>::get(ALICE, 0), Some(LOCK));
            assert_eq!(draw(1), None);
        });
}

#[test]
fn stop_serving_should_fail_when_the_model_is_not_served() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[OTHER])
        .build_and_execute(|| {
            assert_noop!(
                WorkersPallet::stop_serving(signed(ALICE), MODEL),
                Error::<Test>::NotServed
            );
            assert_noop!(
                WorkersPallet::stop_serving(signed(BOB), MODEL),
                Error::<Test>::NotRegistered
            );
        });
}

#[test]
fn set_min_price_should_keep_cheap_work_away() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::set_min_price(
                signed(operator(ALICE)),
                PRICE + 1
            ));
            System::assert_last_event(
                Event::MinPriceChanged {
                    worker: ALICE,
                    min_price: PRICE + 1,
                }
                .into(),
            );
            assert_eq!(draw(0), None);
            assert_ok!(WorkersPallet::set_min_price(signed(ALICE), PRICE));
            assert_eq!(draw(0), Some(ALICE));
            assert_noop!(
                WorkersPallet::set_min_price(signed(BOB), 1),
                Error::<Test>::NotRegistered
            );
        });
}

#[test]
fn refresh_should_take_void_tickets_away() {
    ExtBuilder::default()
        .with_worker(ALICE, 240, &[MODEL])
        .with_worker(BOB, 200, &[MODEL])
        .build_and_execute(|| {
            let mut request = 0;
            while Locks::<Test>::iter_prefix(ALICE).next().is_none() {
                draw(request);
                request += 1;
            }
            WorkersPallet::slash(&ALICE, request - 1, &[]);
            assert_eq!(tickets(ALICE, MODEL), 2);
            assert_ok!(WorkersPallet::refresh_tickets(
                signed(CHARLIE),
                ALICE,
                MODEL
            ));
            assert_eq!(tickets(ALICE, MODEL), 0);
            System::assert_last_event(
                Event::TicketsChanged {
                    worker: ALICE,
                    model: MODEL,
                    tickets: 0,
                }
                .into(),
            );
        });
}

#[test]
fn refresh_should_make_tickets_that_new_parameters_allow() {
    ExtBuilder::default()
        .with_worker(ALICE, 400, &[MODEL])
        .build_and_execute(|| {
            let mut parameters = PARAMETERS;
            parameters.ticket_size = 50;
            assert_ok!(WorkersPallet::set_parameters(
                RuntimeOrigin::root(),
                parameters
            ));
            assert_eq!(tickets(ALICE, MODEL), 4);
            assert_ok!(WorkersPallet::refresh_tickets(signed(BOB), ALICE, MODEL));
            assert_eq!(tickets(ALICE, MODEL), 8);
        });
}

#[test]
fn refresh_should_do_nothing_when_tickets_are_right() {
    ExtBuilder::default()
        .with_worker(ALICE, 400, &[MODEL])
        .build_and_execute(|| {
            let info = WorkersPallet::refresh_tickets(signed(BOB), ALICE, MODEL).unwrap();
            assert_eq!(
                info.actual_weight,
                Some(<() as WeightInfo>::refresh_tickets(0))
            );
            assert_eq!(System::events().len(), 0);
        });
}

#[test]
fn refresh_should_fail_when_the_worker_does_not_serve_the_model() {
    ExtBuilder::default()
        .with_worker(ALICE, 400, &[MODEL])
        .build_and_execute(|| {
            assert_noop!(
                WorkersPallet::refresh_tickets(signed(BOB), ALICE, OTHER),
                Error::<Test>::NotServed
            );
            assert_noop!(
                WorkersPallet::refresh_tickets(signed(BOB), BOB, MODEL),
                Error::<Test>::NotRegistered
            );
        });
}
