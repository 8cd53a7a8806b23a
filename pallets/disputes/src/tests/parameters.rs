use super::*;
use crate::{Error, Parameters, ParametersRecord};
use frame_support::traits::Contains;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;
use veritrace_primitives::check::GraphLimits;

type Change = fn(&mut ParametersRecord<Balance, u64>);

#[test]
fn root_should_change_the_parameters() {
    ExtBuilder::default().build_and_execute(|| {
        let new = ParametersRecord {
            open_clock: 9,
            ..parameters()
        };
        assert_ok!(Disputes::set_parameters(RuntimeOrigin::root(), new));
        assert_eq!(Parameters::<Test>::get(), new);
        System::assert_last_event(Event::ParametersChanged { parameters: new }.into());
    });
}

#[test]
fn origin_should_be_root() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            Disputes::set_parameters(RuntimeOrigin::signed(CHALLENGER), parameters()),
            BadOrigin
        );
    });
}

#[test]
fn parameters_should_be_refused_when_inconsistent() {
    ExtBuilder::default().build_and_execute(|| {
        let wrong: [(&str, Change); 12] = [
            ("no time to open", |p| p.open_clock = 0),
            ("no time to contradict", |p| p.contradict_clock = 0),
            ("more work than the runtime does", |p| {
                p.max_macs = 40_000_001
            }),
            ("a dearer tile than the runtime computes", |p| {
                p.max_tile_macs = 2_000_001
            }),
            ("openings larger than a call takes", |p| {
                p.max_opening_bytes = 256 * 1024
            }),
            ("openings smaller than a tile", |p| {
                p.max_opening_bytes = 255
            }),
            ("openings smaller than models were admitted with", |p| {
                p.max_opening_bytes = MAX_OPENING - 1
            }),
            ("tiles cheaper than models were admitted with", |p| {
                p.max_tile_macs = 999_999
            }),
            ("seals that do not outlive a dispute", |p| {
                p.seal_lifetime = 2 * (10 + 20) + 2 * 32 - 1
            }),
            ("no time to show a seal", |p| p.seal_reveal_window = 0),
            // The length fee of 256 bytes is 256, and the weight's 1,000.
            ("a challenge of a page below twice its answer", |p| {
                // The length fee of 32 KiB and 256 bytes, and the weight's.
                (p.bond_base, p.bond_per_kib) = (2 * (32 * 1024 + 256 + 1_000) - 1, 0);
            }),
            ("a challenge below twice its answer", |p| {
                (p.bond_base, p.bond_per_kib) = (2 * (256 + 1_000) - 1, 10_000)
            }),
        ];
        for (why, change) in wrong {
            let mut new = parameters();
            change(&mut new);
            assert_noop!(
                Disputes::set_parameters(RuntimeOrigin::root(), new),
                Error::<Test>::InconsistentParameters
            );
            assert!(!Disputes::are_consistent(&new), "{why}");
        }
    });
}

#[test]
fn bond_should_cover_twice_the_answer_at_every_size() {
    ExtBuilder::default().build_and_execute(|| {
        let least = ParametersRecord {
            bond_base: 2 * (256 + 1_000),
            bond_per_kib: 2 * 1024,
            max_opening_bytes: 128 * 1024,
            ..parameters()
        };
        assert!(Disputes::are_consistent(&least));
        for bytes in (0..=128 * 1024).step_by(97) {
            assert!(Disputes::bond_for(&least, bytes) >= 2 * Disputes::response_cost(bytes));
        }
        let less = ParametersRecord {
            bond_per_kib: 2 * 1024 - 1,
            ..least
        };
        assert!(!Disputes::are_consistent(&less));
    });
}

#[test]
fn models_should_be_admitted_only_with_limits_that_proofs_reach() {
    ExtBuilder::default().build_and_execute(|| {
        let contains = |limits: GraphLimits| <Disputes as Contains<GraphLimits>>::contains(&limits);
        assert!(contains(LIMITS));
        for (proof, macs, opening, admitted) in [
            (504 * 1024, 1_000_000, 512, true),
            (504 * 1024 + 1, 1_000_000, 512, false),
            (1, 1_000_001, 512, false),
            (1, 1_000_000, 513, false),
        ] {
            let limits = GraphLimits {
                max_proof_bytes: proof,
                max_macs: macs,
                max_opening_bytes: opening,
            };
            assert_eq!(contains(limits), admitted, "{limits:?}");
        }
    });
}
