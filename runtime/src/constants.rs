//! Time and money.

use crate::{Balance, BlockNumber};
use frame_support::{
    weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
    PalletId,
};
use sp_runtime::{traits::AccountIdConversion, Perbill};

/// Decimals of the currency.
pub const DECIMALS: u8 = 12;
/// One token.
pub const UNIT: Balance = 1_000_000_000_000;
/// A thousandth of a token.
pub const MILLIUNIT: Balance = UNIT / 1_000;
/// A millionth of a token.
pub const MICROUNIT: Balance = UNIT / 1_000_000;
/// The least an account holds: less is not worth keeping the account for.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLIUNIT;
/// What a byte of a transaction costs: a proof of one mebibyte about a tenth of a token.
pub const FEE_PER_BYTE: Balance = MICROUNIT / 10;
/// What a picosecond of execution costs: a transfer some thousandths of a token.
pub const FEE_PER_PICOSECOND: Balance = 5;

/// Milliseconds between two slots, one of which a validator fills.
pub const SLOT_MILLISECONDS: u64 = 3_000;
/// Slots, hence at most so many blocks, in a minute.
pub const MINUTES: BlockNumber = 60_000 / (SLOT_MILLISECONDS as BlockNumber);
/// Slots in an epoch: as long as the validators, and the older randomness, stay the same.
pub const EPOCH_SLOTS: u64 = 10 * MINUTES as u64;
/// Chance that a slot has a primary author; the others get a secondary one.
pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);

/// Execution time of a full block.
pub const MAXIMUM_BLOCK_WEIGHT: Weight =
    Weight::from_parts(WEIGHT_REF_TIME_PER_MILLIS.saturating_mul(2_000), u64::MAX);
/// Bytes of a full block: room for several proofs of a megabyte.
pub const MAXIMUM_BLOCK_LENGTH: u32 = 8 * 1024 * 1024;
/// Share of a block that normal transactions may fill. The rest is for operational ones: results and proofs, which
/// must get through whatever else is going on.
pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(60);
/// Share of a block taken up by its beginning and end.
pub const AVERAGE_ON_INITIALIZE_RATIO: Perbill = Perbill::from_percent(5);

/// Most validators.
pub const MAX_AUTHORITIES: u32 = 100;

/// The treasury: receives transaction fees and the protocol's share of every inference.
pub const TREASURY: PalletId = PalletId(*b"vt/trsry");

/// The payouts pallet: keeps what is too small to open an account.
pub const PAYOUTS: PalletId = PalletId(*b"vt/payou");

/// The account of the treasury.
pub fn treasury_account() -> crate::AccountId {
    TREASURY.into_account_truncating()
}
