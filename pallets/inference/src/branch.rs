//! The transitions that `settle` and `on_idle` perform, each with its weight.

use crate::{Config, WeightInfo};
use frame_support::traits::Get;
use frame_support::weights::Weight;
use sp_runtime::DispatchError;

/// What was done to a request. `k` in the weights is its redundancy: the most workers that hold a lock for it at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettleBranch {
    /// Workers were drawn.
    Assigned,
    /// No workers were found in time, the user was refunded.
    Expired,
    /// All workers were late, or their claims fell; others will be drawn.
    Reopened,
    /// The same without attempts left, or the model was condemned: the user was refunded.
    Refunded,
    /// Workers who did not commit were replaced.
    Replaced,
    /// Workers who did not commit were penalised, the others reveal.
    RevealOpened,
    /// Workers who did not reveal were penalised, the claims of the others wait out their window; or those of a contested
    /// request whose model was condemned wait out another.
    WindowOpened,
    /// Workers, author and treasury were paid.
    Settled,
    /// Unequal claims: the user was refunded, the locks stay.
    Contested,
    /// What was left of a contest stood unchallenged, and the locks were given back.
    ContestClosed,
    /// An input was not published: the workers were compensated, the user has the rest. Or the model was condemned while it
    /// was waited for.
    Unpublished,
    /// An auditor was drawn.
    AuditDrawn,
    /// There is no audit.
    AuditWaived,
}

impl SettleBranch {
    /// Every branch.
    pub const ALL: [Self; 13] = [
        Self::Assigned,
        Self::Expired,
        Self::Reopened,
        Self::Refunded,
        Self::Replaced,
        Self::RevealOpened,
        Self::WindowOpened,
        Self::Settled,
        Self::Contested,
        Self::ContestClosed,
        Self::Unpublished,
        Self::AuditDrawn,
        Self::AuditWaived,
    ];

    /// Weight of the branch for a request of redundancy `k`.
    pub fn weight<T: Config>(self, k: u32) -> Weight {
        // Benchmarks draw from a pool in good order.
        let draws = T::DrawWeight::get().saturating_mul(u64::from(k));
        let forgotten = Self::weight_of_forgetting::<T>();
        // Benchmarks end requests that are not audited.
        let audit = T::WeightInfo::end_audit();
        match self {
            Self::Assigned => T::WeightInfo::settle_assign(k).saturating_add(draws),
            Self::Expired => T::WeightInfo::settle_expire().saturating_add(forgotten),
            Self::Reopened => T::WeightInfo::settle_reopen(k),
            Self::Refunded => T::WeightInfo::settle_refund(k)
                .saturating_add(forgotten)
                .saturating_add(audit),
            Self::Replaced => T::WeightInfo::settle_replace(k).saturating_add(draws),
            Self::RevealOpened => T::WeightInfo::settle_open_reveals(k).saturating_add(draws),
            Self::WindowOpened => T::WeightInfo::settle_open_window(k),
            Self::Settled => T::WeightInfo::settle_pay(k)
                .saturating_add(forgotten)
                .saturating_add(audit),
            Self::Contested => T::WeightInfo::settle_contest(k).saturating_add(audit),
            Self::ContestClosed => T::WeightInfo::settle_close_contest(k).saturating_add(forgotten),
            Self::Unpublished => T::WeightInfo::settle_unpublished(k).saturating_add(forgotten),
            Self::AuditDrawn => {
                T::WeightInfo::settle_draw_audit().saturating_add(T::DrawWeight::get())
            }
            Self::AuditWaived => {
                T::WeightInfo::settle_waive_audit().saturating_add(T::DrawWeight::get())
            }
        }
    }

    /// Weight of the heaviest branch: what has to be at hand before it is known which one it will be, or that there is
    /// none.
    pub fn heaviest<T: Config>() -> Weight {
        let k = T::MaxRedundancy::get();
        let none = T::WeightInfo::sweep_move().max(Self::weight_of_failed_draw::<T>(k));
        Self::ALL
            .into_iter()
            .fold(none, |most, branch| most.max(branch.weight::<T>(k)))
    }

    /// Weight of forgetting the verdicts of a request that closes, and what was opened of its claims, when every worker
    /// it can ever have made one. Benchmarks close requests without.
    pub fn weight_of_forgetting<T: Config>() -> Weight {
        T::ForgetWeight::get()
    }

    /// Weight of a verdict that strikes `k` equal claims, after which the request closes.
    pub fn weight_of_verdict<T: Config>(k: u32) -> Weight {
        T::WeightInfo::convict(k)
            .saturating_add(Self::weight_of_forgetting::<T>())
            .saturating_add(T::WeightInfo::end_audit())
    }

    /// Most that a verdict weighs: no more claims stand at once than workers were asked for.
    pub fn heaviest_verdict<T: Config>() -> Weight {
        Self::weight_of_verdict::<T>(T::MaxRedundancy::get())
    }

    /// Weight of a draw of `k` workers that finds too few.
    pub fn weight_of_failed_draw<T: Config>(k: u32) -> Weight {
        T::WeightInfo::sweep_postpone(k)
            .saturating_add(T::DrawWeight::get().saturating_mul(u64::from(k)))
    }
}

/// A transition done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Advanced {
    /// Which one.
    pub branch: SettleBranch,
    /// Redundancy of the request.
    pub redundancy: u32,
}

/// A transition not done, and when to look at the request again.
#[derive(Debug)]
pub struct Postponed<BlockNumber> {
    /// What a caller of `settle` is told.
    pub why: DispatchError,
    /// When the sweep tries again.
    pub until: Until<BlockNumber>,
}

/// When a request is looked at again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Until<BlockNumber> {
    /// In that block, or the next if it has passed.
    Block(BlockNumber),
    /// In the next block, since a draw failed.
    NextDraw {
        /// How many workers were drawn for, the one that was not found included.
        draws: u32,
    },
}
