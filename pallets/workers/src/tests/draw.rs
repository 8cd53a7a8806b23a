use super::*;
use std::collections::BTreeMap;

/// Draws often, giving every lock back, and counts who was drawn.
fn sample(draws: u64) -> BTreeMap<AccountId, u64> {
    let mut drawn = BTreeMap::new();
    for request in 0..draws {
        if let Some(worker) = draw(request) {
            *drawn.entry(worker).or_default() += 1;
            WorkersPallet::release(&worker, request);
        }
    }
    drawn
}

/// Within five standard deviations of a binomial distribution.
fn assert_proportional(drawn: &BTreeMap<AccountId, u64>, shares: &[(AccountId, u64)], draws: u64) {
    let total: u64 = shares.iter().map(|(_, share)| share).sum();
    for (worker, share) in shares {
        let chance = *share as f64 / total as f64;
        let expected = draws as f64 * chance;
        let deviation = (expected * (1.0 - chance)).sqrt();
        let seen = drawn.get(worker).copied().unwrap_or_default() as f64;
        assert!(
            (seen - expected).abs() < 5.0 * deviation,
            "worker {worker}: {seen} draws where {expected} are expected"
        );
    }
}

#[test]
fn draw_should_lock_stake_for_the_request() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            assert_eq!(draw(7), Some(ALICE));
            assert_eq!(Locks::<Test>::get(ALICE, 7), Some(LOCK));
            assert_eq!(record(ALICE).locked, LOCK);
            assert_eq!(held(ALICE), 500);
            System::assert_last_event(
                Event::Locked {
                    worker: ALICE,
                    request: 7,
                    amount: LOCK,
                }
                .into(),
            );
        });
}

#[test]
fn draw_should_lock_a_multiple_of_a_high_price() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            assert_eq!(
                WorkersPallet::draw(&MODEL, 100, 0, &[], seed(0)),
                Some(ALICE)
            );
            assert_eq!(record(ALICE).locked, 400);
            assert_eq!(WorkersPallet::draw(&MODEL, 100, 1, &[], seed(1)), None);
            assert_eq!(draw(1), Some(ALICE));
        });
}

#[test]
fn draw_should_be_proportional_to_tickets() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .with_worker(BOB, 300, &[MODEL])
        .with_worker(CHARLIE, 800, &[MODEL])
        .build_and_execute(|| {
            let drawn = sample(6_000);
            assert_proportional(&drawn, &[(ALICE, 2), (BOB, 3), (CHARLIE, 8)], 6_000);
        });
}

#[test]
fn draw_should_stay_proportional_when_some_cannot_take_the_work() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .with_worker(BOB, 300, &[MODEL])
        .with_worker(CHARLIE, 500, &[MODEL])
        .build_and_execute(|| {
            WorkersPallet::accuse(&CHARLIE);
            let drawn = sample(4_000);
            assert_eq!(drawn.get(&CHARLIE), None);
            assert_proportional(&drawn, &[(ALICE, 2), (BOB, 3)], drawn.values().sum());
            WorkersPallet::absolve(&CHARLIE);
            let drawn = sample(4_000);
            assert_proportional(&drawn, &[(ALICE, 2), (BOB, 3), (CHARLIE, 5)], 4_000);
        });
}

#[test]
fn draw_should_stay_proportional_after_tickets_were_moved() {
    ExtBuilder::default()
        .with_worker(ALICE, 800, &[MODEL])
        .with_worker(BOB, 400, &[MODEL])
        .with_worker(CHARLIE, 600, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 500));
            assert_ok!(WorkersPallet::bond_extra(signed(BOB), 200));
            assert_ok!(WorkersPallet::unbond(signed(CHARLIE), 100));
            advance(AGE);
            let drawn = sample(4_000);
            assert_proportional(&drawn, &[(ALICE, 3), (BOB, 6), (CHARLIE, 5)], 4_000);
        });
}

#[test]
fn draw_should_give_the_same_worker_for_the_same_seed() {
    ExtBuilder::default()
        .with_worker(ALICE, 800, &[MODEL])
        .with_worker(BOB, 800, &[MODEL])
        .build_and_execute(|| {
            for number in 0..20 {
                let first = WorkersPallet::draw(&MODEL, PRICE, 1, &[], seed(number)).unwrap();
                WorkersPallet::release(&first, 1);
                let second = WorkersPallet::draw(&MODEL, PRICE, 1, &[], seed(number)).unwrap();
                WorkersPallet::release(&second, 1);
                assert_eq!(first, second);
            }
        });
}

#[test]
fn draw_should_find_nobody_when_nobody_serves_the_model() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[OTHER])
        .build_and_execute(|| assert_eq!(draw(0), None));
}

