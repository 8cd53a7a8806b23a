//! The timelines of the README.

use crate::mock::*;
use crate::RequestStatus;
use frame_support::assert_ok;

fn at(block: BlockNumber) {
    advance(block - System::block_number());
}

fn stands(id: u64) -> (RequestStatus, BlockNumber) {
    let record = record(id);
    (record.status, record.due)
}

#[test]
fn redundancy_one_should_go_as_documented() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 1);
        assert_eq!(held(USER), 100 + 50);
        assert_eq!(stands(id), (RequestStatus::Pending, 7));
        at(3);
        assert_eq!(stands(id), (RequestStatus::Assigned, 7));
        at(4);
        let worker = active(id)[0];
        assert_ok!(result(id, worker, 1));
        assert_eq!(stands(id), (RequestStatus::Claimed, 16));
        at(16);
        assert_eq!(stands(id), (RequestStatus::Claimed, 16));
        at(17);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(AUTHOR), FUNDS + 10);
        assert_eq!(Balances::free_balance(TREASURY), FUNDS + 5);
        assert_eq!(Balances::free_balance(worker), FUNDS + 85);
        assert_eq!(Balances::free_balance(USER), FUNDS - 100);
    });
}

#[test]
fn silent_worker_should_be_replaced_as_documented() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 1);
        at(7);
        assert_eq!(stands(id), (RequestStatus::Assigned, 7));
        at(8);
        assert_eq!(status(id), RequestStatus::Pending);
        assert_eq!(Burned::get(), PENALTY);
        at(9);
        assert_eq!(status(id), RequestStatus::Assigned);
    });
}

#[test]
fn liar_should_be_replaced_as_documented() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 1);
        at(4);
        assert_ok!(result(id, active(id)[0], 2));
        at(9);
        assert_ok!(convict(id, 2));
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS + 20);
        assert_eq!(Balances::free_balance(USER), FUNDS - 150 + 100);
        at(10);
        assert_eq!(status(id), RequestStatus::Pending);
        at(11);
        assert_eq!(status(id), RequestStatus::Assigned);
    });
}

#[test]
fn redundancy_two_should_go_as_documented() {
    for (tags, due) in [([1, 1], 10), ([1, 2], 18)] {
        ExtBuilder::default().build_and_execute(|| {
            let id = submit(USER, 2);
            assert_eq!(held(USER), 200 + 50);
            at(3);
            assert_eq!(stands(id), (RequestStatus::Committing, 7));
            let workers = active(id);
            assert_ok!(commit_to(id, workers[0], tags[0]));
            at(4);
            assert_ok!(commit_to(id, workers[1], tags[1]));
            assert_eq!(stands(id), (RequestStatus::Revealing, 9));
            at(5);
            assert_ok!(reveal(id, workers[1], tags[1]));
            assert_eq!(stands(id), (RequestStatus::Revealing, 9));
            at(6);
            assert_ok!(reveal(id, workers[0], tags[0]));
            assert_eq!(stands(id), (RequestStatus::Claimed, due));
            at(due + 1);
            if tags[0] == tags[1] {
                assert!(is_closed(id));
                assert_eq!(Balances::free_balance(USER), FUNDS - 200);
                assert_eq!(Balances::free_balance(workers[0]), FUNDS + 85);
                assert_eq!(Balances::free_balance(workers[1]), FUNDS + 85);
            } else {
                assert_eq!(status(id), RequestStatus::Contested);
                assert_eq!(Balances::free_balance(USER), FUNDS);
                assert_eq!(Locks::iter().count(), 2);
            }
        });
    }
}
