//! Types of the payouts pallet.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::fungible;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Permill;

/// The balance of the pallet's currency.
pub type BalanceOf<T> =
    <<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// What root may change.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PayoutParameters {
    /// The treasury's share of every price.
    pub protocol_fee: Permill,
}

impl PayoutParameters {
    /// Whether the values make sense. A call cannot carry a fee above 100 %, but a genesis in JSON can.
    pub fn is_consistent(&self) -> bool {
        self.protocol_fee <= Permill::one()
    }
}
