//! Every check of `try_state` notices what it is there for: a sound state is broken in one place.

use crate::audit::AuditState;
use crate::mock::*;
use crate::{
    Answers, AuditRecordOf, Claims, Complaints, Cursor, Due, HoldReason, InferenceRequests,
    InputSource, Inputs, NextRequestId, OpenOf, Parameters, RequestRecordOf, RequestStatus,
    SlotState, Visibility, WorkOf,
};
use frame_support::assert_ok;
use frame_support::traits::fungible::MutateHold;
use sp_runtime::{BoundedVec, DispatchError};
use std::collections::BTreeSet;
use veritrace_primitives::traits::RequestId;

/// A request in each phase.
struct Sound {
    pending: RequestId,
    assigned: RequestId,
    committing: RequestId,
    revealing: RequestId,
    /// Its only claim is audited.
    claimed: RequestId,
    contested: RequestId,
    awaiting: RequestId,
}

/// No request.
const NONE: RequestId = 99;
/// Has nothing to do with any request, and no account.
const NOBODY: AccountId = 77;

fn sound() -> Sound {
    let (contested, _) = claimed(&[1, 2]);
    advance(PARAMETERS.challenge_window + 1);
    let (claimed, _) = claimed(&[1]);
    advance(1);
    assert_ok!(settle(claimed));
    let (awaiting, workers) = assigned_by_root(1);
    assert_ok!(complain(awaiting, workers[0]));
    let (committing, workers) = assigned(2);
    assert_ok!(commit_to(committing, workers[0], 1));
    let (revealing, workers) = assigned(2);
    for worker in &workers {
        assert_ok!(commit_to(revealing, *worker, 1));
    }
    let (assigned, _) = assigned(1);
    let pending = submit(USER, 1);
    for (id, expected) in [
        (pending, RequestStatus::Pending),
        (assigned, RequestStatus::Assigned),
        (committing, RequestStatus::Committing),
        (revealing, RequestStatus::Revealing),
        (claimed, RequestStatus::Claimed),
        (contested, RequestStatus::Contested),
        (awaiting, RequestStatus::AwaitingInput),
    ] {
        assert_eq!(status(id), expected);
    }
    audit(claimed);
    Sound {
        pending,
        assigned,
        committing,
        revealing,
        claimed,
        contested,
        awaiting,
    }
}

fn change(id: RequestId, change: impl FnOnce(&mut RequestRecordOf<Test>)) {
    InferenceRequests::<Test>::mutate(id, |record| change(record.as_mut().unwrap()));
}

fn change_audit(id: RequestId, change_it: impl FnOnce(&mut AuditRecordOf<Test>)) {
    change(id, |record| match &mut record.audit {
        AuditState::Running(audit) => change_it(audit),
        other => panic!("{other:?}"),
    });
}

fn hold(reason: HoldReason, who: AccountId) {
    assert_ok!(Balances::hold(&reason.into(), &who, 1));
}

fn worker_of(id: RequestId) -> AccountId {
    record(id).slots[0].worker
}

const MISFIT: &str = "the slots of a request fit its status";

