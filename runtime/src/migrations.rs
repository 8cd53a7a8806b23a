//! What this release does to the storage of the one before it, and what it sets the parameters to that are new.
//!
//! The values are careful ones: whoever runs a chain can set others once it has been upgraded. Nobody is burned for what
//! nobody was burned for, nobody is paid out of what he did not agree to, and nothing is drawn.

use crate::{Balance, BlockNumber, Runtime};
use frame_support::parameter_types;
use pallet_inference::migrations::v2::{v1, Added};
use sp_runtime::{traits::Convert, Permill};

parameter_types! {
    /// A missed deadline burns the penalty, as it did.
    pub const NoShowShare: Permill = Permill::zero();
}

/// Parameters of requests that version 1 has not.
pub struct AddedParameters;

impl Convert<v1::ParametersRecord<Balance, BlockNumber>, Added<Balance, BlockNumber>>
    for AddedParameters
{
    fn convert(old: v1::ParametersRecord<Balance, BlockNumber>) -> Added<Balance, BlockNumber> {
        Added {
            // No less than any of the phases in which others act on the request.
            publish_window: old.min_deadline.max(old.assign_window),
            // Half of what silence costs, so that whoever lacks an input says so. The workers' parameters are brought over
            // before these.
            complaint_fee: pallet_workers::Parameters::<Runtime>::get().no_show_penalty / 2,
            unavailability_share: Permill::from_percent(20),
            // Out of the deposit of a user who did not expect it.
            settle_reward: 0,
            // None, until the treasury is known to have what they cost.
            audit_share: Permill::zero(),
            audit_pay: Permill::zero(),
            audit_window: old.agreed_window.saturating_sub(1).max(1),
        }
    }
}

/// Values on their own, done in the block of the upgrade.
pub type AtOnce = (pallet_workers::migrations::v2::Migration<Runtime, NoShowShare>,);

/// What there may be many of, done in this order in the blocks that follow. The disputes' parameters depend on the limits of
/// the models.
pub type Migrations = (
    pallet_models::migrations::v2::Migration<Runtime>,
    pallet_inference::migrations::v2::Migration<Runtime, AddedParameters>,
    pallet_disputes::migrations::v2::Migration<Runtime>,
);

#[cfg(feature = "runtime-benchmarks")]
pub use measurable::OverBlocks;
#[cfg(not(feature = "runtime-benchmarks"))]
pub type OverBlocks = Migrations;

/// The migrations, or those that a benchmark of the migrations' pallet asks for. Tests are compiled with its features too.
#[cfg(feature = "runtime-benchmarks")]
mod measurable {
    use super::Migrations;
    use alloc::vec::Vec;
    use frame_support::{
        migrations::{SteppedMigrationError, SteppedMigrations},
        weights::WeightMeter,
    };
    use pallet_migrations::mock_helpers::MockedMigrations as Mocked;

    /// See the module.
    pub struct OverBlocks;

    fn is_mocked() -> bool {
        Mocked::len() > 0
    }

    impl SteppedMigrations for OverBlocks {
        fn len() -> u32 {
            match is_mocked() {
                true => Mocked::len(),
                false => Migrations::len(),
            }
        }

        fn nth_id(n: u32) -> Option<Vec<u8>> {
            match is_mocked() {
                true => Mocked::nth_id(n),
                false => Migrations::nth_id(n),
            }
        }

        fn nth_max_steps(n: u32) -> Option<Option<u32>> {
            match is_mocked() {
                true => Mocked::nth_max_steps(n),
                false => Migrations::nth_max_steps(n),
            }
        }

        fn nth_step(
            n: u32,
            cursor: Option<Vec<u8>>,
            meter: &mut WeightMeter,
        ) -> Option<Result<Option<Vec<u8>>, SteppedMigrationError>> {
            match is_mocked() {
                true => Mocked::nth_step(n, cursor, meter),
                false => Migrations::nth_step(n, cursor, meter),
            }
        }

        fn nth_transactional_step(
            n: u32,
            cursor: Option<Vec<u8>>,
            meter: &mut WeightMeter,
        ) -> Option<Result<Option<Vec<u8>>, SteppedMigrationError>> {
            match is_mocked() {
                true => Mocked::nth_transactional_step(n, cursor, meter),
                false => Migrations::nth_transactional_step(n, cursor, meter),
            }
        }

        fn nth_migrating_prefixes(n: u32) -> Option<Option<Vec<Vec<u8>>>> {
            match is_mocked() {
                true => Mocked::nth_migrating_prefixes(n),
                false => Migrations::nth_migrating_prefixes(n),
            }
        }

        #[cfg(feature = "try-runtime")]
        fn nth_pre_upgrade(n: u32) -> Option<Result<Vec<u8>, sp_runtime::TryRuntimeError>> {
            match is_mocked() {
                true => Mocked::nth_pre_upgrade(n),
                false => Migrations::nth_pre_upgrade(n),
            }
        }

        #[cfg(feature = "try-runtime")]
        fn nth_post_upgrade(
            n: u32,
            state: Vec<u8>,
        ) -> Option<Result<(), sp_runtime::TryRuntimeError>> {
            match is_mocked() {
                true => Mocked::nth_post_upgrade(n, state),
                false => Migrations::nth_post_upgrade(n, state),
            }
        }

        fn cursor_max_encoded_len() -> usize {
            Migrations::cursor_max_encoded_len()
        }

        fn identifier_max_encoded_len() -> usize {
            Migrations::identifier_max_encoded_len()
        }
    }

    impl pallet_migrations::MockedMigrations for OverBlocks {
        fn set_fail_after(n: u32) {
            <Mocked as pallet_migrations::MockedMigrations>::set_fail_after(n);
        }

        fn set_success_after(n: u32) {
            <Mocked as pallet_migrations::MockedMigrations>::set_success_after(n);
        }
    }
}
