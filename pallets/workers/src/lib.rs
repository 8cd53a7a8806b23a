//! Stake, tickets and locks of the workers that run models.
#![cfg_attr(not(feature = "std"), no_std)]

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    /// Configuration of the pallet.
    #[pallet::config]
    pub trait Config: frame_system::Config {}

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);
}
