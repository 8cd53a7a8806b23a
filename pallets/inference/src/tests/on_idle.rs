use crate::mock::*;
use crate::{Cursor, Due, RequestStatus, SettleBranch, WeightInfo};
use frame_support::assert_ok;
use frame_support::traits::Hooks;
use frame_support::weights::Weight;

fn sweep(limit: Weight) -> Weight {
    let used = Inference::on_idle(System::block_number(), limit);
    assert!(used.all_lte(limit), "{used:?} of {limit:?}");
    used
}

#[test]
fn whole_life_should_pass_when_nobody_settles() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 2);
        advance(2);
        let workers = active(id);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        for worker in &workers {
            assert_ok!(reveal(id, *worker, 1));
        }
        advance(PARAMETERS.agreed_window + 1);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(USER), FUNDS - 2 * PRICE);
        assert_eq!(Due::<Test>::iter().count(), 0);
        assert_eq!(Cursor::<Test>::get(), System::block_number());
    });
}

#[test]
fn nothing_should_be_touched_when_there_is_no_weight() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 1);
        advance_unswept(3);
        assert_eq!(sweep(Weight::zero()), Weight::zero());
        let too_little = <() as WeightInfo>::sweep_base().saturating_sub(Weight::from_parts(1, 0));
        assert_eq!(sweep(too_little), Weight::zero());
        assert_eq!(Cursor::<Test>::get(), 0);
        assert_eq!(status(id), RequestStatus::Pending);
    });
}

#[test]
fn rest_should_wait_when_the_weight_does_not_suffice() {
    ExtBuilder::default().build_and_execute(|| {
        let ids: Vec<_> = (0..4).map(|_| submit(USER, 1)).collect();
        advance_unswept(1);
        // Buckets 0, 1 and 2 are looked at, and there is room for the heaviest transition once, which a light one leaves
        // mostly unused.
        let base = <() as WeightInfo>::sweep_base()
            .saturating_add(<() as WeightInfo>::sweep_bucket().saturating_mul(3));
        let once = base.saturating_add(SettleBranch::heaviest::<Test>());
        let count = |ids: &[u64]| {
            ids.iter()
                .filter(|id| status(**id) == RequestStatus::Assigned)
                .count()
        };
        sweep(base);
        assert_eq!(count(&ids), 0);
        assert_eq!(Cursor::<Test>::get(), 2);
        sweep(once);
        let done = count(&ids);
        assert!((1..4).contains(&done), "{done}");
        assert_eq!(Cursor::<Test>::get(), 2);
        for _ in done..4 {
            sweep(once);
        }
        assert_eq!(count(&ids), 4);
        sweep(once);
        assert_eq!(Cursor::<Test>::get(), 3);
    });
}

#[test]
fn sweep_should_use_the_weight_of_the_draws_when_they_find_too_few() {
    ExtBuilder::default().with_workers(1).build_and_execute(|| {
        let id = submit(USER, 3);
        advance_unswept(1);
        // Buckets 0, 1 and 2; in the last, one draw that finds a worker, and one that does not.
        let expected = <() as WeightInfo>::sweep_base()
            .saturating_add(<() as WeightInfo>::sweep_bucket().saturating_mul(3))
            .saturating_add(<() as WeightInfo>::sweep_entry())
            .saturating_add(<() as WeightInfo>::sweep_postpone(2))
            .saturating_add(DrawWeight::get().saturating_mul(2));
        assert_eq!(sweep(Weight::MAX), expected);
        assert_eq!(status(id), RequestStatus::Pending);
    });
}

#[test]
fn sweep_should_catch_up_when_many_blocks_were_full() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        advance_unswept(500);
        sweep(Weight::MAX);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
        assert_eq!(Cursor::<Test>::get(), System::block_number() + 1);
    });
}

#[test]
fn sweep_should_stay_within_its_weight_when_it_crawls_through_empty_buckets() {
    ExtBuilder::default().build_and_execute(|| {
        advance_unswept(1_000);
        let limit = <() as WeightInfo>::sweep_base()
            .saturating_add(<() as WeightInfo>::sweep_bucket().saturating_mul(10));
        sweep(limit);
        assert_eq!(Cursor::<Test>::get(), 10);
        sweep(limit);
        assert_eq!(Cursor::<Test>::get(), 20);
    });
}

#[test]
fn requests_should_be_advanced_in_time_when_many_are_due_in_one_block() {
    ExtBuilder::default()
        .with_workers(30)
        .build_and_execute(|| {
            let ids: Vec<_> = (0..10).map(|_| submit(USER, 1)).collect();
            advance(2);
            let due = 2 + DEADLINE;
            for id in &ids {
                let record = record(*id);
                assert_eq!((record.due, record.bucket), (due, Some(due)));
            }
            advance(DEADLINE);
            assert!(ids.iter().all(|id| status(*id) == RequestStatus::Pending));
        });
}

#[test]
fn moved_requests_should_leave_no_entry_behind_when_they_move_in_every_block() {
    ExtBuilder::default().with_workers(0).build_and_execute(|| {
        // All of them are moved in every block since nobody serves them.
        let ids: Vec<_> = (0..16).map(|_| submit(USER, 1)).collect();
        for _ in 0..PARAMETERS.assign_window - 1 {
            advance(1);
            assert_ok!(Inference::do_try_state());
            assert_eq!(Due::<Test>::iter().count(), ids.len());
        }
        assert!(ids.iter().all(|id| status(*id) == RequestStatus::Pending));
        advance(5);
        assert!(ids.iter().all(|id| is_closed(*id)));
        assert_eq!(Due::<Test>::iter().count(), 0);
    });
}
