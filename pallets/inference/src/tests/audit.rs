//! Audits: drawn after the claims are in, of what nobody could foresee, for a fee that the treasury pays.

use crate::mock::*;
use crate::runtime_api::{AuditLife, NextStep, OpenAudit};
use crate::{
    AuditState, Claims, Error, Event, HoldReason, RefundReason, RequestStatus, SettleBranch,
    Waiver, WorkOf,
};
use frame_support::traits::fungible::{Inspect, InspectHold, Mutate};
use frame_support::traits::tokens::{Fortitude, Precision, Preservation};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_runtime::Permill;
use std::collections::BTreeSet;
use veritrace_primitives::page::Trace;
use veritrace_primitives::traits::ClaimBook;

fn audited() -> ExtBuilder {
    ExtBuilder::default().with_parameters(audited_always)
}

/// A claim of which an auditor was drawn, in the block after that of the claim.
fn running(tags: &[u8]) -> (u64, Vec<AccountId>) {
    let (id, workers) = claimed(tags);
    advance(1);
    assert_ok!(settle(id));
    (id, workers)
}

fn fees_held() -> Balance {
    Balances::balance_on_hold(&HoldReason::Audit.into(), &TREASURY)
}

#[test]
fn auditor_should_be_drawn_in_the_block_after_the_last_claim_and_not_before() {
    audited().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        assert_eq!(record(id).audit, AuditState::Awaiting);
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        advance(1);
        events();
        assert_ok!(settle(id));
        let audit = audit(id);
        assert_eq!(audit.worker, workers[0]);
        assert_ne!(audit.auditor, workers[0]);
        assert_eq!(audit.fee, AUDIT_FEE);
        assert_eq!(audit.due, System::block_number() + PARAMETERS.audit_window);
        assert_eq!(Locks::get((audit.auditor, id)), Some(LOCK));
        assert_eq!(WorkOf::<Test>::get(audit.auditor).into_inner(), vec![id]);
        assert_eq!(fees_held(), AUDIT_FEE);
        assert_eq!(
            events(),
            vec![Event::AuditDrawn {
                request: id,
                auditor: audit.auditor,
                worker: audit.worker,
                node: audit.node,
                lot: audit.lot,
                due: audit.due,
                fee: AUDIT_FEE,
            }]
        );
        // One is enough.
        assert_noop!(settle(id), Error::<Test>::NothingDue);
    });
}

#[test]
fn private_request_should_not_be_audited_even_if_its_input_is_published_during_the_window() {
    audited().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        assert_ok!(result(id, workers[0], 1));
        assert_eq!(record(id).audit, AuditState::None);
        assert_ok!(publish(id));
        advance(2);
        assert_eq!(status(id), RequestStatus::Claimed);
        assert_eq!(record(id).audit, AuditState::None);
    });
    audited().build_and_execute(|| {
        // Published before the claim it is like any other.
        let (id, workers) = assigned_by_root(1);
        assert_ok!(publish(id));
        assert_ok!(result(id, workers[0], 1));
        assert_eq!(record(id).audit, AuditState::Awaiting);
    });
}

#[test]
fn sweep_should_draw_the_auditor_when_nobody_else_does() {
    audited().build_and_execute(|| {
        let (id, _) = claimed(&[1]);
        advance(2);
        assert!(record(id).audit.running().is_some());
        assert_eq!(record(id).bucket, Some(record(id).due));
    });
}

#[test]
fn auditor_should_be_paid_by_the_treasury_when_the_request_is() {
    audited().build_and_execute(|| {
        let (id, workers) = running(&[1]);
        let due = record(id).due;
        let auditor = audit(id).auditor;
        let (before, treasury) = (
            Balances::free_balance(auditor),
            Balances::free_balance(TREASURY),
        );
        assert_ok!(Inference::attested(id, &auditor));
        // Free at once, paid later.
        assert_eq!(Locks::get((auditor, id)), None);
        assert!(WorkOf::<Test>::get(auditor).is_empty());
        assert_eq!(Balances::free_balance(auditor), before);
        assert_noop!(Inference::attested(id, &auditor), Error::<Test>::NotAuditor);
        events();
        advance(due - System::block_number() + 1);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(auditor), before + AUDIT_FEE);
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
        assert_eq!(Balances::free_balance(TREASURY), treasury + FEE * PRICE);
        assert_eq!(fees_held(), 0);
        assert!(events().contains(&Event::AuditPaid {
            request: id,
            auditor,
            fee: AUDIT_FEE,
        }));
    });
}

