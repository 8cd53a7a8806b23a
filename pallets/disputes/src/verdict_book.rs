//! Verdicts, as requests see them.

use crate::{Config, Opened, Pallet, Verdicts, WeightInfo};
use alloc::vec::Vec;
use frame_support::defensive;
use frame_support::traits::Get;
use frame_support::weights::Weight;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::traits::{RequestId, VerdictBook};

impl<T: Config> Pallet<T> {
    /// Most that forgetting a request that closes weighs: as many claims as it can see, each opened and wrong.
    pub fn most_forget_weight() -> Weight {
        T::WeightInfo::forget(T::MaxClaims::get())
    }
}

impl<T: Config> VerdictBook for Pallet<T> {
    fn is_convicted(request: RequestId, trace_root: &Digest) -> bool {
        Verdicts::<T>::contains_key(request, trace_root)
    }

    fn convicted(request: RequestId) -> Vec<Digest> {
        Verdicts::<T>::iter_key_prefix(request).collect()
    }

    // Without an event of this pallet: the request's own tells. Challenges stay until their bonds are reclaimed.
    fn request_closed(request: RequestId) {
        let claims = T::MaxClaims::get();
        let verdicts = Verdicts::<T>::clear_prefix(request, claims, None);
        let opened = Opened::<T>::clear_prefix(request, claims, None);
        if verdicts.maybe_cursor.is_some() || opened.maybe_cursor.is_some() {
            defensive!("a request had more claims than it can have");
        }
    }
}
