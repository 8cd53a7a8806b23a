use crate::mock::*;
use crate::runtime_api::{
    ChallengeLife, ClaimLife, InputLife, NextStep, OpenRequest, Quote, RequestLife, WorkerLife,
};
use crate::{RefundReason, RequestStatus, SlotState, Visibility};
use frame_support::assert_ok;
use veritrace_primitives::page::Subject;
use veritrace_primitives::traits::ClaimBook;

#[test]
fn worker_should_see_its_requests_when_it_asks() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        assert_eq!(
            Inference::open_requests(&workers[0]),
            vec![OpenRequest {
                request: id,
                model: MODEL,
                graph_root: [8; 32],
                input_roots: record(id).input_roots.into_inner(),
                redundancy: 1,
                status: RequestStatus::Assigned,
                state: SlotState::Assigned,
                due: 2 + DEADLINE,
            }]
        );
        assert_ok!(result(id, workers[0], 1));
        assert_eq!(
            Inference::open_requests(&workers[0])[0].state,
            SlotState::Revealed(trace_root(1))
        );
        assert_eq!(Inference::open_requests(&USER), vec![]);
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(Inference::open_requests(&workers[0]), vec![]);
    });
}

#[test]
fn quote_should_be_what_a_request_is_charged() {
    ExtBuilder::default().build_and_execute(|| {
        let quote = Inference::quote(&MODEL, 3).unwrap();
        assert_eq!(
            quote,
            Quote {
                price: PRICE,
                total: 3 * PRICE,
                deposit: DEPOSIT,
                royalty: ROYALTY,
                inputs: vec![u8_spec(4)],
                deadlines: (2, 50),
                window: PARAMETERS.agreed_window,
            }
        );
        assert_ok!(Inference::submit_inference_request(
            RuntimeOrigin::signed(USER),
            MODEL,
            inputs(),
            quote.total,
            quote.deadlines.0,
            3
        ));
        assert_eq!(held(USER), quote.total + quote.deposit);
        assert_eq!(
            Inference::quote(&MODEL, 1).unwrap().window,
            PARAMETERS.challenge_window
        );
    });
}

#[test]
fn quote_should_be_given_when_the_price_is_the_least_there_may_be() {
    for (least, is_given) in [(PRICE, true), (PRICE + 1, false)] {
        ExtBuilder::default()
            .with_parameters(|parameters| parameters.min_price = least)
            .build_and_execute(|| {
                assert_eq!(Inference::quote(&MODEL, 1).is_some(), is_given);
                let made = Inference::submit_inference_request(
                    RuntimeOrigin::signed(USER),
                    MODEL,
                    inputs(),
                    PRICE,
                    DEADLINE,
                    1,
                );
                assert_eq!(made.is_ok(), is_given);
            });
    }
}

#[test]
fn quote_should_be_none_when_a_request_would_be_refused() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(Inference::quote(&MODEL, 0), None);
        assert_eq!(Inference::quote(&MODEL, 5), None);
        assert_eq!(Inference::quote(&[1; 32], 1), None);
        Terms::mutate(MODEL, |terms| terms.as_mut().unwrap().price = 1);
        assert_eq!(Inference::quote(&MODEL, 1), None);
    });
}

#[test]
fn life_should_have_everything_when_a_request_is_in_the_middle_of_it() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1, 2, 2]);
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        Challenged::insert(
            (id, workers[0]),
            vec![
                (Subject::Page(0), 50, false, 70),
                (Subject::Node(2), 40, true, 90),
                (Subject::Node(1), 30, false, 80),
            ],
        );
        assert_ok!(convict(id, 2));
        let record = record(id);
        let claim = |tag| ClaimLife {
            trace_root: trace_root(tag),
            output_root: output_root(tag),
            at: 2,
            output_bytes: vec![2],
        };
        assert_eq!(
            Inference::life_of(id),
            Some(RequestLife {
                audit: None,
                request: id,
                user: USER,
                model: MODEL,
                terms: record.terms.clone(),
                redundancy: 3,
                escrow: 3 * PRICE,
                deposit: DEPOSIT,
                deadline: DEADLINE,
                attempts_left: PARAMETERS.max_reassignments,
                inputs: vec![InputLife {
                    root: record.input_roots[0],
                    spec: u8_spec(4),
                    bytes: INPUT.len() as u32,
                    is_published: true,
                }],
                visibility: Visibility::Public,
                status: RequestStatus::Claimed,
                since: 2,
                due: record.due,
                workers: vec![
                    WorkerLife {
                        worker: workers[0],
                        state: SlotState::Revealed(trace_root(1)),
                        claim: Some(claim(1)),
                        challenges: vec![
                            ChallengeLife {
                                subject: Subject::Node(1),
                                opening_bytes: 30,
                                is_opened: false,
                                due: 80,
                            },
                            ChallengeLife {
                                subject: Subject::Node(2),
                                opening_bytes: 40,
                                is_opened: true,
                                due: 90,
                            },
                            ChallengeLife {
                                subject: Subject::Page(0),
                                opening_bytes: 50,
                                is_opened: false,
                                due: 70,
                            },
                        ],
                    },
                    WorkerLife {
                        worker: workers[1],
                        state: SlotState::Struck,
                        claim: None,
                        challenges: vec![],
                    },
                    WorkerLife {
                        worker: workers[2],
                        state: SlotState::Struck,
                        claim: None,
                        challenges: vec![],
                    },
                ],
                convicted: vec![trace_root(2)],
                next: NextStep::AwaitChallenges,
                next_at: None,
            })
        );
        Inference::challenge_closed(id, &workers[0]);
        let life = Inference::life_of(id).unwrap();
        assert_eq!(life.next, NextStep::Pay);
        assert_eq!(life.next_at, Some(life.due));
    });
}

