//! Whatever happens, in whatever order: every invariant holds after each step, and no money appears or vanishes but by
//! burning.

use crate::mock::*;
use crate::runtime_api::NextStep;
use crate::{
    Due, InferenceRequests, RefundReason, RequestRecordOf, RequestStatus, SettleBranch, SlotState,
    Visibility,
};
use frame_support::storage::{with_transaction, TransactionOutcome};
use frame_support::traits::Hooks;
use proptest::prelude::*;
use sp_runtime::{DispatchError, DispatchResult, Permill};
use veritrace_primitives::traits::ClaimBook;

#[derive(Clone, Debug)]
enum Step {
    Submit {
        user: AccountId,
        redundancy: u8,
        is_private: bool,
    },
    Cancel {
        pick: usize,
    },
    Result {
        pick: usize,
        slot: usize,
        tag: u8,
    },
    Commit {
        pick: usize,
        slot: usize,
        tag: u8,
    },
    CommitAll {
        pick: usize,
        tags: [u8; 4],
    },
    Reveal {
        pick: usize,
        slot: usize,
        tag: u8,
    },
    RevealAll {
        pick: usize,
    },
    Settle {
        pick: usize,
    },
    Challenge {
        pick: usize,
        slot: usize,
    },
    Withdraw {
        pick: usize,
        slot: usize,
    },
    Convict {
        pick: usize,
        tag: u8,
    },
    Complain {
        pick: usize,
    },
    Publish {
        pick: usize,
    },
    Attest {
        pick: usize,
    },
    Condemn,
    Advance {
        blocks: u32,
    },
    AdvanceUnswept {
        blocks: u32,
    },
    SweepALittle {
        tenths: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let pick = 0..16usize;
    let slot = 0..4usize;
    // Few different answers, so that claims agree as often as they differ.
    let tag = prop_oneof![3 => Just(1u8), 1 => Just(2u8)];
    prop_oneof![
        4 => (prop_oneof![Just(USER), Just(OTHER_USER), Just(PAUPER)], 0..5u8, any::<bool>())
            .prop_map(|(user, redundancy, is_private)| Step::Submit { user, redundancy, is_private }),
        6 => pick.clone().prop_map(|pick| Step::Complain { pick }),
        4 => pick.clone().prop_map(|pick| Step::Publish { pick }),
        1 => pick.clone().prop_map(|pick| Step::Cancel { pick }),
        6 => (pick.clone(), slot.clone(), tag.clone())
            .prop_map(|(pick, slot, tag)| Step::Result { pick, slot, tag }),
        4 => (pick.clone(), slot.clone(), tag.clone())
            .prop_map(|(pick, slot, tag)| Step::Commit { pick, slot, tag }),
        7 => (pick.clone(), [tag.clone(), tag.clone(), tag.clone(), tag.clone()])
            .prop_map(|(pick, tags)| Step::CommitAll { pick, tags }),
        4 => (pick.clone(), slot.clone(), tag.clone())
            .prop_map(|(pick, slot, tag)| Step::Reveal { pick, slot, tag }),
        9 => pick.clone().prop_map(|pick| Step::RevealAll { pick }),
        4 => pick.clone().prop_map(|pick| Step::Settle { pick }),
        2 => (pick.clone(), slot.clone()).prop_map(|(pick, slot)| Step::Challenge { pick, slot }),
        2 => (pick.clone(), slot).prop_map(|(pick, slot)| Step::Withdraw { pick, slot }),
        2 => (pick.clone(), tag).prop_map(|(pick, tag)| Step::Convict { pick, tag }),
        10 => pick.prop_map(|pick| Step::Attest { pick }),
        8 => (1..4u32).prop_map(|blocks| Step::Advance { blocks }),
        2 => (1..5u32).prop_map(|blocks| Step::AdvanceUnswept { blocks }),
        2 => (0..30u64).prop_map(|tenths| Step::SweepALittle { tenths }),
    ]
}

/// How often the steps led where.
#[derive(Default)]
struct Reached {
    settled: u32,
    refunded: u32,
    contested: u32,
    struck: u32,
    missed: u32,
    resumed: u32,
    unpublished: u32,
    audited: u32,
    audits_missed: u32,
    rewarded: u32,
}

fn nth_where(pick: usize, is_meant: fn(&RequestRecordOf<Test>) -> bool) -> Option<u64> {
    let mut ids: Vec<_> = InferenceRequests::<Test>::iter()
        .filter_map(|(id, record)| is_meant(&record).then_some(id))
        .collect();
    ids.sort_unstable();
    ids.get(pick % ids.len().max(1)).copied()
}

fn nth_open(pick: usize) -> Option<u64> {
    nth_where(pick, |_| true)
}

/// Mostly one in the phase in which something comes of it, now and then any.
fn nth_in(pick: usize, status: fn(&RequestStatus) -> bool) -> Option<u64> {
    let mut ids: Vec<_> = InferenceRequests::<Test>::iter()
        .filter_map(|(id, record)| status(&record.status).then_some(id))
        .collect();
    ids.sort_unstable();
    match pick.is_multiple_of(4) {
        true => None,
        false => ids.get(pick % ids.len().max(1)).copied(),
    }
    .or_else(|| nth_open(pick))
}

/// Where a complaint may be heard.
fn is_at_work(record: &RequestRecordOf<Test>) -> bool {
    record.visibility == Visibility::Private
        && matches!(
            record.status,
            RequestStatus::Assigned | RequestStatus::Committing
        )
}

fn is_awaiting_input(record: &RequestRecordOf<Test>) -> bool {
    record.status == RequestStatus::AwaitingInput
}

fn nth_worker(id: u64, slot: usize) -> Option<AccountId> {
    let slots = record(id).slots;
    slots.get(slot % slots.len().max(1)).map(|slot| slot.worker)
}

/// Challenges that run, which disputes would know.
type Challenges = Vec<(u64, AccountId)>;

/// A call as in a block: what fails is rolled back.
fn signed(call: impl FnOnce() -> DispatchResult) -> DispatchResult {
    frame_support::storage::with_storage_layer(call)
}

/// Does a step, whether or not the pallet lets it.
fn perform(step: Step, challenges: &mut Challenges) {
    match step {
        Step::Submit {
            user,
            redundancy,
            is_private,
        } => {
            let inputs = match is_private {
                true => inputs_by_root(),
                false => inputs(),
            };
            let _ = signed(|| {
                Inference::submit_inference_request(
                    RuntimeOrigin::signed(user),
                    MODEL,
                    inputs,
                    4 * PRICE,
                    DEADLINE,
                    redundancy,
                )
            });
        }
        Step::Cancel { pick } => {
            if let Some(id) = nth_open(pick) {
                let user = record(id).user;
                let _ = signed(|| Inference::cancel_request(RuntimeOrigin::signed(user), id));
            }
        }
        Step::Result { pick, slot, tag } => {
            if let Some((id, worker)) = nth_in(pick, |status| *status == RequestStatus::Assigned)
                .and_then(|id| Some((id, nth_worker(id, slot)?)))
            {
                let _ = signed(|| result(id, worker, tag).map(|_| ()).map_err(|e| e.error));
            }
        }
        Step::Commit { pick, slot, tag } => {
            if let Some((id, worker)) =
                nth_open(pick).and_then(|id| Some((id, nth_worker(id, slot)?)))
            {
                let _ = signed(|| commit_to(id, worker, tag));
            }
        }
        Step::Reveal { pick, slot, tag } => {
            if let Some((id, worker)) =
                nth_open(pick).and_then(|id| Some((id, nth_worker(id, slot)?)))
            {
                let _ = signed(|| reveal(id, worker, tag).map(|_| ()).map_err(|e| e.error));
            }
        }
        Step::CommitAll { pick, tags } => {
            if let Some(id) = nth_in(pick, |status| *status == RequestStatus::Committing) {
                for (worker, tag) in active(id).into_iter().zip(tags) {
                    let _ = signed(|| commit_to(id, worker, tag));
                }
            }
        }
        Step::RevealAll { pick } => {
            if let Some(id) = nth_in(pick, |status| *status == RequestStatus::Revealing) {
                for worker in active(id) {
                    // One of them is what was committed.
                    for tag in [1, 2] {
                        let _ = signed(|| reveal(id, worker, tag).map(|_| ()).map_err(|e| e.error));
                    }
                }
            }
        }
        Step::Settle { pick } => {
            if let Some(id) = nth_open(pick) {
                let _ = signed(|| settle(id).map(|_| ()).map_err(|e| e.error));
            }
        }
        Step::Challenge { pick, slot } => {
            if let Some((id, worker)) =
                nth_open(pick).and_then(|id| Some((id, nth_worker(id, slot)?)))
            {
                if signed(|| Inference::challenge_opened(id, &worker)).is_ok() {
                    challenges.push((id, worker));
                }
            }
        }
        Step::Withdraw { pick, slot } => {
            if !challenges.is_empty() {
                let (id, worker) = challenges.remove((pick * 4 + slot) % challenges.len());
                Inference::challenge_closed(id, &worker);
            }
        }
        Step::Convict { pick, tag } => {
            if let Some(id) = nth_open(pick) {
                let _ = convict(id, tag);
            }
        }
        Step::Complain { pick } => {
            // Whoever has not answered yet.
            if let Some(id) = nth_where(pick, is_at_work).or_else(|| nth_open(pick)) {
                for worker in active(id) {
                    let _ = signed(|| complain(id, worker));
                }
            }
        }
        Step::Publish { pick } => {
            // Now and then one that nobody asks for.
            let awaited = nth_where(pick, is_awaiting_input);
            let any = (pick % 8 == 0).then(|| nth_open(pick)).flatten();
            if let Some(id) = awaited.or(any) {
                let _ = signed(|| publish(id).map(|_| ()).map_err(|e| e.error));
            }
        }
        Step::Attest { pick } => {
            let mut audits: Vec<_> = InferenceRequests::<Test>::iter()
                .filter_map(|(id, record)| Some((id, record.audit.running()?.auditor)))
                .collect();
            audits.sort_unstable();
            if let Some((id, auditor)) = audits.get(pick % audits.len().max(1)) {
                let _ = signed(|| Inference::attested(*id, auditor));
            }
        }
        Step::Condemn => Condemned::insert(MODEL, ()),
        Step::Advance { blocks } => advance(blocks),
        Step::AdvanceUnswept { blocks } => advance_unswept(blocks),
        Step::SweepALittle { tenths } => {
            let limit = crate::SettleBranch::heaviest::<Test>()
                .saturating_mul(tenths)
                .saturating_div(10);
            let used = Inference::on_idle(System::block_number(), limit);
            assert!(used.all_lte(limit), "{used:?} of {limit:?}");
        }
    }
}

impl Reached {
    fn count(&mut self) {
        for event in events() {
            match event {
                crate::Event::Settled { .. } => self.settled += 1,
                crate::Event::RequestRefunded {
                    reason: RefundReason::InputUnavailable,
                    ..
                } => self.unpublished += 1,
                crate::Event::RequestRefunded { .. } => self.refunded += 1,
                crate::Event::RequestResumed { .. } => self.resumed += 1,
                crate::Event::RequestContested { .. } => self.contested += 1,
                crate::Event::ClaimStruck { .. } => self.struck += 1,
                crate::Event::WorkerMissed { .. } => self.missed += 1,
                crate::Event::AuditAttested { .. } => self.audited += 1,
                crate::Event::AuditMissed { .. } => self.audits_missed += 1,
                crate::Event::KeeperRewarded { .. } => self.rewarded += 1,
                _ => {}
            }
        }
    }
}

/// Whether a transition is the one that was foretold.
fn is_foretold(step: NextStep, branch: SettleBranch) -> bool {
    match step {
        NextStep::Draw => branch == SettleBranch::Assigned,
        NextStep::DrawAgain => branch == SettleBranch::Reopened,
        NextStep::Replace => {
            matches!(branch, SettleBranch::Replaced | SettleBranch::RevealOpened)
        }
        NextStep::OpenReveals => branch == SettleBranch::RevealOpened,
        NextStep::OpenWindow => branch == SettleBranch::WindowOpened,
        NextStep::Pay => branch == SettleBranch::Settled,
        NextStep::Contest => branch == SettleBranch::Contested,
        NextStep::Refund(RefundReason::NotAssigned) => branch == SettleBranch::Expired,
        NextStep::Refund(RefundReason::InputUnavailable) => branch == SettleBranch::Unpublished,
        NextStep::Refund(RefundReason::Condemned) => {
            matches!(branch, SettleBranch::Refunded | SettleBranch::Unpublished)
        }
        NextStep::Refund(_) => branch == SettleBranch::Refunded,
        NextStep::CloseContest => branch == SettleBranch::ContestClosed,
        NextStep::DrawAudit => {
            matches!(branch, SettleBranch::AuditDrawn | SettleBranch::AuditWaived)
        }
        NextStep::AwaitChallenges | NextStep::AwaitVerdict => false,
    }
}

/// What a request's life says comes next is what comes, when it is due and not before.
fn check_foretold() {
    let ids: Vec<_> = InferenceRequests::<Test>::iter_keys().collect();
    for id in ids {
        let life = Inference::life_of(id).expect("the request is open");
        let is_due = life.next_at.is_some_and(|at| at <= System::block_number());
        let outcome = with_transaction(|| {
            TransactionOutcome::Rollback(Ok::<_, DispatchError>(Inference::do_advance(id)))
        });
        match outcome.expect("nothing fails but the transition") {
            Ok(done) => {
                assert!(is_due, "{:?} before it was due: {life:?}", done.branch);
                assert!(
                    is_foretold(life.next, done.branch),
                    "{:?}: {life:?}",
                    done.branch
                );
            }
            Err(_) => assert!(!is_due || life.next == NextStep::Draw, "{life:?}"),
        }
    }
}

fn run(steps: Vec<Step>, reached: &mut Reached) {
    ExtBuilder::default()
        .with_parameters(|parameters| {
            parameters.max_open_per_account = 9;
            parameters.settle_reward = 5;
            parameters.audit_share = Permill::from_percent(70);
            parameters.agreed_window = parameters.challenge_window;
            parameters.audit_window = parameters.agreed_window - 1;
        })
        .with_workers(6)
        .build_and_execute(|| {
            let issued = Balances::total_issuance();
            let mut challenges = Challenges::new();
            for step in steps {
                perform(step, &mut challenges);
                check_everything(issued);
                check_foretold();
                reached.count();
            }
            finish(&mut challenges);
            reached.count();
        });
}

/// Left alone, every request ends: closed, or contested until a verdict.
fn finish(challenges: &mut Challenges) {
    for (id, worker) in challenges.drain(..) {
        Inference::challenge_closed(id, &worker);
    }
    // Two attempts of every phase at its longest.
    let longest = 2 * (PARAMETERS.assign_window + 3 * DEADLINE + PARAMETERS.challenge_window)
        + PARAMETERS.challenge_window
        + PARAMETERS.publish_window;
    advance(longest);
    for (id, record) in InferenceRequests::<Test>::iter() {
        assert_eq!(record.status, RequestStatus::Contested, "request {id}");
        assert!(!record.claims_agree());
        assert!(record
            .slots
            .iter()
            .any(|slot| matches!(slot.state, SlotState::Revealed(_))));
    }
    assert_eq!(Due::<Test>::iter().count(), 0);
    for user in [USER, OTHER_USER, PAUPER] {
        assert_eq!(held(user), 0, "who is left alone holds nothing");
    }
}

#[test]
fn invariants_should_hold_when_anything_happens_in_any_order() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let reached = core::cell::RefCell::new(Reached::default());
    runner
        .run(&proptest::collection::vec(step(), 1..160), |steps| {
            run(steps, &mut reached.borrow_mut());
            Ok(())
        })
        .unwrap();
    // The walk is worth nothing if it never leaves the first phase.
    let reached = reached.into_inner();
    for (what, count) in [
        ("settled", reached.settled),
        ("refunded", reached.refunded),
        ("contested", reached.contested),
        ("struck", reached.struck),
        ("missed", reached.missed),
        ("resumed", reached.resumed),
        ("unpublished", reached.unpublished),
        ("audited", reached.audited),
        ("not audited in time", reached.audits_missed),
        ("settled for a reward", reached.rewarded),
    ] {
        assert!(count >= 5, "only {count} were {what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 50,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn invariants_should_hold_when_the_model_is_condemned_at_any_time(
        before in proptest::collection::vec(step(), 1..60),
        after in proptest::collection::vec(step(), 1..30),
    ) {
        let steps = before.into_iter().chain([Step::Condemn]).chain(after).collect();
        run_condemned(steps);
    }
}

fn run_condemned(steps: Vec<Step>) {
    ExtBuilder::default()
        .with_parameters(audited_always)
        .with_workers(6)
        .build_and_execute(|| {
            let issued = Balances::total_issuance();
            let mut challenges = Challenges::new();
            for step in steps {
                perform(step, &mut challenges);
                check_everything(issued);
                check_foretold();
            }
            for (id, worker) in challenges {
                Inference::challenge_closed(id, &worker);
            }
            advance(60);
            // What is left was contested before; anyone can have it closed, a window later.
            let left: Vec<_> = InferenceRequests::<Test>::iter_keys().collect();
            for id in left {
                assert_eq!(status(id), RequestStatus::Contested);
                settle(id).expect("a condemned model keeps no lock");
            }
            advance(PARAMETERS.challenge_window + 1);
            assert_eq!(InferenceRequests::<Test>::iter().count(), 0);
            assert_eq!(Locks::iter().count(), 0);
        });
}

/// Found at random: a contest from before the condemnation has one more window, and closes after it.
#[test]
fn contest_should_close_a_window_later_when_the_model_was_condemned_after_it() {
    run_condemned(vec![
        Step::Submit {
            user: USER,
            redundancy: 2,
            is_private: false,
        },
        Step::Advance { blocks: 2 },
        Step::CommitAll {
            pick: 0,
            tags: [1, 2, 1, 1],
        },
        Step::RevealAll { pick: 0 },
        Step::Advance { blocks: 9 },
        Step::SweepALittle { tenths: 12 },
        Step::Condemn,
    ]);
}
