#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
#[cfg(feature = "runtime-benchmarks")]
pub mod check_times;
pub mod configs;
pub mod constants;
pub mod economy;
pub mod genesis_config_presets;
pub mod migrations;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use frame_support::runtime;
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use apis::RUNTIME_API_VERSIONS;

/// How transactions are signed: sr25519, ed25519 or ECDSA.
pub type Signature = MultiSignature;
/// Identifies an account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Units of the currency. See [`constants::UNIT`].
pub type Balance = u128;
/// Height of a block.
pub type BlockNumber = u32;
/// Counts the transactions of an account.
pub type Nonce = u32;
/// Hash of a block, a transaction or a piece of storage.
pub type Hash = sp_core::H256;
/// How accounts are written in transactions.
pub type Address = MultiAddress<AccountId, ()>;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// What is checked of, and done around, every signed transaction.
pub type TxExtension = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
);
/// A transaction or an inherent.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a transaction's signature is over.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;
/// Runs blocks.
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

impl_opaque_keys! {
    /// The keys with which a validator authors and finalises blocks.
    pub struct SessionKeys {
        pub babe: Babe,
        pub grandpa: Grandpa,
    }
}

macro_rules! version {
    ($spec_version:tt) => {
        /// The version of this runtime. `spec_version` grows with every released change, `transaction_version` with
        /// every change of a call's index or encoding or of [`TxExtension`].
        #[sp_version::runtime_version]
        pub const VERSION: RuntimeVersion = RuntimeVersion {
            spec_name: alloc::borrow::Cow::Borrowed("veritrace"),
            impl_name: alloc::borrow::Cow::Borrowed("veritrace"),
            authoring_version: 1,
            spec_version: $spec_version,
            impl_version: 1,
            apis: RUNTIME_API_VERSIONS,
            transaction_version: 2,
            system_version: 1,
        };
    };
}

#[cfg(not(feature = "next-version"))]
version!(2);
#[cfg(feature = "next-version")]
version!(3);

#[runtime]
mod runtime {
    /// All pallets, put together.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    /// Blocks, accounts and events.
    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Runtime>;

    /// Block production, and the randomness that workers are drawn with.
    #[runtime::pallet_index(1)]
    pub type Babe = pallet_babe::Pallet<Runtime>;

    /// Wall-clock time, set by the author of each block.
    #[runtime::pallet_index(2)]
    pub type Timestamp = pallet_timestamp::Pallet<Runtime>;

    /// Finds the author of a block.
    #[runtime::pallet_index(3)]
    pub type Authorship = pallet_authorship::Pallet<Runtime>;

    /// The currency.
    #[runtime::pallet_index(4)]
    pub type Balances = pallet_balances::Pallet<Runtime>;

    /// Fees and tips.
    #[runtime::pallet_index(5)]
    pub type TransactionPayment = pallet_transaction_payment::Pallet<Runtime>;

    /// The validators' keys.
    #[runtime::pallet_index(6)]
    pub type Session = pallet_session::Pallet<Runtime>;

    /// Finality.
    #[runtime::pallet_index(7)]
    pub type Grandpa = pallet_grandpa::Pallet<Runtime>;

    /// Several calls in one transaction.
    #[runtime::pallet_index(8)]
    pub type Utility = pallet_utility::Pallet<Runtime>;

    /// The administrator: changes parameters and upgrades the runtime.
    #[runtime::pallet_index(9)]
    pub type Sudo = pallet_sudo::Pallet<Runtime>;

    /// Brings storage from one release's layout to the next, over as many blocks as it takes.
    #[runtime::pallet_index(10)]
    pub type MultiBlockMigrations = pallet_migrations::Pallet<Runtime>;

    /// Models: registered, checked node by node, priced, condemned.
    #[runtime::pallet_index(20)]
    pub type Models = pallet_models::Pallet<Runtime>;

    /// Workers: their stake, their locks, and the draw.
    #[runtime::pallet_index(21)]
    pub type Workers = pallet_workers::Pallet<Runtime>;

    /// Requests from escrow to settlement.
    #[runtime::pallet_index(22)]
    pub type Inference = pallet_inference::Pallet<Runtime>;

    /// Proofs that a claim is false.
    #[runtime::pallet_index(23)]
    pub type Disputes = pallet_disputes::Pallet<Runtime>;

    /// Prices split and paid.
    #[runtime::pallet_index(24)]
    pub type Payouts = pallet_payouts::Pallet<Runtime>;
}
