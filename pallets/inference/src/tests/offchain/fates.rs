//! What becomes of a transaction, and what is done about it.

use super::*;
use crate::offchain::outbox::{storage_key, BIRTH_DEPTH, LIFE, PATIENCE};
use frame_support::storage::{with_transaction, TransactionOutcome};
use sp_runtime::DispatchError;

/// A request that leaves the worker twenty blocks, just drawn for.
fn long() -> RequestId {
    let id = crate::NextRequestId::<Test>::get();
    assert_ok!(Inference::submit_inference_request(
        RuntimeOrigin::signed(USER),
        MODEL,
        inputs(),
        PRICE,
        20,
        1,
    ));
    advance(1);
    assert_ok!(settle(id));
    set_hashes(0, 0);
    id
}

/// Something that is taken back later. What the node has stored stays.
fn on_a_branch(play: impl FnOnce()) {
    let rolled_back = with_transaction(|| {
        play();
        TransactionOutcome::Rollback(Ok::<(), DispatchError>(()))
    });
    assert_ok!(rolled_back);
}

#[test]
fn nothing_should_be_asked_or_sent_while_a_transaction_waits() {
    story(|node| {
        node.sidecar(able);
        long();
        work();
        let sent = only(node);
        node.asked();
        for _ in 1..PATIENCE {
            pass(1);
            work();
            assert_eq!(node.asked(), []);
            none(node);
        }
        pass(1);
        include(&sent);
    });
}

#[test]
fn transaction_should_be_sent_again_in_the_same_bytes_when_the_pool_may_have_lost_it() {
    story(|node| {
        node.sidecar(able);
        long();
        work();
        let sent = only(node);
        node.asked();
        // The node was restarted, its pool is empty; and the sidecar is gone.
        node.sidecar(|_| Reply::Refused);
        pass(PATIENCE);
        work();
        for _ in 0..3 {
            assert_eq!(only(node), sent);
            pass(1);
            work();
        }
        assert_eq!(only(node), sent);
        assert_eq!(node.asked(), []);
        pass(1);
        include(&sent);
    });
}

#[test]
fn transaction_should_be_decided_on_anew_when_it_is_dead() {
    story(|node| {
        node.sidecar(able);
        let id = long();
        work();
        let first = only(node);
        let dies_at = first.birth + LIFE;
        while System::block_number() + 2 < dies_at {
            pass(1);
            work();
        }
        assert!(node.sent::<Transaction>().iter().all(|sent| *sent == first));
        node.asked();
        pass(1);
        work();
        assert_eq!(node.asked().len(), 1);
        let second = only(node);
        assert_eq!(
            second.nonce, first.nonce,
            "only one of them can be included"
        );
        assert_eq!(second.birth, System::block_number() - BIRTH_DEPTH);
        assert_eq!(record_of(node, OPERATOR).unwrap().repeats, 0);
        pass(1);
        include(&second);
        assert_eq!(state_of(id, WORKER), SlotState::Revealed(trace_root(1)));
    });
}

#[test]
fn transaction_should_be_decided_on_anew_when_a_fork_took_back_the_block_it_was_born_in() {
    story(|node| {
        node.sidecar(able);
        long();
        work();
        let first = only(node);
        // Another branch has the same request in the same block, but it is another block.
        set_hashes(first.birth, 1);
        work();
        let second = only(node);
        assert_eq!((second.nonce, second.birth), (first.nonce, first.birth));
        assert_ne!(second.birth_hash, first.birth_hash);
        // And back: the first one could be included, and so could a third; each instead of the other.
        set_hashes(first.birth, 0);
        work();
        assert_eq!(only(node), first);
    });
}

#[test]
fn transaction_should_be_waited_for_when_a_fork_took_back_the_block_that_included_it() {
    story(|node| {
        node.sidecar(able);
        long();
        work();
        let sent = only(node);
        node.asked();
        on_a_branch(|| {
            pass(1);
            include(&sent);
            work();
            assert_eq!(node.asked(), []);
        });
        // The branch that is best now has the block of birth, too: the pool puts it into the next block.
        for _ in 1..PATIENCE {
            pass(1);
            work();
            none(node);
        }
        pass(1);
        work();
        assert_eq!(only(node), sent, "or it is sent again");
        pass(1);
        include(&sent);
    });
}

