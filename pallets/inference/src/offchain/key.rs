//! The keys of the node's keystore that off-chain workers sign with.

use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::app_crypto::{app_crypto, sr25519};
use sp_runtime::KeyTypeId;

/// The type under which the keystore has a worker's operator key.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"infr");

app_crypto!(sr25519, KEY_TYPE);

/// Signs transactions with the operator keys in the node's keystore. The runtime implements it, since it knows what is
/// signed of a transaction. Off-chain workers only.
pub trait OperatorKeys<T: frame_system::Config> {
    /// The accounts whose keys are there.
    fn accounts() -> Vec<T::AccountId>;
    /// A signed transaction, encoded, that is valid on top of the block `birth` and in `life` blocks from that one on.
    /// `None` when the key is gone or the chain does not know the block.
    fn sign(
        account: &T::AccountId,
        call: T::RuntimeCall,
        nonce: T::Nonce,
        birth: BlockNumberFor<T>,
        life: u32,
    ) -> Option<Vec<u8>>;
}

/// No keys: nothing is done off chain.
impl<T: frame_system::Config> OperatorKeys<T> for () {
    fn accounts() -> Vec<T::AccountId> {
        Vec::new()
    }
    fn sign(
        _: &T::AccountId,
        _: T::RuntimeCall,
        _: T::Nonce,
        _: BlockNumberFor<T>,
        _: u32,
    ) -> Option<Vec<u8>> {
        None
    }
}