#[test]
fn silent_auditor_should_pay_the_penalty_and_delay_nothing() {
    audited().build_and_execute(|| {
        let (id, workers) = running(&[1]);
        let due = record(id).due;
        let auditor = audit(id).auditor;
        let treasury = Balances::free_balance(TREASURY);
        advance(due - System::block_number());
        // The sweep has not come yet, but the block number decides.
        assert_noop!(Inference::attested(id, &auditor), Error::<Test>::TooLate);
        events();
        advance(1);
        assert!(
            is_closed(id),
            "the window ends when it would without an audit"
        );
        assert_eq!(Stakes::get(auditor), STAKE - PENALTY);
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
        assert_eq!(
            Balances::free_balance(TREASURY),
            treasury + AUDIT_FEE + FEE * PRICE
        );
        assert!(events().contains(&Event::AuditMissed {
            request: id,
            auditor,
            burned: PENALTY,
        }));
    });
}

#[test]
fn audit_should_end_with_the_claim_it_is_about() {
    audited().build_and_execute(|| {
        // Not shown yet.
        let (id, _) = running(&[1]);
        let auditor = audit(id).auditor;
        events();
        assert_ok!(convict(id, 1));
        assert_eq!(record(id).audit, AuditState::None);
        assert_eq!(status(id), RequestStatus::Pending);
        assert_eq!((Stakes::get(auditor), fees_held()), (STAKE, 0));
        assert!(events().contains(&Event::AuditCalledOff {
            request: id,
            auditor
        }));
        assert_noop!(Inference::attested(id, &auditor), Error::<Test>::NotAuditor);
    });
    audited().build_and_execute(|| {
        // Shown: who attests to a lie is not paid for it.
        let (id, _) = running(&[1]);
        let auditor = audit(id).auditor;
        assert_ok!(Inference::attested(id, &auditor));
        events();
        assert_ok!(convict(id, 1));
        assert_eq!(fees_held(), 0);
        assert_eq!(Balances::free_balance(auditor), FUNDS);
        assert!(events().contains(&Event::AuditUnpaid {
            request: id,
            auditor
        }));
    });
}

#[test]
fn auditor_should_be_paid_when_it_convicts_the_claim_itself() {
    let convicted_by = |who: fn(AccountId) -> AccountId, tag: u8| {
        let mut paid = 0;
        audited().with_workers(6).build_and_execute(|| {
            let (id, _) = running(&[1, 2]);
            let audit = audit(id);
            let wrong = if audit.worker == record(id).slots[0].worker {
                tag
            } else {
                3 - tag
            };
            let treasury = Balances::free_balance(TREASURY);
            let challenger = who(audit.auditor);
            Balances::mint_into(&challenger, EXISTENTIAL_DEPOSIT).unwrap();
            let issued = Balances::total_issuance() + Burned::get();
            Convicted::insert((id, trace_root(wrong)), ());
            assert_ok!(Inference::convict(id, trace_root(wrong), Some(&challenger)));
            check_everything(issued);
            paid = Balances::free_balance(audit.auditor) - FUNDS;
            assert_eq!(
                Balances::free_balance(TREASURY) + fees_held(),
                treasury + AUDIT_FEE - if paid >= AUDIT_FEE { AUDIT_FEE } else { 0 }
            );
            Balances::burn_from(
                &challenger,
                EXISTENTIAL_DEPOSIT,
                Preservation::Expendable,
                Precision::Exact,
                Fortitude::Polite,
            )
            .unwrap();
        });
        paid
    };
    let itself = |auditor| auditor;
    // It, or the key that signs for it: then the bounty is that account's.
    assert_eq!(
        convicted_by(itself, 1),
        AUDIT_FEE + BOUNTY + EXISTENTIAL_DEPOSIT
    );
    assert_eq!(convicted_by(|auditor| auditor + 100, 1), AUDIT_FEE);
    // Not for another claim than the one it had to look at, nor for what someone else proved.
    assert_eq!(convicted_by(itself, 2), BOUNTY + EXISTENTIAL_DEPOSIT);
    assert_eq!(convicted_by(|_| CHALLENGER, 1), 0);
}

