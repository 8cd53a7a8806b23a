//! From version 1 to 2: the parameters have a share of the lock that a missed deadline burns.
//!
//! It is one value, and so done in the block of the upgrade.

use crate::{BalanceOf, Config, Event, Pallet, Parameters, ParametersOf, WorkerParameters};
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::migrations::VersionedMigration;
use frame_support::pallet_prelude::*;
use frame_support::storage::unhashed;
use frame_support::traits::UncheckedOnRuntimeUpgrade;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::Permill;
use veritrace_primitives::walk::Key;

/// The layout of version 1.
pub mod v1 {
    use super::*;
    use frame_support::storage_alias;

    /// The parameters without the share.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
    pub struct WorkerParameters<Balance, BlockNumber> {
        pub min_bond: Balance,
        pub ticket_size: Balance,
        pub min_lock: Balance,
        pub lock_multiple: u32,
        pub no_show_penalty: Balance,
        pub unbond_delay: BlockNumber,
        pub ticket_age: BlockNumber,
        pub max_draw_tries: u32,
    }

    /// [`WorkerParameters`] of a runtime.
    pub type ParametersOf<T> = WorkerParameters<BalanceOf<T>, BlockNumberFor<T>>;

    /// Where they were.
    #[storage_alias]
    pub type Parameters<T: Config> = StorageValue<Pallet<T>, ParametersOf<T>, OptionQuery>;
}

/// Brings the storage from version 1 to 2, once. `Share` is the runtime's choice of `no_show_share`.
pub type Migration<T, Share> = VersionedMigration<
    1,
    2,
    Unversioned<T, Share>,
    Pallet<T>,
    <T as frame_system::Config>::DbWeight,
>;

/// The same whatever the version is.
pub struct Unversioned<T, Share>(PhantomData<(T, Share)>);

fn brought_over<T: Config>(old: v1::ParametersOf<T>, no_show_share: Permill) -> ParametersOf<T> {
    let v1::WorkerParameters {
        min_bond,
        ticket_size,
        min_lock,
        lock_multiple,
        no_show_penalty,
        unbond_delay,
        ticket_age,
        max_draw_tries,
    } = old;
    WorkerParameters {
        min_bond,
        ticket_size,
        min_lock,
        lock_multiple,
        no_show_penalty,
        unbond_delay,
        ticket_age,
        max_draw_tries,
        no_show_share,
    }
}

impl<T: Config, Share: Get<Permill>> UncheckedOnRuntimeUpgrade for Unversioned<T, Share> {
    fn on_runtime_upgrade() -> Weight {
        let weight = T::DbWeight::get().reads_writes(1, 1);
        let Some(raw) = unhashed::get_raw(&v1::Parameters::<T>::hashed_key()) else {
            // The defaults hold, as they did.
            return weight;
        };
        // Exactly: one field more makes other bytes of it.
        match v1::ParametersOf::<T>::decode_all(&mut &raw[..]) {
            Ok(old) => {
                let parameters = brought_over::<T>(old, Share::get());
                Parameters::<T>::put(parameters);
                Pallet::<T>::deposit_event(Event::ParametersChanged { parameters });
            }
            // Left as they are: the defaults hold until root sets others, and no entry is lost.
            Err(_) => Pallet::<T>::deposit_event(Event::NotMigrated {
                key: Key::truncate_from(v1::Parameters::<T>::hashed_key().to_vec()),
            }),
        }
        weight
    }

    #[cfg(feature = "try-runtime")]
    fn pre_upgrade() -> Result<alloc::vec::Vec<u8>, sp_runtime::TryRuntimeError> {
        Ok(v1::Parameters::<T>::get().encode())
    }

    #[cfg(feature = "try-runtime")]
    fn post_upgrade(state: alloc::vec::Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
        let old = Option::<v1::ParametersOf<T>>::decode_all(&mut &state[..])
            .map_err(|_| "what was before cannot be decoded")?;
        let expected = old.map(|old| brought_over::<T>(old, Share::get()));
        frame_support::ensure!(
            Parameters::<T>::get() == expected.unwrap_or_default(),
            "the workers' parameters are not what they were"
        );
        Ok(())
    }
}