#[test]
fn draw_should_pass_over_the_excluded() {
    ExtBuilder::default()
        .with_worker(ALICE, 800, &[MODEL])
        .with_worker(BOB, 200, &[MODEL])
        .build_and_execute(|| {
            for request in 0..4 {
                assert_eq!(
                    WorkersPallet::draw(&MODEL, PRICE, request, &[ALICE], seed(request)),
                    Some(BOB)
                );
            }
            assert_eq!(
                WorkersPallet::draw(&MODEL, PRICE, 9, &[ALICE, BOB], seed(9)),
                None
            );
        });
}

#[test]
fn draw_should_pass_over_the_accused() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            WorkersPallet::accuse(&ALICE);
            WorkersPallet::accuse(&ALICE);
            assert_eq!(draw(0), None);
            WorkersPallet::absolve(&ALICE);
            assert_eq!(draw(0), None);
            WorkersPallet::absolve(&ALICE);
            assert_eq!(draw(0), Some(ALICE));
        });
}

#[test]
fn draw_should_pass_over_tickets_that_are_too_young() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(register(ALICE, 200));
        assert_ok!(serve(ALICE, MODEL));
        advance(AGE - 1);
        assert_eq!(draw(0), None);
        advance(1);
        assert_eq!(draw(0), Some(ALICE));
    });
}

#[test]
fn draw_should_pass_over_workers_without_free_stake() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            for request in 0..4 {
                assert_eq!(draw(request), Some(ALICE));
            }
            assert_eq!(draw(4), None);
            WorkersPallet::release(&ALICE, 2);
            assert_eq!(draw(4), Some(ALICE));
        });
}

#[test]
fn draw_should_give_a_worker_a_request_only_once() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            assert_eq!(draw(0), Some(ALICE));
            assert_eq!(draw(0), None);
            assert_eq!(record(ALICE).locked, LOCK);
        });
}

#[test]
fn draw_should_take_void_tickets_away_and_go_on() {
    ExtBuilder::default()
        .with_worker(ALICE, 800, &[MODEL])
        .build_and_execute(|| {
            for request in 0..16 {
                assert_eq!(draw(request), Some(ALICE));
            }
            for request in 0..16 {
                WorkersPallet::slash(&ALICE, request, &[]);
            }
            assert_ok!(register(BOB, 200));
            assert_ok!(serve(BOB, MODEL));
            advance(AGE);
            assert_eq!((pool(MODEL), tickets(ALICE, MODEL)), (10, 8));
            // Sixteen tries: the eight void tickets are met before they run out.
            assert_eq!(draw(100), Some(BOB));
            for request in 101..104 {
                assert_eq!(draw(request), Some(BOB));
            }
            assert_eq!(draw(104), None);
            assert_eq!((pool(MODEL), tickets(ALICE, MODEL)), (2, 0));
        });
}

#[test]
fn draw_should_try_no_more_tickets_than_the_limit() {
    let mut parameters = PARAMETERS;
    parameters.max_draw_tries = 3;
    ExtBuilder::default()
        .with_parameters(parameters)
        .with_worker(ALICE, 800, &[MODEL])
        .build_and_execute(|| {
            for request in 0..16 {
                // A try in three may be spent on a lock of the same request, never on another.
                assert_eq!(draw(request), Some(ALICE));
            }
            for request in 0..16 {
                WorkersPallet::slash(&ALICE, request, &[]);
            }
            assert_eq!(draw(100), None);
            assert_eq!(pool(MODEL), 5);
        });
}

#[test]
fn draw_should_weigh_as_if_every_try_but_the_last_met_a_void_ticket() {
    let tries = <() as WeightInfo>::draw_void(32);
    assert_eq!(
        WorkersPallet::most_draw_weight(),
        tries.saturating_add(<() as WeightInfo>::draw_hit())
    );
}

#[test]
fn draw_should_read_as_much_from_a_large_pool_as_from_a_small_one() {
    // Every ticket is too young, so that every try is made.
    let nodes = |workers: u64| {
        let mut ext = ExtBuilder::default().build();
        ext.execute_with(|| {
            for worker in 1_000..1_000 + workers {
                assert_ok!(
                    <Balances as frame_support::traits::fungible::Mutate<_>>::mint_into(
                        &worker, 10_000
                    )
                );
                assert_ok!(WorkersPallet::register_worker(
                    signed(worker),
                    worker,
                    800,
                    0
                ));
                assert_ok!(serve(worker, MODEL));
            }
        });
        ext.commit_all().unwrap();
        let (drawn, proof) = ext.execute_and_prove(|| draw(0));
        assert_eq!(drawn, None);
        ext.execute_with(|| assert_eq!(u64::from(pool(MODEL)), 8 * workers));
        proof.iter_nodes().count()
    };
    let (small, large) = (nodes(4), nodes(512));
    // A ticket and a worker per try, each under a path that grows with the logarithm of the pool. Reading the pool would
    // take 4,096 leaves.
    assert!(small > 8, "{small}");
    assert!(large < 16 * 2 * 8, "{large}");
}
