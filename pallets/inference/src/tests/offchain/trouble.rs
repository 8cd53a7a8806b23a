//! A sidecar that is not what it should be. Nothing is sent, and it is asked again in the next block.

use super::*;

/// What is sent when the sidecar does this, and how many of two requests it was asked for.
fn trouble(mut reply: impl FnMut() -> Reply + Send + 'static) -> usize {
    let mut questions = 0;
    story(|node| {
        node.sidecar(move |_| reply());
        let (first, _) = assigned(1);
        assigned(1);
        set_hashes(0, 0);
        work();
        none(node);
        questions = node.asked().len();
        assert!(record_of(node, OPERATOR).is_none());
        // It is repaired.
        pass(1);
        node.wait(3_000);
        node.sidecar(able);
        work();
        assert_eq!(only(node).call, submission(first, 1));
    });
    questions
}

#[test]
fn nothing_else_should_be_asked_when_nobody_is_there() {
    assert_eq!(trouble(|| Reply::Refused), 1);
    assert_eq!(trouble(|| Reply::BrokenOff), 1);
}

#[test]
fn nothing_else_should_be_asked_when_it_is_silent() {
    assert_eq!(trouble(|| Reply::Silent), 1);
}

#[test]
fn nothing_should_be_sent_when_it_answers_with_an_error() {
    for status in [201, 204, 400, 413, 500, 503] {
        let right = codec::Encode::encode(&submitted(1));
        assert_eq!(trouble(move || Reply::Raw(status, right.clone())), 2);
    }
}

#[test]
fn nothing_should_be_sent_when_it_answers_garbage() {
    let right = codec::Encode::encode(&submitted(1));
    let longer = [&right[..], &[0]].concat();
    let shorter = right[..right.len() - 1].to_vec();
    for bytes in [vec![], vec![9], vec![0; 2], vec![1; 100], longer, shorter] {
        assert_eq!(trouble(move || Reply::Raw(200, bytes.clone())), 2);
    }
}

#[test]
fn nothing_should_be_sent_when_it_answers_too_much() {
    // All that decodes; the limit is for what could be a claim.
    let reason = vec![b'x'; 3 * 32 + 4 * 64 + 1_024];
    let answer = Answer::Withheld { reason };
    assert_eq!(trouble(move || Reply::Answer(answer.clone())), 2);
    assert_eq!(trouble(|| Reply::Raw(200, vec![0; 1 << 20])), 2);
}

#[test]
fn nothing_should_be_sent_when_it_withholds() {
    for reason in [
        b"the tiles differ".to_vec(),
        vec![],
        vec![0xff; 300],
        "≠".repeat(200).into_bytes(),
    ] {
        let answer = Answer::Withheld { reason };
        assert_eq!(trouble(move || Reply::Answer(answer.clone())), 2);
    }
}

#[test]
fn nothing_should_be_sent_when_it_answers_something_else() {
    for answer in [
        Answer::Commit {
            commitment: [1; 32],
        },
        Answer::Open { opening: vec![] },
        revealed(1, [0; 32]),
    ] {
        assert_eq!(trouble(move || Reply::Answer(answer.clone())), 2);
    }
}

#[test]
fn nothing_should_be_sent_when_the_chain_would_refuse_the_claim() {
    let Answer::Submit { trace, outputs } = submitted(1) else {
        panic!("it is a result")
    };
    let leaf = trace[2];
    for (trace, outputs) in [
        // A leaf more, a leaf less, more than any trace has.
        ([&trace[..], &[leaf]].concat(), outputs.clone()),
        (trace[..2].to_vec(), outputs.clone()),
        (vec![leaf; 16_385], outputs.clone()),
        // No output, one more, more than any model has; one of another size, one larger than any is.
        (trace.clone(), vec![]),
        (trace.clone(), [&outputs[..], &outputs[..]].concat()),
        (trace.clone(), vec![vec![1]; 5]),
        (trace.clone(), vec![vec![1]]),
        (trace.clone(), vec![vec![1; 65]]),
        // An output that is not under its leaf.
        (trace.clone(), vec![vec![9, 9]]),
    ] {
        let answer = Answer::Submit { trace, outputs };
        assert_eq!(trouble(move || Reply::Answer(answer.clone())), 2);
    }
}

#[test]
fn log_lines_should_name_what_the_sidecar_is_asked_for() {
    use crate::offchain::duty::Step;
    let opening = |subject| Step::Open {
        subject,
        opening_bytes: 9,
    };
    for (step, words) in [
        (opening(Subject::Node(2)), "opening of node 2"),
        (opening(Subject::Page(3)), "opening of page 3"),
        (
            Step::Reveal {
                commitment: [1; 32],
            },
            "reveal",
        ),
        (Step::Submit, "result"),
        (Step::Commit, "commitment"),
        (
            Step::Expire {
                subject: Subject::Page(4),
            },
            "expiry of the challenge of page 4",
        ),
        (
            Step::Attest {
                node: 5,
                lot: 6,
                trace_root: [1; 32],
            },
            "attestation of node 5",
        ),
    ] {
        assert_eq!(step.to_string(), words);
    }
}

/// What cannot be read yet must not look as if it were gone, and nothing would get in.
#[test]
fn nothing_should_be_done_while_storage_is_brought_from_one_layout_to_the_next() {
    use frame_support::traits::{GetStorageVersion, StorageVersion};
    story(|node| {
        node.sidecar(able);
        assigned(1);
        set_hashes(0, 0);
        StorageVersion::new(1).put::<Inference>();
        work();
        assert_eq!(node.asked(), []);
        none(node);
        Inference::in_code_storage_version().put::<Inference>();
        work();
        assert_eq!(node.asked().len(), 1);
        only(node);
    });
}