#[test]
fn audit_should_go_on_when_another_claim_falls() {
    audited().with_workers(6).build_and_execute(|| {
        let (id, _) = running(&[1, 2]);
        let audit = audit(id);
        let root = Claims::<Test>::get(id, audit.worker).unwrap().trace_root;
        let other = if root == trace_root(1) { 2 } else { 1 };
        assert_ok!(convict(id, other));
        assert_ok!(Inference::attested(id, &audit.auditor));
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(audit.auditor), FUNDS + AUDIT_FEE);
    });
}

#[test]
fn auditor_should_not_be_paid_when_the_request_is_contested() {
    audited().with_workers(6).build_and_execute(|| {
        let (id, _) = running(&[1, 2]);
        let auditor = audit(id).auditor;
        assert_ok!(Inference::attested(id, &auditor));
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(status(id), RequestStatus::Contested);
        assert_eq!(Balances::free_balance(auditor), FUNDS);
        assert_eq!((fees_held(), held(USER)), (0, 0));
    });
}

#[test]
fn auditor_should_owe_nothing_when_the_model_is_condemned() {
    audited().build_and_execute(|| {
        let (id, _) = running(&[1]);
        let auditor = audit(id).auditor;
        Condemned::insert(MODEL, ());
        events();
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        assert_eq!((Stakes::get(auditor), fees_held()), (STAKE, 0));
        let events = events();
        assert!(events.contains(&Event::AuditCalledOff {
            request: id,
            auditor
        }));
        assert!(matches!(
            events.last(),
            Some(Event::RequestRefunded {
                reason: RefundReason::Condemned,
                ..
            })
        ));
    });
}

#[test]
fn claim_should_not_be_audited_when_something_is_missing() {
    let waived = |builder: ExtBuilder, before: fn(), reason: Waiver| {
        builder.build_and_execute(|| {
            let (id, _) = claimed(&[1]);
            let due = record(id).due;
            before();
            advance_unswept(1);
            events();
            assert_ok!(settle(id));
            assert_eq!(
                events(),
                vec![Event::AuditWaived {
                    request: id,
                    reason
                }]
            );
            assert_eq!(record(id).audit, AuditState::None);
            assert_eq!((record(id).due, fees_held()), (due, 0));
            advance(PARAMETERS.challenge_window);
            assert!(is_closed(id));
        });
    };
    waived(audited().with_workers(1), || {}, Waiver::NoAuditor);
    waived(
        audited(),
        || {
            let rest = AUDIT_FEE - 1 + EXISTENTIAL_DEPOSIT;
            assert_ok!(Balances::transfer(
                &TREASURY,
                &OTHER_USER,
                FUNDS - rest,
                Preservation::Preserve
            ));
        },
        Waiver::NoFunds,
    );
    waived(
        audited(),
        || Condemned::insert(MODEL, ()),
        Waiver::Condemned,
    );
    waived(
        ExtBuilder::default().with_parameters(|p| p.audit_share = Permill::from_parts(1)),
        || {},
        Waiver::NotDrawn,
    );
    waived(
        audited(),
        || advance_unswept(PARAMETERS.challenge_window - PARAMETERS.audit_window),
        Waiver::TooLate,
    );
}

#[test]
fn nothing_should_be_drawn_when_the_sweep_comes_after_the_window() {
    audited().build_and_execute(|| {
        let (id, _) = claimed(&[1]);
        advance_unswept(PARAMETERS.challenge_window);
        events();
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert!(!events()
            .iter()
            .any(|event| matches!(event, Event::AuditDrawn { .. } | Event::AuditWaived { .. })));
    });
}

#[test]
fn requests_should_wait_for_no_audit_when_there_are_none() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = claimed(&[1]);
        assert_eq!(record(id).audit, AuditState::None);
        assert_eq!(record(id).bucket, Some(record(id).due));
    });
}