/// What a check says, and what it is to notice.
type Break = (&'static str, fn(Sound));

const BREAKS: &[Break] = &[
    ("the parameters contradict each other", |_| {
        Parameters::<Test>::mutate(|parameters| parameters.max_redundancy = 5)
    }),
    ("an id is in use before it was given out", |at| {
        NextRequestId::<Test>::put(at.pending)
    }),
    ("a phase begins in the future", |at| {
        change(at.claimed, |record| {
            record.since = System::block_number() + 1
        })
    }),
    ("an open request has its inputs", |at| {
        Inputs::<Test>::remove(at.pending)
    }),
    (
        "a request has the inputs of its model, and their roots",
        |at| change(at.pending, |record| record.input_roots = BoundedVec::new()),
    ),
    (
        "a request has the inputs of its model, and their roots",
        |at| Inputs::<Test>::insert(at.pending, crate::InputsOf::<Test>::default()),
    ),
    (
        "a request is public exactly if every input is on chain",
        |at| change(at.pending, |record| record.visibility = Visibility::Private),
    ),
    (
        "a request is public exactly if every input is on chain",
        |at| Inputs::<Test>::insert(at.awaiting, inputs()),
    ),
    ("an input is the one that the request's root names", |at| {
        change(at.awaiting, |record| record.input_roots[0] = [9; 32])
    }),
    ("an input is the one that the request's root names", |at| {
        let short = InputSource::Inline(vec![1, 2, 3].try_into().unwrap());
        Inputs::<Test>::insert(
            at.pending,
            crate::InputsOf::<Test>::try_from(vec![short]).unwrap(),
        )
    }),
    ("no more workers hold locks than were asked for", |at| {
        change(at.revealing, |record| record.redundancy = 1)
    }),
    ("no worker is drawn twice for a request", |at| {
        change(at.committing, |record| {
            let mut again = record.slots[0].clone();
            again.state = SlotState::Missed;
            record.slots.try_push(again).unwrap();
        })
    }),
    (MISFIT, |at| {
        change(at.assigned, |record| record.status = RequestStatus::Pending)
    }),
    (MISFIT, |at| {
        change(at.pending, |record| record.status = RequestStatus::Assigned)
    }),
    (MISFIT, |at| {
        change(at.assigned, |record| record.redundancy = 2)
    }),
    (MISFIT, |at| {
        change(at.revealing, |record| {
            record.status = RequestStatus::Committing
        })
    }),
    (MISFIT, |at| {
        change(at.committing, |record| {
            record.slots[0].state = SlotState::Revealed([9; 32])
        })
    }),
    (MISFIT, |at| {
        change(at.assigned, |record| {
            record.status = RequestStatus::Revealing
        })
    }),
    (MISFIT, |at| {
        change(at.assigned, |record| {
            record.status = RequestStatus::AwaitingInput
        })
    }),
    (MISFIT, |at| {
        change(at.awaiting, |record| {
            record.slots[0].state = SlotState::Excused
        })
    }),
    (MISFIT, |at| {
        change(at.claimed, |record| {
            record.slots[0].state = SlotState::Struck
        })
    }),
    (MISFIT, |at| {
        change(at.contested, |record| {
            record.slots[0].state = SlotState::Assigned
        })
    }),
    ("closed requests leave no inputs", |_| {
        Inputs::<Test>::insert(NONE, inputs())
    }),
    ("a contested request holds nothing", |at| {
        change(at.contested, |record| record.escrow = 1)
    }),
    ("a contested request holds nothing", |at| {
        change(at.contested, |record| record.deposit = 1)
    }),
    (
        "the escrow of an open request is the price of its workers",
        |at| change(at.pending, |record| record.escrow += 1),
    ),
    ("the escrow held is the sum over open requests", |at| {
        change(at.pending, |record| {
            record.terms.price += 1;
            record.escrow += 1;
        })
    }),
    // Of a user without requests, or without an account.
    ("the escrow held is the sum over open requests", |_| {
        hold(HoldReason::Escrow, OTHER_USER)
    }),
    ("the escrow held is the sum over open requests", |at| {
        let held = PRICE;
        let precision = frame_support::traits::tokens::Precision::Exact;
        assert_ok!(Balances::release(
            &HoldReason::Escrow.into(),
            &USER,
            held,
            precision
        ));
        change(at.pending, |record| record.user = NOBODY)
    }),
    ("the deposits held are the sum over open requests", |at| {
        change(at.pending, |record| record.deposit += 1)
    }),
    ("the deposits held are the sum over open requests", |_| {
        hold(HoldReason::Deposit, OTHER_USER)
    }),
    (
        "a user's count is that of his open requests, and absent for none",
        |_| OpenOf::<Test>::mutate(USER, |count| *count += 1),
    ),
    (
        "a user's count is that of his open requests, and absent for none",
        |_| OpenOf::<Test>::insert(OTHER_USER, 0),
    ),
    ("a bucket was swept and is not empty", |_| {
        Cursor::<Test>::put(1_000)
    }),
    ("a request is in two buckets", |at| {
        // The bucket that it says is looked at first: else the other is noticed as one that it does not say.
        let own = record(at.pending).bucket.unwrap();
        let later = (own + 1..own + 100).find(|other| {
            Due::<Test>::insert(other, at.pending, ());
            let of_it = || Due::<Test>::iter_keys().filter(|(_, id)| *id == at.pending);
            let is_later = of_it().next() == Some((own, at.pending));
            if !is_later {
                Due::<Test>::remove(other, at.pending);
            }
            is_later
        });
        assert!(later.is_some());
    }),
    ("a bucket has a closed request", |_| {
        Due::<Test>::insert(1_000, NONE, ())
    }),
    ("a request is in another bucket than it says", |at| {
        change(at.pending, |record| {
            record.bucket = record.bucket.map(|bucket| bucket + 1)
        })
    }),
    ("a request is not in the bucket it says", |at| {
        Due::<Test>::remove(record(at.pending).bucket.unwrap(), at.pending)
    }),
    ("an open request is in no bucket", |at| {
        Due::<Test>::remove(record(at.pending).bucket.unwrap(), at.pending);
        change(at.pending, |record| record.bucket = None)
    }),
    ("a claim is not in storage", |at| {
        Claims::<Test>::remove(at.claimed, worker_of(at.claimed))
    }),
    ("a slot names another trace", |at| {
        change(at.claimed, |record| {
            record.slots[0].state = SlotState::Revealed([9; 32])
        })
    }),
    ("a claim has no answer", |at| {
        Answers::<Test>::remove(at.claimed, worker_of(at.claimed))
    }),
    (
        "a claim fell or was closed, and is still in storage",
        |at| {
            let claim = Claims::<Test>::get(at.claimed, worker_of(at.claimed)).unwrap();
            Claims::<Test>::insert(NONE, FIRST_WORKER, claim)
        },
    ),
    ("an answer is in storage without its claim", |_| {
        Answers::<Test>::insert(NONE, FIRST_WORKER, answer(1).1)
    }),
    ("a request is audited outside of its window", |at| {
        change(at.contested, |record| record.audit = AuditState::Awaiting)
    }),
    (
        "a request is audited whose inputs are not all on chain",
        |at| {
            Inputs::<Test>::insert(at.claimed, inputs_by_root());
            change(at.claimed, |record| record.visibility = Visibility::Private)
        },
    ),
    ("an audit outlasts the window", |at| {
        let due = record(at.claimed).due;
        change_audit(at.claimed, |audit| audit.due = due + 1)
    }),
    ("an audit is of a node that is not there", |at| {
        change_audit(at.claimed, |audit| audit.node = 3)
    }),
    ("a claim that is audited does not stand", |at| {
        change_audit(at.claimed, |audit| audit.worker = NOBODY)
    }),
    ("an auditor is one of the request's workers", |at| {
        change_audit(at.claimed, |audit| audit.auditor = audit.worker)
    }),
    ("the fees held are the sum over audits", |at| {
        change_audit(at.claimed, |audit| audit.fee += 1)
    }),
    ("the fees held are the sum over audits", |_| {
        hold(HoldReason::Audit, TREASURY)
    }),
    ("the fees held are the sum over audits", |_| {
        hold(HoldReason::Audit, KEEPER)
    }),
    ("a worker without work has no list", |_| {
        WorkOf::<Test>::insert(NOBODY, BoundedVec::default())
    }),
    ("a worker's list has a request twice", |at| {
        let twice = BoundedVec::truncate_from(vec![at.assigned, at.assigned]);
        WorkOf::<Test>::insert(worker_of(at.assigned), twice)
    }),
    ("a worker's list is not that of its locks", |at| {
        WorkOf::<Test>::remove(worker_of(at.assigned))
    }),
    ("a worker's list is not that of its locks", |at| {
        WorkOf::<Test>::remove(audit(at.claimed).auditor)
    }),
    ("a closed request leaves no complaint", |at| {
        let complaint = Complaints::<Test>::get(at.awaiting).unwrap();
        Complaints::<Test>::insert(NONE, complaint)
    }),
    ("a complaint outlives the wait for the input", |at| {
        let complaint = Complaints::<Test>::get(at.awaiting).unwrap();
        Complaints::<Test>::insert(at.pending, complaint)
    }),
    ("a request waits for an input without a complaint", |at| {
        Complaints::<Test>::remove(at.awaiting)
    }),
    (
        "what is held for complaints is the sum of their fees",
        |at| {
            Complaints::<Test>::mutate(at.awaiting, |complaint| {
                complaint.as_mut().unwrap().fee += 1
            })
        },
    ),
    (
        "what is held for complaints is the sum of their fees",
        |_| hold(HoldReason::Complaint, KEEPER),
    ),
];

#[test]
fn broken_states_should_be_noticed() {
    for (place, (message, break_it)) in BREAKS.iter().enumerate() {
        ExtBuilder::default()
            .with_workers(8)
            .with_parameters(audited_always)
            .build()
            .execute_with(|| {
                let at = sound();
                assert_ok!(Inference::do_try_state());
                break_it(at);
                assert_eq!(
                    Inference::do_try_state(),
                    Err(DispatchError::Other(message)),
                    "break {place}"
                );
            });
    }
}

#[test]
fn every_check_should_have_a_state_that_fails_it() {
    let messages: BTreeSet<_> = include_str!("../try_state.rs")
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect();
    let noticed: BTreeSet<_> = BREAKS.iter().map(|(message, _)| *message).collect();
    assert_eq!(noticed, messages);
}
