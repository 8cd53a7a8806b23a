//! What a key has sent: one transaction at a time, written down before it is sent, followed until the chain has used its
//! nonce or it can no longer be included.
//!
//! A transaction is always signed for the nonce that the account has in the block at hand, so of all that a key ever
//! signs for one nonce, after whatever crash or fork, a chain includes one. The record is there so that a second one is
//! not even sent, and so that a node that is restarted can send the first one again.

use super::duty::{Duty, Step};
use super::key::OperatorKeys;
use super::LOG;
use crate::Config;
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::offchain::storage::StorageValueRef;
use sp_runtime::traits::{One, Saturating};
use veritrace_primitives::traits::RequestId;

/// Blocks that a transaction is valid for, its birth block included; a power of two. Long enough for one that waits for
/// room in full blocks. Short, because what a pool has silently refused is decided anew only when it has died.
pub(crate) const LIFE: u32 = 8;
/// How far back a transaction is born at most. Peers that are some blocks behind, or on a short fork, take it too.
pub(crate) const BIRTH_DEPTH: u32 = 3;
/// Blocks after which a transaction that is in none is sent again in every block, in the same bytes. The next block has
/// it as a rule, the one after that almost always: only then is it worth the pool's complaint about seeing it twice.
pub(crate) const PATIENCE: u32 = 2;
/// The longest wait before a step is repeated is two to the power of this, in blocks.
const MAX_WAIT: u32 = 6;

/// A transaction that was sent, as the node's persistent off-chain storage has it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub(crate) struct Sent<BlockNumber, Hash, Nonce> {
    /// What it does.
    pub step: Step,
    /// For which request.
    pub request: RequestId,
    /// Which transaction of the account it is.
    pub nonce: Nonce,
    /// The block it is valid on top of.
    pub birth: (BlockNumber, Hash),
    /// The block on whose state it was decided.
    pub sent_at: BlockNumber,
    /// The first block that cannot include it.
    pub dies_at: BlockNumber,
    /// How many times the same was sent before, its nonce used, and nothing changed.
    pub repeats: u32,
    /// Its bytes.
    pub transaction: Vec<u8>,
}

/// [`Sent`] of a runtime.
pub(crate) type SentOf<T> =
    Sent<BlockNumberFor<T>, <T as frame_system::Config>::Hash, <T as frame_system::Config>::Nonce>;

/// What became of the last transaction, as far as the block at hand shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    /// It may still be included.
    Waiting,
    /// Its nonce is used, by itself or by another transaction of the key.
    Used,
    /// No block on top of this one can include it; or there is none.
    Gone,
}

/// What a key has sent, seen from a block.
pub(crate) struct Outbox<'a, T: Config> {
    operator: &'a T::AccountId,
    now: BlockNumberFor<T>,
    nonce: T::Nonce,
    key: Vec<u8>,
    last: Option<SentOf<T>>,
}

/// Where the node's persistent off-chain storage has what a key has sent.
pub(crate) fn storage_key<AccountId: Encode>(operator: &AccountId) -> Vec<u8> {
    (*b"veritrace::sent::", operator).encode()
}

impl<'a, T: Config> Outbox<'a, T> {
    /// Reads what the key has sent.
    pub(crate) fn open(operator: &'a T::AccountId, now: BlockNumberFor<T>) -> Self {
        let key = storage_key(operator);
        // What does not decode is of another version of this runtime. The nonce keeps it from being doubled.
        let last = StorageValueRef::persistent(&key)
            .get::<SentOf<T>>()
            .ok()
            .flatten();
        Self {
            operator,
            now,
            nonce: frame_system::Pallet::<T>::account_nonce(operator),
            key,
            last,
        }
    }