#[test]
fn transaction_should_be_decided_on_anew_when_a_fork_took_back_the_one_before() {
    story(|node| {
        node.sidecar(able);
        let (first, second) = (long(), long());
        let mut before = None;
        on_a_branch(|| {
            work();
            let sent = only(node);
            pass(1);
            include(&sent);
            work();
            assert_eq!(only(node).call, submission(second, 1));
            before = Some(sent);
        });
        // Both are on the way, but by this branch's state neither is included.
        pass(2);
        work();
        let again = only(node);
        assert_eq!(again.call, submission(first, 1));
        assert_eq!(again.nonce, before.unwrap().nonce);
        pass(1);
        include(&again);
        work();
        let sent = only(node);
        assert_eq!((sent.call.clone(), sent.nonce), (submission(second, 1), 1));
        pass(1);
        include(&sent);
    });
}

#[test]
fn block_before_the_one_in_which_something_was_sent_should_do_nothing() {
    story(|node| {
        node.sidecar(able);
        long();
        on_a_branch(|| {
            pass(8);
            work();
            let sent = only(node);
            assert!(sent.birth > 2, "a block that is not there yet");
            node.asked();
        });
        // A run that was held up, or a shorter branch.
        assert_eq!(System::block_number(), 2);
        work();
        assert_eq!(node.asked(), []);
        none(node);
    });
}

#[test]
fn step_should_wait_ever_longer_when_it_is_repeated() {
    story(|node| {
        node.sidecar(able);
        long();
        for (repeats, wait) in [2, 4, 8].into_iter().enumerate() {
            work();
            assert_eq!(only(node).nonce, repeats as u32);
            assert_eq!(record_of(node, OPERATOR).unwrap().repeats, repeats as u32);
            // Something else of this key uses the nonce.
            System::inc_account_nonce(OPERATOR);
            for _ in 0..wait {
                node.asked();
                work();
                assert_eq!(node.asked(), []);
                none(node);
                pass(1);
            }
        }
    });
}

#[test]
fn another_step_should_not_wait_when_one_is_repeated() {
    story(|node| {
        node.sidecar(able);
        let (first, second) = (long(), long());
        work();
        assert_eq!(only(node).call, submission(first, 1));
        System::inc_account_nonce(OPERATOR);
        work();
        assert_eq!(only(node).call, submission(second, 1));
    });
}

#[test]
fn what_the_pool_refuses_should_be_decided_on_anew() {
    story(|node| {
        node.sidecar(able);
        let (first, second) = (long(), long());
        node.pool(Door::Closed);
        work();
        assert_eq!(node.asked().len(), 2, "nothing waits, so others are tried");
        assert!(record_of(node, OPERATOR).is_none());
        node.pool(Door::Open);
        work();
        let sent = only(node);
        assert_eq!(sent.call, submission(first, 1));
        pass(1);
        include(&sent);
        // And what was known is known afterwards.
        let known = record_of(node, OPERATOR);
        node.pool(Door::Closed);
        work();
        assert_eq!(record_of(node, OPERATOR), known);
        node.pool(Door::Open);
        work();
        assert_eq!(only(node).call, submission(second, 1));
    });
}

#[test]
fn record_should_be_written_before_the_pool_has_the_transaction() {
    story(|node| {
        node.sidecar(able);
        let id = long();
        work();
        let sent = only(node);
        let record = record_of(node, OPERATOR).unwrap();
        assert_eq!(record.request, id);
        assert_eq!(record.transaction, codec::Encode::encode(&sent));
        assert_eq!(record.birth, (sent.birth, sent.birth_hash));
        assert_eq!(record.dies_at, sent.birth + sent.life);
        // A crash in between: the record is there, the transaction is nowhere. It is sent from the record.
        node.sidecar(|_| panic!("it need not be computed again"));
        pass(PATIENCE);
        work();
        assert_eq!(only(node), sent);
    });
}

#[test]
fn record_of_another_version_should_be_as_none() {
    story(|node| {
        node.sidecar(able);
        long();
        node.store(&storage_key(&OPERATOR), &[200; 3]);
        work();
        only(node);
    });
}
