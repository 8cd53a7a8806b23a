//! What comes first when several things are owed.

use super::*;
use veritrace_primitives::traits::ClaimBook;

/// Requests that were each made and drawn for in blocks of their own.
fn several(count: usize) -> Vec<RequestId> {
    let ids = (0..count).map(|_| assigned(1).0).collect();
    set_hashes(0, 0);
    ids
}

fn asked_for(node: &Node) -> Vec<RequestId> {
    node.asked().into_iter().map(|job| job.request).collect()
}

#[test]
fn everything_should_be_asked_for_when_nothing_is_ready() {
    story(|node| {
        node.answers(Answer::Pending);
        let ids = several(3);
        work();
        assert_eq!(asked_for(node), ids, "the first to be due first");
    });
}

#[test]
fn only_one_should_be_sent_when_all_are_ready() {
    story(|node| {
        node.sidecar(able);
        let ids = several(3);
        for id in ids {
            work();
            assert_eq!(asked_for(node), [id]);
            let sent = only(node);
            work();
            assert_eq!(node.asked(), [], "one is on its way");
            pass(1);
            include(&sent);
        }
    });
}

#[test]
fn others_should_be_served_when_one_is_withheld() {
    story(|node| {
        let ids = several(2);
        let first = ids[0];
        node.sidecar(move |job| match job.request == first {
            true => Reply::Answer(Answer::Withheld {
                reason: b"no such model".to_vec(),
            }),
            false => able(job),
        });
        work();
        assert_eq!(asked_for(node), ids);
        assert_eq!(only(node).call, submission(ids[1], 1));
    });
}

#[test]
fn opening_should_come_before_reveal_and_reveal_before_result() {
    story(|node| {
        // A claim that is challenged at two nodes; a commitment to be revealed; a result.
        let (claimed, _) = claimed(&[1]);
        Workers::bond(WORKER + 1, MODEL);
        let (committed, workers) = assigned(2);
        for worker in workers {
            assert_ok!(commit_to(committed, worker, 1));
        }
        Serving::mutate(|serving| serving.retain(|(worker, _)| *worker == WORKER));
        pass(2);
        let (assigned, _) = assigned(1);
        set_hashes(0, 0);
        Challenged::insert(
            (claimed, WORKER),
            vec![
                (Subject::Node(3), 9, false, 90),
                (Subject::Node(2), 9, false, 80),
            ],
        );
        for _ in 0..2 {
            assert_ok!(Inference::challenge_opened(claimed, &WORKER));
        }
        node.answers(Answer::Pending);
        work();
        let asked: Vec<_> = node
            .asked()
            .into_iter()
            .map(|job| (job.request, job.action))
            .collect();
        let open = |node| Action::Open {
            node,
            opening_bytes: 9,
        };
        let commitment = commitment(committed, WORKER, 1);
        assert_eq!(
            asked,
            [
                (claimed, open(2)),
                (claimed, open(3)),
                (committed, Action::Reveal { commitment }),
                (assigned, Action::Submit),
            ]
        );
        for _ in 0..2 {
            Inference::challenge_closed(claimed, &WORKER);
        }
    });
}

#[test]
fn questions_should_end_when_the_time_of_the_block_is_over() {
    story(|node| {
        node.answers(Answer::Pending);
        let ids = several(3);
        node.slow_down(800);
        work();
        assert_eq!(asked_for(node), ids[..2], "the third would begin too late");
        node.slow_down(750);
        work();
        assert_eq!(asked_for(node), ids[..2], "the third would begin just then");
        node.slow_down(0);
        work();
        assert_eq!(asked_for(node), ids);
    });
}

#[test]
fn no_more_than_sixteen_questions_should_be_asked_in_a_block() {
    story(|node| {
        node.answers(Answer::Pending);
        let (id, _) = claimed(&[1]);
        set_hashes(0, 0);
        let challenges: Vec<_> = (0..17)
            .map(|number| (Subject::Node(number), 9, false, 90))
            .collect();
        for _ in &challenges {
            assert_ok!(Inference::challenge_opened(id, &WORKER));
        }
        Challenged::insert((id, WORKER), challenges);
        work();
        assert_eq!(node.asked().len(), 16);
        for _ in 0..17 {
            Inference::challenge_closed(id, &WORKER);
        }
    });
}
