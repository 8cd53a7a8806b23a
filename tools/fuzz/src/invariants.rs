//! What every pallet says must hold of its own storage.

/// Every pallet's `try_state`, of the present state.
pub fn check() {
    #[cfg(feature = "try-runtime")]
    {
        use frame_support::traits::{TryState, TryStateSelect};
        use veritrace_runtime::{AllPalletsWithSystem, System};
        if let Err(error) =
            AllPalletsWithSystem::try_state(System::block_number(), TryStateSelect::All)
        {
            panic!("try_state: {error:?}");
        }
    }
}
