//! What is asked and sent in the life of a request.

use super::*;
use crate::offchain::duty::REVEAL_DEPTH;
use crate::offchain::outbox::{BIRTH_DEPTH, LIFE};
use crate::offchain::VERSION;

fn job_for(id: RequestId, action: Action) -> Job {
    let mut worker = [0; 32];
    worker[..8].copy_from_slice(&WORKER.to_le_bytes());
    Job {
        version: VERSION,
        genesis: System::block_hash(0).0,
        block: System::block_number(),
        request: id,
        model: MODEL,
        graph_root: [8; 32],
        worker,
        work: crate::WorkOf::<Test>::get(WORKER).into_inner(),
        input_roots: record(id).input_roots.into_inner(),
        inputs: vec![INPUT.to_vec()],
        action,
    }
}

#[test]
fn result_should_be_submitted_when_the_sidecar_has_it() {
    story(|node| {
        node.sidecar(able);
        let (id, _) = assigned(1);
        set_hashes(0, 0);
        work();
        assert_eq!(node.asked(), [job_for(id, Action::Submit)]);
        let sent = only(node);
        assert_eq!(
            sent,
            Transaction {
                account: OPERATOR,
                call: submission(id, 1),
                nonce: 0,
                // Before the phase that began in block 2, so that a peer that has not seen block 2 yet takes it.
                birth: 1,
                birth_hash: System::block_hash(1),
                life: LIFE,
            }
        );
        pass(1);
        include(&sent);
        assert_eq!(state_of(id, WORKER), SlotState::Revealed(trace_root(1)));
        work();
        assert_eq!(node.asked(), [], "nothing is left to be done");
        none(node);
    });
}

#[test]
fn sidecar_should_be_asked_again_when_it_is_computing() {
    story(|node| {
        node.answers(Answer::Pending);
        let (id, _) = assigned(1);
        set_hashes(0, 0);
        for _ in 0..2 {
            work();
            assert_eq!(node.asked(), [job_for(id, Action::Submit)]);
            none(node);
            pass(1);
        }
        node.sidecar(able);
        work();
        let sent = only(node);
        assert_eq!(sent.birth, 1);
        pass(1);
        include(&sent);
    });
}

#[test]
fn result_should_be_born_some_blocks_back_when_it_took_long() {
    story_of(ExtBuilder::default().with_workers(1), |node| {
        node.answers(Answer::Pending);
        let id = crate::NextRequestId::<Test>::get();
        assert_ok!(Inference::submit_inference_request(
            RuntimeOrigin::signed(USER),
            MODEL,
            inputs(),
            PRICE,
            20,
            1,
        ));
        pass(10);
        work();
        none(node);
        node.sidecar(able);
        work();
        let sent = only(node);
        assert_eq!(sent.birth, System::block_number() - BIRTH_DEPTH);
        pass(1);
        include(&sent);
        assert_eq!(state_of(id, WORKER), SlotState::Revealed(trace_root(1)));
    });
}

#[test]
fn nothing_should_be_asked_when_the_next_block_is_too_late() {
    story(|node| {
        node.answers(Answer::Pending);
        let (id, _) = assigned(1);
        pass(DEADLINE - 2);
        assert_eq!(System::block_number() + 2, record(id).due);
        set_hashes(0, 0);
        work();
        assert_eq!(node.asked().len(), 1, "one block is left");
        pass(1);
        node.sidecar(able);
        work();
        assert_eq!(node.asked(), []);
        none(node);
    });
}

/// A request of redundancy two with this deadline, to which the other worker commits by itself.
fn two_workers(node: &Node, deadline: BlockNumber) -> (RequestId, AccountId) {
    node.sidecar(able);
    let id = crate::NextRequestId::<Test>::get();
    assert_ok!(Inference::submit_inference_request(
        RuntimeOrigin::signed(USER),
        MODEL,
        inputs(),
        2 * PRICE,
        deadline,
        2,
    ));
    pass(1);
    assert_ok!(settle(id));
    set_hashes(0, 0);
    let other = active(id)
        .into_iter()
        .find(|worker| *worker != WORKER)
        .unwrap();
    (id, other)
}

/// Commits, and lets the other commit: the reveals are open.
fn committed(node: &Node, deadline: BlockNumber) -> (RequestId, AccountId) {
    let (id, other) = two_workers(node, deadline);
    work();
    assert_eq!(node.asked(), [job_for(id, Action::Commit)]);
    let sent = only(node);
    assert_eq!(
        sent.call,
        Call::<Test>::commit_result {
            request: id,
            commitment: commitment(id, WORKER, 1),
        }
        .into()
    );
    pass(1);
    include(&sent);
    work();
    assert_eq!(node.asked(), [], "others have not committed");
    assert_ok!(commit_to(id, other, 1));
    assert_eq!(status(id), RequestStatus::Revealing);
    (id, other)
}