#[test]
fn what_is_to_be_shown_should_not_be_in_the_answer() {
    audited().with_workers(6).build_and_execute(|| {
        let mut nodes = BTreeSet::new();
        for tag in 0..12 {
            let (id, _) = running(&[tag]);
            // The model's answer is node 2.
            nodes.insert(audit(id).node);
            assert_ok!(Inference::attested(id, &audit(id).auditor));
            advance(PARAMETERS.challenge_window);
        }
        assert_eq!(nodes, BTreeSet::from([0, 1]));
    });
    audited().build_and_execute(|| {
        let mut terms = model_terms(4);
        terms.node_count = 1;
        terms.outputs[0].node = 0;
        Terms::insert(MODEL, terms);
        let id = submit(USER, 1);
        advance(2);
        let worker = active(id)[0];
        let outputs = answer(1).1;
        let trace = Trace::Leaves(vec![leaves(1)[2]].try_into().unwrap());
        assert_ok!(Inference::submit_inference_result(
            operator(worker),
            id,
            trace,
            outputs
        ));
        advance(2);
        assert_eq!(
            audit(id).node,
            0,
            "where everything is answered, that is shown"
        );
    });
}

#[test]
fn audits_should_be_as_frequent_as_their_share() {
    let share = Permill::from_percent(20);
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.audit_share = share)
        .with_workers(6)
        .build_and_execute(|| {
            let mut drawn = 0;
            for _ in 0..200 {
                let (id, _) = claimed(&[1]);
                advance(2);
                if record(id).audit.running().is_some() {
                    drawn += 1;
                    assert_ok!(Inference::attested(id, &audit(id).auditor));
                }
                advance(PARAMETERS.challenge_window);
                assert!(is_closed(id));
            }
            // Four standard deviations to either side.
            assert!((18..=62).contains(&drawn), "{drawn} of 200");
        });
}

#[test]
fn auditor_and_user_should_see_the_audit_when_they_ask() {
    audited().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        let life = Inference::life_of(id).unwrap();
        assert_eq!(life.next, NextStep::DrawAudit);
        assert_eq!(life.next_at, Some(System::block_number() + 1));
        assert_eq!(life.audit, None);
        advance(2);
        let audit = audit(id);
        assert_eq!(
            Inference::open_audits(&audit.auditor),
            vec![OpenAudit {
                request: id,
                model: MODEL,
                graph_root: [8; 32],
                input_roots: record(id).input_roots.into_inner(),
                worker: workers[0],
                trace_root: trace_root(1),
                node: audit.node,
                lot: audit.lot,
                due: audit.due,
            }]
        );
        assert_eq!(Inference::open_audits(&workers[0]), vec![]);
        // It is none of the workers that were asked.
        assert_eq!(Inference::open_requests(&audit.auditor), vec![]);
        let life = Inference::life_of(id).unwrap();
        assert_eq!((life.next, life.next_at), (NextStep::Pay, Some(life.due)));
        let shown = |is_attested| AuditLife {
            auditor: audit.auditor,
            worker: workers[0],
            node: audit.node,
            lot: audit.lot,
            due: audit.due,
            fee: AUDIT_FEE,
            is_attested,
        };
        assert_eq!(life.audit, Some(shown(false)));
        assert_ok!(Inference::attested(id, &audit.auditor));
        let life = Inference::life_of(id).unwrap();
        assert_eq!(life.audit, Some(shown(true)));
        assert_eq!(Inference::open_audits(&audit.auditor), vec![]);
    });
}

#[test]
fn audit_should_be_refused_when_it_is_another_workers() {
    audited().build_and_execute(|| {
        let (id, workers) = running(&[1]);
        for stranger in [workers[0], USER] {
            assert_eq!(
                Inference::audit(id, &stranger),
                Err(Error::<Test>::NotAuditor.into())
            );
            assert_noop!(
                Inference::attested(id, &stranger),
                Error::<Test>::NotAuditor
            );
        }
        let auditor = audit(id).auditor;
        assert!(Inference::audit(id, &auditor).is_ok());
        assert_eq!(
            Inference::audit(id + 1, &auditor),
            Err(Error::<Test>::UnknownRequest.into())
        );
    });
}

#[test]
fn parameters_of_audits_should_be_refused_when_an_audit_would_outlast_the_window() {
    ExtBuilder::default().build_and_execute(|| {
        let mut parameters = PARAMETERS;
        audited_always(&mut parameters);
        for window in [0, parameters.agreed_window] {
            parameters.audit_window = window;
            assert_noop!(
                Inference::set_parameters(RuntimeOrigin::root(), parameters),
                Error::<Test>::InconsistentParameters
            );
        }
        parameters.audit_window = parameters.agreed_window - 1;
        assert_ok!(Inference::set_parameters(RuntimeOrigin::root(), parameters));
    });
}

