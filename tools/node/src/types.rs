// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! What a block of this node is made of: everything a client has to know of a runtime that it does not link.

use sp_runtime::{generic, traits::BlakeTwo256, AccountId32, OpaqueExtrinsic};

/// Height of a block.
pub type BlockNumber = u32;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block whose transactions are bytes: the runtime alone knows what is in them.
pub type Block = generic::Block<Header, OpaqueExtrinsic>;
/// Hash of a block, a transaction or a piece of storage.
pub type Hash = sp_core::H256;
/// Identifies an account.
pub type AccountId = AccountId32;
/// Units of the currency.
pub type Balance = u128;
/// Counts the transactions of an account.
pub type Nonce = u32;