/// Reveals, as the chain wants it.
fn finish(node: &Node, id: RequestId, other: AccountId) {
    let commitment = commitment(id, WORKER, 1);
    assert_eq!(node.asked(), [job_for(id, Action::Reveal { commitment })]);
    let sent = only(node);
    assert_eq!(sent.nonce, 1);
    pass(1);
    include(&sent);
    assert_eq!(state_of(id, WORKER), SlotState::Revealed(trace_root(1)));
    assert_ok!(reveal(id, other, 1));
}

#[test]
fn reveal_should_wait_until_the_phase_is_likely_to_be_final() {
    story_of(ExtBuilder::default().with_workers(2), |node| {
        let (id, other) = committed(node, 20);
        for _ in 0..REVEAL_DEPTH {
            work();
            assert_eq!(node.asked(), []);
            pass(1);
        }
        work();
        finish(node, id, other);
    });
}

#[test]
fn reveal_should_not_wait_when_half_of_the_phase_is_over() {
    story_of(ExtBuilder::default().with_workers(2), |node| {
        let (id, other) = committed(node, 4);
        for _ in 0..2 {
            work();
            assert_eq!(node.asked(), []);
            pass(1);
        }
        assert!(System::block_number() - record(id).since < REVEAL_DEPTH);
        work();
        finish(node, id, other);
    });
}

#[test]
fn what_was_committed_to_by_another_should_not_be_revealed() {
    story_of(ExtBuilder::default().with_workers(2), |node| {
        let (id, other) = committed(node, 4);
        node.answers(revealed(1, [1; 32]));
        pass(2);
        work();
        none(node);
        node.answers(revealed(2, salt(WORKER)));
        work();
        none(node);
        node.asked();
        node.sidecar(able);
        work();
        finish(node, id, other);
    });
}

#[test]
fn nothing_should_be_done_when_the_model_is_condemned() {
    story(|node| {
        node.sidecar(able);
        let (id, _) = assigned(1);
        set_hashes(0, 0);
        Condemned::insert(MODEL, ());
        work();
        assert_eq!(node.asked(), []);
        assert_ok!(settle(id));
    });
}

/// A claim with these challenges against it.
fn challenged(challenges: &[Challenge]) -> RequestId {
    let (id, _) = claimed(&[1]);
    set_hashes(0, 0);
    Challenged::insert((id, WORKER), challenges.to_vec());
    for _ in challenges {
        assert_ok!(<Inference as veritrace_primitives::traits::ClaimBook<
            _,
            _,
        >>::challenge_opened(id, &WORKER));
    }
    id
}

/// The challenges are over.
fn withdrawn(id: RequestId) {
    for _ in Challenged::take((id, WORKER)) {
        <Inference as veritrace_primitives::traits::ClaimBook<_, _>>::challenge_closed(id, &WORKER);
    }
}

#[test]
fn challenged_node_should_be_opened_when_there_is_time() {
    story(|node| {
        node.sidecar(able);
        let due = 8;
        let id = challenged(&[(Subject::Node(7), 300, false, due)]);
        work();
        let action = Action::Open {
            node: 7,
            opening_bytes: 300,
        };
        assert_eq!(node.asked(), [job_for(id, action)]);
        assert_eq!(
            only(node).call,
            Challenges::opening(id, Subject::Node(7), &[7])
        );
        withdrawn(id);
    });
}

#[test]
fn challenged_node_should_be_opened_in_the_last_block_and_no_later() {
    story(|node| {
        node.sidecar(able);
        let due = 6;
        let id = challenged(&[(Subject::Node(7), 300, false, due)]);
        pass(due - 2 - System::block_number());
        node.answers(Answer::Pending);
        work();
        assert_eq!(node.asked().len(), 1);
        pass(1);
        work();
        assert_eq!(node.asked(), []);
        withdrawn(id);
    });
}

#[test]
fn challenged_node_should_be_opened_when_the_model_is_condemned() {
    story(|node| {
        node.sidecar(able);
        let id = challenged(&[(Subject::Node(7), 300, false, 8)]);
        Condemned::insert(MODEL, ());
        work();
        assert_eq!(
            only(node).call,
            Challenges::opening(id, Subject::Node(7), &[7])
        );
        withdrawn(id);
    });
}

#[test]
fn opening_should_not_be_sent_when_the_chain_would_reject_it() {
    story(|node| {
        let id = challenged(&[(Subject::Node(7), 300, false, 8)]);
        node.answers(Answer::Open {
            opening: FALSE_OPENING.to_vec(),
        });
        work();
        assert_eq!(node.asked().len(), 1);
        none(node);
        withdrawn(id);
    });
}

