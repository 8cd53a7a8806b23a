//! How each pallet is configured, by concern.

pub mod consensus;
pub mod currency;
pub mod offchain;
pub mod randomness;
pub mod system;
pub mod veritrace;
