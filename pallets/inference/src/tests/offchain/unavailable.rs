//! Inputs that are not on chain, and that the sidecar cannot get elsewhere.

use super::*;

/// A request drawn for the worker, whose input is elsewhere.
fn private() -> RequestId {
    let (id, _) = assigned_by_root(1);
    set_hashes(0, 0);
    id
}

fn complaint(id: RequestId) -> RuntimeCall {
    Call::input_unavailable { request: id }.into()
}

#[test]
fn sidecar_should_be_told_the_root_alone_when_the_input_is_not_on_chain() {
    story(|node| {
        node.sidecar(able);
        let id = private();
        work();
        let asked = node.asked();
        assert_eq!(asked[0].inputs, [Vec::<u8>::new()]);
        assert_eq!(asked[0].input_roots, record(id).input_roots.to_vec());
        // One that has it elsewhere answers like any other.
        assert_eq!(only(node).call, submission(id, 1));
    });
}

#[test]
fn chain_should_be_told_when_the_sidecar_cannot_get_the_input() {
    story(|node| {
        node.answers(Answer::Unavailable);
        let id = private();
        work();
        let sent = only(node);
        assert_eq!(sent.call, complaint(id));
        pass(1);
        include(&sent);
        assert_eq!(status(id), RequestStatus::AwaitingInput);
        work();
        none(node);
        assert_ok!(publish(id));
        node.sidecar(able);
        pass(2);
        work();
        assert_eq!(node.asked().pop().unwrap().inputs, [INPUT.to_vec()]);
        assert_eq!(only(node).call, submission(id, 1));
    });
}

#[test]
fn nothing_should_be_sent_when_it_is_too_late_to_say_so() {
    story(|node| {
        node.answers(Answer::Unavailable);
        let id = private();
        // The next block is in the second half.
        pass(DEADLINE / 2);
        work();
        none(node);
        assert_eq!(status(id), RequestStatus::Assigned);
    });
}

#[test]
fn nothing_should_be_sent_when_the_input_is_on_chain_and_the_sidecar_says_otherwise() {
    story(|node| {
        node.answers(Answer::Unavailable);
        assigned(1);
        set_hashes(0, 0);
        work();
        none(node);
    });
}
