//! Who has what, and for what it is held: kept from what happened, never read from the chain.

use crate::actors::name_of;
use std::collections::BTreeMap;
use veritrace_runtime::{AccountId, Balance, RuntimeHoldReason};

/// For what funds are held.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// Prices of requests.
    Escrow,
    /// Storage of requests.
    Deposit,
    /// Complaints about inputs.
    Complaint,
    /// Fees of audits.
    Audit,
    /// Stake of workers.
    Stake,
    /// Bonds of challenges.
    Bond,
    /// Bonds of seals.
    Seal,
    /// Bounties.
    Bounty,
    /// Deposits of models.
    Model,
}

impl Reason {
    /// By the runtime's name.
    pub fn of(reason: &RuntimeHoldReason) -> Self {
        match reason {
            RuntimeHoldReason::Inference(reason) => match reason {
                pallet_inference::HoldReason::Escrow => Self::Escrow,
                pallet_inference::HoldReason::Deposit => Self::Deposit,
                pallet_inference::HoldReason::Complaint => Self::Complaint,
                pallet_inference::HoldReason::Audit => Self::Audit,
            },
            RuntimeHoldReason::Workers(pallet_workers::HoldReason::Stake) => Self::Stake,
            RuntimeHoldReason::Disputes(reason) => match reason {
                pallet_disputes::HoldReason::Bond => Self::Bond,
                pallet_disputes::HoldReason::Seal => Self::Seal,
                pallet_disputes::HoldReason::Bounty => Self::Bounty,
            },
            RuntimeHoldReason::Models(pallet_models::HoldReason::Deposit) => Self::Model,
            other => panic!("nobody holds funds for {other:?}"),
        }
    }
}

/// What an account has.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Purse {
    /// All of it.
    pub total: Balance,
    /// What of it is held.
    pub held: BTreeMap<Reason, Balance>,
}

impl Purse {
    /// What is not held.
    pub fn free(&self) -> Balance {
        self.total - self.held.values().sum::<Balance>()
    }
}

/// What everyone has, and what was burned.
#[derive(Default)]
pub struct Ledger {
    /// By account.
    pub purses: BTreeMap<AccountId, Purse>,
    /// All that was ever burned.
    pub burned: Balance,
}

impl Ledger {
    fn purse(&mut self, who: &AccountId) -> &mut Purse {
        self.purses.entry(who.clone()).or_default()
    }

    /// What an account has free.
    pub fn free(&self, who: &AccountId) -> Balance {
        self.purses.get(who).map_or(0, Purse::free)
    }

    /// What is held of an account for that.
    pub fn held(&self, who: &AccountId, reason: Reason) -> Balance {
        self.purses
            .get(who)
            .and_then(|purse| purse.held.get(&reason))
            .copied()
            .unwrap_or(0)
    }

    /// Free funds are held.
    pub fn hold(&mut self, who: &AccountId, reason: Reason, amount: Balance) {
        assert!(
            self.free(who) >= amount,
            "ledger: {} has {amount} for {reason:?}",
            name_of(who)
        );
        if amount > 0 {
            *self.purse(who).held.entry(reason).or_default() += amount;
        }
    }

    fn take_held(&mut self, who: &AccountId, reason: Reason, amount: Balance) {
        let purse = self.purse(who);
        let held = purse.held.get(&reason).copied().unwrap_or(0);
        let left = held.checked_sub(amount).unwrap_or_else(|| {
            panic!(
                "ledger: {amount} of {} was held for {reason:?}, not {held}",
                name_of(who)
            )
        });
        match left {
            0 => purse.held.remove(&reason),
            left => purse.held.insert(reason, left),
        };
    }

    /// Held funds are free again.
    pub fn release(&mut self, who: &AccountId, reason: Reason, amount: Balance) {
        self.take_held(who, reason, amount);
    }

    /// Held funds of one are free funds of another.
    pub fn pay(&mut self, from: &AccountId, reason: Reason, to: &AccountId, amount: Balance) {
        self.take_held(from, reason, amount);
        self.transfer(from, to, amount);
    }

    /// Free funds of one are free funds of another.
    pub fn transfer(&mut self, from: &AccountId, to: &AccountId, amount: Balance) {
        self.spend(from, amount);
        self.purse(to).total += amount;
    }

    /// Held funds are gone.
    pub fn burn_held(&mut self, who: &AccountId, reason: Reason, amount: Balance) {
        self.take_held(who, reason, amount);
        self.burn(who, amount);
    }

    /// Free funds are gone.
    pub fn burn(&mut self, who: &AccountId, amount: Balance) {
        self.spend(who, amount);
        self.burned += amount;
    }

    fn spend(&mut self, who: &AccountId, amount: Balance) {
        assert!(
            self.free(who) >= amount,
            "ledger: {} spends {amount} of {}",
            name_of(who),
            self.free(who)
        );
        self.purse(who).total -= amount;
    }

    /// All there is.
    pub fn issuance(&self) -> Balance {
        self.purses.values().map(|purse| purse.total).sum()
    }
}