    /// What became of the last transaction.
    pub(crate) fn fate(&self) -> Fate {
        let Some(last) = &self.last else {
            return Fate::Gone;
        };
        let (birth, hash) = last.birth;
        if last.sent_at > self.now {
            // This block is behind the one in which it was sent: a run that was held up, or a fork. Time will tell.
            Fate::Waiting
        } else if frame_system::Pallet::<T>::block_hash(birth) != hash || self.nonce < last.nonce {
            // A fork took back the block it was born in, or the transaction before it.
            Fate::Gone
        } else if self.nonce > last.nonce {
            Fate::Used
        } else if self.now.saturating_add(One::one()) >= last.dies_at {
            Fate::Gone
        } else {
            Fate::Waiting
        }
    }

    /// Sends the last transaction again if it has waited for some blocks. A pool is empty after a restart, and one that is
    /// just looking at a new block may lose what it is given; it has nothing against seeing a transaction twice.
    pub(crate) fn remind(&self) {
        let Some(last) = &self.last else { return };
        if self.now < last.sent_at.saturating_add(PATIENCE.into()) {
            return;
        }
        // Refused when the pool still has it.
        let _ = sp_io::offchain::submit_transaction(last.transaction.clone());
        log::info!(
            target: LOG,
            "sent the {} for request {} again, which block {:?} had decided on",
            last.step, last.request, last.sent_at,
        );
    }

    /// Whether it is the last thing sent, and went through without any effect.
    fn is_repeated(&self, duty: &Duty<T>) -> bool {
        self.fate() == Fate::Used
            && self
                .last
                .as_ref()
                .is_some_and(|last| last.step == duty.step && last.request == duty.request)
    }

    /// Whether a step may be taken now. The same one again, since nothing has come of it, waits twice as long each time,
    /// so that its fees are bounded whatever is wrong.
    pub(crate) fn may_send(&self, duty: &Duty<T>) -> bool {
        match &self.last {
            Some(last) if self.is_repeated(duty) => {
                let wait = 2u32.saturating_pow(last.repeats.saturating_add(1).min(MAX_WAIT));
                self.now >= last.sent_at.saturating_add(wait.into())
            }
            _ => true,
        }
    }

    /// Signs a transaction, writes it down and gives it to the pool. Returns whether it was sent.
    pub(crate) fn send(&mut self, duty: &Duty<T>, call: T::RuntimeCall) -> bool {
        let now = self.now;
        // A branch without the block in which the phase began may have another request under this number, for which the
        // answer would be a lie. In the block before it the request was already there: it is drawn for in a later one.
        let birth = duty
            .record
            .since
            .saturating_sub(One::one())
            .max(now.saturating_sub(BIRTH_DEPTH.into()));
        let signed = T::Operators::sign(self.operator, call, self.nonce, birth, LIFE);
        let Some(transaction) = signed else {
            log::warn!(
                target: LOG,
                "could not sign the {} for request {}: is the key still in the keystore?",
                duty.step, duty.request,
            );
            return false;
        };
        let repeats = match &self.last {
            Some(last) if self.is_repeated(duty) => last.repeats.saturating_add(1),
            _ => 0,
        };
        let sent = Sent {
            step: duty.step,
            request: duty.request,
            nonce: self.nonce,
            birth: (birth, frame_system::Pallet::<T>::block_hash(birth)),
            sent_at: now,
            dies_at: birth.saturating_add(LIFE.into()),
            repeats,
            transaction,
        };
        let mut storage = StorageValueRef::persistent(&self.key);
        storage.set(&sent);
        if sp_io::offchain::submit_transaction(sent.transaction.clone()).is_ok() {
            log::info!(
                target: LOG,
                "sent the {} for request {} in block {now:?}",
                duty.step, duty.request,
            );
            self.last = Some(sent);
            return true;
        }
        // Refused at once, it can be in no block.
        match &self.last {
            Some(last) => storage.set(last),
            None => storage.clear(),
        }
        log::warn!(
            target: LOG,
            "the pool refused the {} for request {}: can the operator pay the fee?",
            duty.step, duty.request,
        );
        false
    }
}