#[test]
fn life_should_foretell_each_phase_when_nobody_does_anything() {
    ExtBuilder::default().build_and_execute(|| {
        let next = |id| {
            let life = Inference::life_of(id).unwrap();
            (life.next, life.next_at)
        };
        let id = submit(USER, 1);
        assert_eq!(next(id), (NextStep::Draw, Some(2)));
        advance(1);
        assert_ok!(settle(id));
        assert_eq!(next(id), (NextStep::DrawAgain, Some(2 + DEADLINE)));
        for _ in 0..PARAMETERS.max_reassignments {
            advance_unswept(DEADLINE);
            assert_ok!(settle(id));
            advance_unswept(1);
            assert_ok!(settle(id));
        }
        let refund = NextStep::Refund(RefundReason::NotServed);
        assert_eq!(next(id).0, refund);

        let (contested, _) = claimed(&[1, 2]);
        assert_eq!(next(contested).0, NextStep::Contest);
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(next(contested), (NextStep::AwaitVerdict, None));
    });
}

#[test]
fn life_should_foretell_what_follows_when_a_commitment_is_missing() {
    ExtBuilder::default().build_and_execute(|| {
        let next = |id| {
            let life = Inference::life_of(id).unwrap();
            (life.next, life.next_at)
        };
        let (id, workers) = assigned(2);
        let due = 2 + DEADLINE;
        assert_eq!(next(id), (NextStep::DrawAgain, Some(due)));
        assert_ok!(commit_to(id, workers[0], 1));
        assert_eq!(next(id), (NextStep::Replace, Some(due)));
        advance_unswept(DEADLINE);
        assert_ok!(settle(id));
        // Nobody is replaced a second time.
        let life = Inference::life_of(id).unwrap();
        assert_eq!(
            (life.status, life.attempts_left),
            (RequestStatus::Committing, 0)
        );
        assert_eq!(next(id), (NextStep::OpenReveals, Some(due + DEADLINE)));
        advance_unswept(DEADLINE);
        assert_ok!(settle(id));
        assert_eq!(status(id), RequestStatus::Revealing);
    });
}

#[test]
fn life_should_foretell_the_last_window_of_a_contest_about_a_malformed_model() {
    ExtBuilder::default().build_and_execute(|| {
        let next = |id| {
            let life = Inference::life_of(id).unwrap();
            (life.next, life.next_at)
        };
        let (id, workers) = claimed(&[1, 2]);
        advance(PARAMETERS.challenge_window + 1);
        Condemned::insert(MODEL, ());
        assert_eq!(
            next(id),
            (NextStep::OpenWindow, Some(System::block_number()))
        );
        assert_ok!(settle(id));
        let due = record(id).due;
        assert_eq!(next(id), (NextStep::CloseContest, Some(due)));
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        assert_eq!(next(id), (NextStep::AwaitChallenges, None));
        advance(PARAMETERS.challenge_window);
        assert_eq!(next(id), (NextStep::AwaitChallenges, None));
        Inference::challenge_closed(id, &workers[0]);
        let due = System::block_number() + PARAMETERS.min_window_after_challenge;
        assert_eq!(next(id), (NextStep::CloseContest, Some(due)));
        advance(PARAMETERS.min_window_after_challenge + 1);
        assert!(is_closed(id));
    });
}

#[test]
fn life_should_say_which_inputs_are_missing_and_what_becomes_of_it() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        let life = Inference::life_of(id).unwrap();
        assert_eq!(life.visibility, Visibility::Private);
        assert_eq!(
            life.inputs,
            vec![InputLife {
                root: record(id).input_roots[0],
                spec: u8_spec(4),
                bytes: 4,
                is_published: false,
            }]
        );
        assert_ok!(complain(id, workers[0]));
        let life = Inference::life_of(id).unwrap();
        assert_eq!(
            (life.status, life.next, life.next_at),
            (
                RequestStatus::AwaitingInput,
                NextStep::Refund(RefundReason::InputUnavailable),
                Some(2 + PARAMETERS.publish_window)
            )
        );
        assert_ok!(publish(id));
        let life = Inference::life_of(id).unwrap();
        assert!(life.inputs[0].is_published);
        assert_eq!(life.next, NextStep::DrawAgain);
    });
}

#[test]
fn life_should_be_none_when_there_is_no_such_request() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(Inference::life_of(0), None);
        let (id, _) = claimed(&[1]);
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(Inference::life_of(id), None);
    });
}