#[test]
fn challenge_should_be_expired_when_the_challenger_is_silent() {
    story(|node| {
        // It takes no sidecar.
        node.store(crate::offchain::ADDRESS_KEY, b"nowhere");
        let due = 6;
        let id = challenged(&[(Subject::Node(7), 300, true, due)]);
        while System::block_number() + 1 < due {
            work();
            none(node);
            pass(1);
        }
        work();
        assert_eq!(
            only(node).call,
            Challenges::expiry(id, WORKER, Subject::Node(7))
        );
        assert_eq!(node.asked(), []);
        withdrawn(id);
    });
}

#[test]
fn challenged_page_should_be_opened_when_there_is_time() {
    story(|node| {
        node.sidecar(able);
        let id = challenged(&[(Subject::Page(3), 300, false, 8)]);
        work();
        assert_eq!(node.asked(), [job_for(id, Action::OpenPage { page: 3 })]);
        let opened = Challenges::opening(id, Subject::Page(3), &[200, 3]);
        assert_eq!(only(node).call, opened);
        withdrawn(id);
    });
}

#[test]
fn page_should_not_be_expired_while_a_node_is_challenged() {
    story(|node| {
        let due = 6;
        let (page, at) = (Subject::Page(0), Subject::Node(3));
        let id = challenged(&[(page, 300, true, due), (at, 9, true, due + 2)]);
        pass(due - 1 - System::block_number());
        work();
        none(node);
        pass(2);
        work();
        assert_eq!(only(node).call, Challenges::expiry(id, WORKER, at));
        withdrawn(id);
    });
}

#[test]
fn long_result_should_be_sent_by_its_pages() {
    story(|node| {
        let (id, _) = assigned(1);
        set_hashes(0, 0);
        lengthen(id, 2_050);
        let (leaves, outputs) = long_answer(2_050, 1);
        node.answers(Answer::Submit {
            trace: leaves.clone(),
            outputs: vec![outputs[0].to_vec()],
        });
        work();
        let trace = Trace::of::<HostSha256>(&leaves, &[2_048]).unwrap();
        assert!(matches!(trace, Trace::Pages { .. }));
        let sent: RuntimeCall = Call::submit_inference_result {
            request: id,
            trace,
            outputs,
        }
        .into();
        assert_eq!(only(node).call, sent);
    });
}

#[test]
fn nothing_should_be_opened_when_the_claim_has_fallen() {
    story(|node| {
        node.sidecar(able);
        let id = challenged(&[(Subject::Node(7), 300, false, 8)]);
        assert_ok!(convict(id, 1));
        work();
        assert_eq!(node.asked(), []);
        none(node);
    });
}

/// A chain with another worker, on which every claim is audited.
fn audited_story(play: impl FnOnce(&Node)) {
    let builder = ExtBuilder::default().with_parameters(audited_always);
    story_of(builder.with_workers(2), play);
}

/// A claim of another worker that the one whose key the node has was drawn to audit.
fn to_audit() -> RequestId {
    // Who is drawn is up to the lot; some request is audited by the one that is wanted.
    for _ in 0..60 {
        let id = submit(USER, 1);
        advance(1);
        assert_ok!(settle(id));
        let worker = active(id)[0];
        assert_ok!(result(id, worker, 1));
        advance(1);
        assert_ok!(settle(id));
        let running = record(id).audit.running().map(|audit| audit.auditor);
        if worker != WORKER && running == Some(WORKER) {
            set_hashes(0, 0);
            return id;
        }
        advance(PARAMETERS.challenge_window + 1);
    }
    panic!("nothing to audit in 60 requests");
}

#[test]
fn audited_claim_should_be_attested_when_a_node_works_for_its_auditor() {
    audited_story(|node| {
        node.sidecar(able);
        let id = to_audit();
        let audit = audit(id);
        work();
        let action = Action::Attest {
            node: audit.node.into(),
            lot: audit.lot,
            trace_root: trace_root(1),
        };
        assert_eq!(
            node.asked().last().map(|job| job.action.clone()),
            Some(action)
        );
        assert_eq!(
            only(node).call,
            Challenges::attestation(id, &[audit.node as u8])
        );
    });
}

#[test]
fn attestation_should_be_read_up_to_its_last_byte_and_no_further() {
    audited_story(|node| {
        let id = to_audit();
        // Five bytes say what the answer is, and how long.
        let most = 16_384 + 1_024 - 5;
        let shown = |bytes| Answer::Attest {
            proof: vec![7; bytes],
        };
        node.answers(shown(most + 1));
        work();
        none(node);
        node.answers(shown(most));
        work();
        let expected = Challenges::attestation(id, &vec![7; most]);
        assert_eq!(only(node).call, expected);
    });
}

#[test]
fn attestation_should_not_be_sent_when_the_chain_would_reject_it_or_it_is_late() {
    audited_story(|node| {
        let id = to_audit();
        node.answers(Answer::Attest {
            proof: FALSE_OPENING.to_vec(),
        });
        work();
        assert_eq!(node.asked().len(), 1);
        none(node);
        pass(audit(id).due - 1 - System::block_number());
        work();
        assert_eq!(node.asked(), []);
    });
}
