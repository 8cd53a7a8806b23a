//! Types of the workers pallet.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{fungible, Get};
use frame_support::{BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::traits::AtLeast32BitUnsigned;
use sp_runtime::{Permill, SaturatedConversion};
use veritrace_primitives::traits::ModelId;

/// The balance of the pallet's currency.
pub type BalanceOf<T> =
    <<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// The parameters of this runtime.
pub type ParametersOf<T> = WorkerParameters<BalanceOf<T>, BlockNumberFor<T>>;

/// A ticket of this runtime.
pub type TicketOf<T> = Ticket<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// Most tickets a draw tries, whatever the parameters say: it bounds the weight of a draw.
pub const MAX_DRAW_TRIES: u32 = 32;

/// What root may change.
#[derive(
    Clone,
    Copy,
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
pub struct WorkerParameters<Balance, BlockNumber> {
    /// Least stake to register with. Below it a worker has no tickets.
    pub min_bond: Balance,
    /// Stake that makes one ticket.
    pub ticket_size: Balance,
    /// Least stake a claim locks.
    pub min_lock: Balance,
    /// A claim locks this many times its price, if that is more than `min_lock`.
    pub lock_multiple: u32,
    /// What a missed deadline burns at least, if the lock has as much.
    pub no_show_penalty: Balance,
    /// Blocks that unbonded stake stays on hold.
    pub unbond_delay: BlockNumber,
    /// Blocks before a new ticket can be drawn.
    pub ticket_age: BlockNumber,
    /// Tickets that a draw tries before it gives up.
    pub max_draw_tries: u32,
    /// The share of the lock that a missed deadline burns, if that is more than `no_show_penalty`.
    pub no_show_share: Permill,
}

/// Consistent values for a chain whose genesis names none. They fit no particular currency.
impl<Balance: From<u32>, BlockNumber: From<u32>> Default
    for WorkerParameters<Balance, BlockNumber>
{
    fn default() -> Self {
        Self {
            min_bond: 1_000_000u32.into(),
            ticket_size: 1_000_000u32.into(),
            min_lock: 100_000u32.into(),
            lock_multiple: 4,
            no_show_penalty: 10_000u32.into(),
            unbond_delay: 100u32.into(),
            ticket_age: 10u32.into(),
            max_draw_tries: 16,
            no_show_share: Permill::zero(),
        }
    }
}

impl<Balance: AtLeast32BitUnsigned + Copy, BlockNumber> WorkerParameters<Balance, BlockNumber> {
    /// Whether the values fit each other.
    ///
    /// A least bond is a ticket, and covers a least lock. A lock covers the penalty, and half of it the price, so that
    /// a slashed worker's user can be compensated.
    pub fn is_consistent(&self) -> bool {
        !self.ticket_size.is_zero()
            && self.ticket_size <= self.min_bond
            && !self.min_lock.is_zero()
            && self.min_lock <= self.min_bond
            && self.no_show_penalty <= self.min_lock
            && self.lock_multiple >= 2
            && (1..=MAX_DRAW_TRIES).contains(&self.max_draw_tries)
    }

    /// Tickets that this much stake makes, before the bound of tickets for one model.
    pub fn tickets_for(&self, stake: Balance) -> u32 {
        if stake < self.min_bond {
            return 0;
        }
        stake
            .checked_div(&self.ticket_size)
            .map_or(0, SaturatedConversion::saturated_into)
    }

    /// What a missed deadline burns of a lock.
    pub fn penalty_for(&self, lock: Balance) -> Balance {
        self.no_show_share
            .mul_floor(lock)
            .max(self.no_show_penalty)
            .min(lock)
    }

    /// Stake that a claim at this price locks.
    pub fn lock_for(&self, price: Balance) -> Balance {
        price
            .saturating_mul(Balance::from(self.lock_multiple))
            .max(self.min_lock)
    }
}

/// Stake that its worker is taking out.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct UnbondChunk<Balance, BlockNumber> {
    /// How much.
    pub amount: Balance,
    /// The block from which it can be withdrawn.
    pub at: BlockNumber,
}

/// A worker.
///
/// `stake` and the unbonding chunks together are what is on hold on its account.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, TypeInfo, MaxEncodedLen,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct WorkerRecord<T: Config> {
    /// The key that signs its work. It cannot move stake.
    pub operator: T::AccountId,
    /// What is bonded: it makes tickets, and can be locked.
    pub stake: BalanceOf<T>,
    /// How much of `stake` is locked for claims.
    pub locked: BalanceOf<T>,
    /// It is not drawn for less.
    pub min_price: BalanceOf<T>,
    /// Challenges open against its claims. While there are any, it is not drawn.
    pub accusations: u32,
    /// What was bonded, and is not yet withdrawn. Neither makes tickets nor can be locked.
    pub unbonding: BoundedVec<UnbondChunk<BalanceOf<T>, BlockNumberFor<T>>, T::MaxUnbonding>,
    /// The models it serves, each once.
    pub served: BoundedVec<ModelId, T::MaxServed>,
}

impl<T: Config> WorkerRecord<T> {
    /// Stake that is bonded and not locked.
    pub fn free(&self) -> BalanceOf<T> {
        use sp_runtime::traits::Saturating;
        self.stake.saturating_sub(self.locked)
    }

    /// Tickets that the worker is entitled to for each model it serves.
    pub fn entitlement(&self, parameters: &ParametersOf<T>) -> u32 {
        parameters.tickets_for(self.stake).min(T::MaxTickets::get())
    }
}

/// A lot in the draw for a model.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Ticket<AccountId, BlockNumber> {
    /// Whose it is.
    pub worker: AccountId,
    /// Its place among the worker's own tickets for the model, from zero. It is void when the worker's stake entitles it
    /// to this many or fewer.
    pub ordinal: u32,
    /// The block it was made in.
    pub since: BlockNumber,
}
