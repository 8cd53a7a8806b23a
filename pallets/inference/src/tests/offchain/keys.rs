//! For whom a node works, and one at a time.

use super::*;
use crate::offchain::lock_key;
use crate::offchain::outbox::storage_key;

#[test]
fn node_should_do_nothing_when_it_has_no_key() {
    story(|node| {
        node.sidecar(able);
        assigned(1);
        set_hashes(0, 0);
        Keys::set(vec![]);
        work();
        assert_eq!(node.asked(), []);
        none(node);
        assert_eq!(node.stored(&lock_key(&OPERATOR)), None);
    });
}

#[test]
fn nothing_should_be_signed_where_a_runtime_has_no_keys() {
    use crate::offchain::OperatorKeys;
    type Nobody = ();
    assert_eq!(
        <Nobody as OperatorKeys<Test>>::accounts(),
        Vec::<AccountId>::new()
    );
    let call = Challenges::attestation(0, &[]);
    assert_eq!(
        <Nobody as OperatorKeys<Test>>::sign(&OPERATOR, call, 0, 1, 8),
        None
    );
}

#[test]
fn node_should_do_nothing_when_its_key_is_of_no_worker() {
    story(|node| {
        node.sidecar(able);
        assigned(1);
        set_hashes(0, 0);
        // The worker's own account signs no work.
        Keys::set(vec![WORKER, USER]);
        work();
        assert_eq!(node.asked(), []);
        none(node);
    });
}

#[test]
fn node_should_ask_nothing_when_nothing_is_owed() {
    story(|node| {
        node.sidecar(able);
        work();
        assert_eq!(node.asked(), []);
        none(node);
        assert!(record_of(node, OPERATOR).is_none());
    });
}

#[test]
fn nothing_should_be_sent_when_the_key_is_taken_out_meanwhile() {
    story(|node| {
        node.sidecar(|job| {
            Keys::set(vec![]);
            able(job)
        });
        assigned(1);
        set_hashes(0, 0);
        work();
        none(node);
        assert!(record_of(node, OPERATOR).is_none());
    });
}

/// Commits of two workers whose keys one node has.
#[test]
fn each_key_should_send_its_own_when_there_are_two() {
    story_of(ExtBuilder::default().with_workers(2), |node| {
        Keys::set(vec![OPERATOR, OPERATOR + 1]);
        node.answers(Answer::Commit {
            commitment: [1; 32],
        });
        let (id, _) = assigned(2);
        set_hashes(0, 0);
        work();
        let asked: Vec<_> = node.asked().into_iter().map(|job| job.worker[0]).collect();
        assert_eq!(asked, [WORKER as u8, WORKER as u8 + 1]);
        let sent = node.sent::<Transaction>();
        let senders: Vec<_> = sent.iter().map(|each| (each.account, each.nonce)).collect();
        assert_eq!(senders, [(OPERATOR, 0), (OPERATOR + 1, 0)]);
        assert_ne!(storage_key(&OPERATOR), storage_key(&(OPERATOR + 1)));
        pass(1);
        for each in &sent {
            include(each);
        }
        assert_eq!(status(id), RequestStatus::Revealing);
    });
}

#[test]
fn a_key_that_waits_should_not_keep_another_from_working() {
    story_of(ExtBuilder::default().with_workers(2), |node| {
        Keys::set(vec![OPERATOR, OPERATOR + 1]);
        node.answers(Answer::Commit {
            commitment: [1; 32],
        });
        assigned(2);
        set_hashes(0, 0);
        node.store(&lock_key(&OPERATOR), &node::lock_until(1_000, node));
        work();
        assert_eq!(only(node).account, OPERATOR + 1);
        pass(1);
        node.wait(3_000);
        work();
        assert_eq!(only(node).account, OPERATOR);
    });
}

#[test]
fn node_should_work_for_a_few_keys_at_most() {
    story_of(
        ExtBuilder::default()
            .with_workers(5)
            .with_parameters(|parameters| parameters.max_redundancy = 4),
        |node| {
            Keys::set((0..5).map(|index| OPERATOR + index).collect());
            node.answers(Answer::Pending);
            assigned(4);
            assigned(4);
            set_hashes(0, 0);
            work();
            let mut workers: Vec<_> = node.asked().into_iter().map(|job| job.worker[0]).collect();
            workers.dedup();
            assert!(!workers.contains(&(WORKER as u8 + 4)));
            assert_eq!(workers.len(), 4);
        },
    );
}

#[test]
fn nothing_should_be_done_while_another_block_is_worked_on() {
    story(|node| {
        node.sidecar(able);
        assigned(1);
        set_hashes(0, 0);
        node.store(&lock_key(&OPERATOR), &node::lock_until(4_000, node));
        work();
        assert_eq!(node.asked(), []);
        none(node);
        assert!(
            node.stored(&lock_key(&OPERATOR)).is_some(),
            "it is another's"
        );
    });
}

#[test]
fn lock_should_be_over_when_whoever_held_it_is_gone() {
    story(|node| {
        node.sidecar(able);
        assigned(1);
        set_hashes(0, 0);
        node.store(&lock_key(&OPERATOR), &node::lock_until(4_000, node));
        node.wait(4_001);
        work();
        only(node);
        assert_eq!(node.stored(&lock_key(&OPERATOR)), None, "it is given back");
    });
}

#[test]
fn lock_should_be_held_while_the_sidecar_is_asked() {
    story(|node| {
        let inner = node.clone();
        node.sidecar(move |job| {
            assert!(inner.stored(&lock_key(&OPERATOR)).is_some());
            able(job)
        });
        assigned(1);
        set_hashes(0, 0);
        work();
        only(node);
        assert_eq!(node.stored(&lock_key(&OPERATOR)), None);
    });
}