#[test]
fn branches_should_weigh_what_an_audit_takes() {
    use crate::WeightInfo;
    type Weights = <Test as crate::Config>::WeightInfo;
    let draw = DrawWeight::get();
    assert_eq!(
        SettleBranch::AuditDrawn.weight::<Test>(1),
        Weights::settle_draw_audit().saturating_add(draw)
    );
    assert!(SettleBranch::Settled
        .weight::<Test>(1)
        .all_gte(Weights::settle_pay(1).saturating_add(Weights::end_audit())));
}

/// Who asks, works and audits in one person: what comes back to it of what it pays.
fn self_dealing(rounds: u32, share: Permill) -> (Balance, Balance) {
    let mut result = (0, 0);
    ExtBuilder::default()
        .with_parameters(|parameters| {
            parameters.audit_share = share;
            parameters.max_open_per_account = 1;
        })
        .build_and_execute(|| {
            // Every worker is the attacker's, and so is the model: only the protocol's fee goes to others.
            let workers: Vec<_> = (0..4).map(|index| FIRST_WORKER + index).collect();
            let all = || -> Balance {
                workers
                    .iter()
                    .chain(&[USER, AUTHOR])
                    .map(Balances::total_balance)
                    .sum()
            };
            let before = all();
            for _ in 0..rounds {
                let (id, _) = claimed(&[1]);
                advance(2);
                let running = record(id).audit.running().cloned();
                if let Some(audit) = running {
                    assert_ok!(Inference::attested(id, &audit.auditor));
                }
                advance(PARAMETERS.challenge_window);
                assert!(is_closed(id));
            }
            result = (before, all());
        });
    result
}

#[test]
fn nobody_should_earn_by_auditing_himself_when_the_share_is_within_the_fee() {
    // At 7 % of the requests and 70 % of the price the treasury pays 4.9 % of the prices, and receives 5 %.
    // Four standard deviations of the number of audits are twenty.
    let luck = 20 * AUDIT_FEE;
    let (before, after) = self_dealing(400, Permill::from_percent(7));
    assert!(after <= before + luck, "{before} became {after}");
    // The test sees it where the parameters are wrong.
    let (before, after) = self_dealing(400, Permill::from_percent(50));
    assert!(after > before + luck, "{before} became {after}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever becomes of a request, the treasury holds no fee in the end, and every auditor was paid, penalised or let go.
    #[test]
    fn audits_should_come_to_an_end_when_anything_happens_to_the_request(
        tags in proptest::collection::vec(1..3u8, 1..4),
        attests: bool,
        wait in 0..6u32,
        convicts in proptest::option::of(1..3u8),
        condemns: bool,
    ) {
        audited().with_workers(7).build_and_execute(|| {
            let issued = Balances::total_issuance();
            let (id, _) = claimed(&tags);
            advance(2);
            let auditor = record(id).audit.running().map(|audit| audit.auditor);
            advance(wait);
            if let (true, Some(auditor)) = (attests, auditor) {
                let shown = Inference::attested(id, &auditor);
                // One block of its time has passed.
                assert_eq!(shown.is_ok(), wait + 1 < PARAMETERS.audit_window);
            }
            check_everything(issued);
            if let Some(tag) = convicts {
                let _ = convict(id, tag);
            }
            if condemns {
                Condemned::insert(MODEL, ());
            }
            check_everything(issued);
            advance(80);
            assert_eq!(fees_held(), 0);
            if let Some(auditor) = auditor {
                assert_eq!(Locks::get((auditor, id)), None);
            }
            check_everything(issued);
        });
    }
}

#[cfg(feature = "runtime-benchmarks")]
#[test]
fn audit_should_run_when_a_benchmark_of_another_pallet_asks_for_one() {
    use veritrace_primitives::traits::AuditView;
    // What it needs is minted, so that the books do not come out even.
    ExtBuilder::default()
        .with_workers(0)
        .build()
        .execute_with(|| {
            let (worker, auditor) = (FIRST_WORKER, FIRST_WORKER + 1);
            let id = Inference::create_claim(&worker, [8; 32], 3, [1; 32], &[[2; 32]]);
            Inference::create_audit(id, &worker, &auditor, 2, 7);
            let (node, lot) = (2, 7);
            assert_eq!(
                Inference::audit(id, &auditor),
                Ok(AuditView { worker, node, lot })
            );
        });
}
