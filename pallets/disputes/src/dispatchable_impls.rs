//! Bodies of the calls.

use crate::branch::DisputeBranch;
use crate::seals::Accusation;
use crate::{
    kib, BalanceOf, ChallengeCount, ChallengeRecord, ChallengeState, Challenges, Config, Content,
    Error, Event, Evidence, HoldReason, Opened, Pallet, Parameters, ParametersOf, PendingOpenBytes,
    Salt, Verdicts, WeightInfo,
};
use frame_support::dispatch::PostDispatchInfo;
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::Mutate as MutateHold;
use frame_support::traits::tokens::{Fortitude, Precision, Restriction};
use frame_support::traits::{Defensive, DefensiveOption};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, Saturating, Zero};
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::{
    check, check_challenge, decode, opening_form, ChallengeProof, Contradiction, Opening,
};
use veritrace_primitives::traits::{ClaimBook, Conviction, HostSha256, RequestId, WorkerPool};

/// What a worker is asked for.
pub(crate) struct Demand {
    pub digest: Digest,
    pub content: Content,
    pub opening_bytes: u32,
}

/// A challenge that was begun.
pub(crate) struct Begun<Balance, BlockNumber> {
    pub bond: Balance,
    pub due: BlockNumber,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_contradict(
        who: T::AccountId,
        request: RequestId,
        worker: T::AccountId,
        proof: &[u8],
        salt: Option<Salt>,
        branch: DisputeBranch,
    ) -> DispatchResultWithPostInfo {
        let facts = Self::facts(request, &worker)?;
        let parameters = Parameters::<T>::get();
        Self::ensure_covered(&who, &parameters)?;
        let bytes = proof.len() as u32;
        let proof = match decode::<Contradiction>(proof) {
            Ok(proof) => proof,
            Err(reason) => return Self::reject(request, worker, who, reason, &parameters),
        };
        let kind = proof.target.kind();
        ensure!(branch.target() == Some(kind), Error::<T>::WrongTarget);
        match check::<HostSha256>(&facts, &proof, &branch.limits(&parameters)) {
            Ok(work) => {
                let subject = Subject::Node(proof.index);
                let accusation = Accusation {
                    request,
                    trace_root: facts.trace_root,
                    subject: subject.sealed(facts.node_count),
                };
                let order = match &salt {
                    Some(salt) => Self::use_seal(&who, &accusation, salt)?,
                    None => None,
                };
                let evidence = Evidence::Contradiction(kind);
                Self::convict(
                    &accusation,
                    subject,
                    worker,
                    who,
                    order,
                    Self::now(),
                    evidence,
                )?;
                Ok(PostDispatchInfo {
                    actual_weight: Some(branch.convicted::<T>(bytes, work, salt.as_ref())),
                    pays_fee: Pays::No,
                })
            }
            Err(reason) => Self::reject(request, worker, who, reason, &parameters),
        }
    }

    pub(crate) fn do_challenge(
        who: T::AccountId,
        request: RequestId,
        worker: T::AccountId,
        proof: &[u8],
    ) -> DispatchResultWithPostInfo {
        let facts = Self::facts(request, &worker)?;
        let parameters = Parameters::<T>::get();
        Self::ensure_covered(&who, &parameters)?;
        let proof = match decode::<ChallengeProof>(proof) {
            Ok(proof) => proof,
            Err(reason) => return Self::reject(request, worker, who, reason, &parameters),
        };
        let node = proof.index;
        // Before the check: who comes second in a race has done nothing wrong.
        Self::ensure_unopened(request, &worker, Subject::Node(node))?;
        let challenged = match check_challenge::<HostSha256>(&facts, &proof) {
            Ok(challenged) => challenged,
            Err(reason) => return Self::reject(request, worker, who, reason, &parameters),
        };
        let (_, opening_bytes) = opening_form(
            challenged.layout,
            &challenged.spec,
            parameters.max_opening_bytes,
        )
        .ok_or(Error::<T>::OpeningTooLarge)?;
        ensure!(
            opening_bytes <= parameters.max_opening_bytes,
            Error::<T>::OpeningTooLarge
        );

        let Begun { bond, due } = Self::begin_challenge(
            request,
            &worker,
            Subject::Node(node),
            who.clone(),
            Demand {
                digest: challenged.leaf,
                content: Content::tensor(challenged.layout, challenged.spec),
                opening_bytes,
            },
            &parameters,
        )?;
        Self::deposit_event(Event::NodeChallenged {
            request,
            worker,
            node,
            challenger: who,
            bond,
            opening_bytes,
            due,
        });
        Ok(PostDispatchInfo {
            actual_weight: Some(T::WeightInfo::challenge_accepted()),
            pays_fee: Pays::No,
        })
    }

    /// Neither challenged now nor opened before.
    pub(crate) fn ensure_unopened(
        request: RequestId,
        worker: &T::AccountId,
        subject: Subject,
    ) -> DispatchResult {
        ensure!(
            !Challenges::<T>::contains_key((request, worker.clone()), subject),
            Error::<T>::AlreadyChallenged
        );
        ensure!(
            !Opened::<T>::get(request, worker).contains(subject),
            Error::<T>::AlreadyOpened
        );
        Ok(())
    }

    /// Holds the bond and starts the worker's clock.
    pub(crate) fn begin_challenge(
        request: RequestId,
        worker: &T::AccountId,
        subject: Subject,
        challenger: T::AccountId,
        demand: Demand,
        parameters: &ParametersOf<T>,
    ) -> Result<Begun<BalanceOf<T>, BlockNumberFor<T>>, DispatchError> {
        let Demand {
            digest,
            content,
            opening_bytes,
        } = demand;
        let claim = (request, worker.clone());
        let bond = Self::bond_for(parameters, opening_bytes);
        T::Currency::hold(&HoldReason::Bond.into(), &challenger, bond)?;
        let due = Self::begin_opening(worker, opening_bytes, parameters)?;
        ChallengeCount::<T>::try_mutate(&claim, |running| {
            let count = running.of(subject);
            *count = count.checked_add(1).ok_or(Error::<T>::Overflow)?;
            Ok::<_, DispatchError>(())
        })?;
        Challenges::<T>::insert(
            &claim,
            subject,
            ChallengeRecord {
                challenger,
                bond,
                digest,
                content,
                state: ChallengeState::Awaiting { due },
                opening_bytes,
                at: Self::now(),
            },
        );
        T::Claims::challenge_opened(request, worker)?;
        T::Workers::accuse(worker);
        Ok(Begun { bond, due })
    }

    /// Counts the bytes among those the worker has to open; when they are due.
    fn begin_opening(
        worker: &T::AccountId,
        opening_bytes: u32,
        parameters: &ParametersOf<T>,
    ) -> Result<BlockNumberFor<T>, DispatchError> {
        let pending = PendingOpenBytes::<T>::try_mutate(worker, |pending| {
            *pending = pending
                .checked_add(opening_bytes)
                .ok_or(Error::<T>::Overflow)?;
            Ok::<_, DispatchError>(*pending)
        })?;
        let more = parameters
            .open_clock_per_kib
            .saturating_mul(kib(pending).into());
        Ok(Self::over_after(parameters.open_clock.saturating_add(more)))
    }

    /// The first block after the next `blocks` ones: when a clock started now is over.
    pub(crate) fn over_after(blocks: BlockNumberFor<T>) -> BlockNumberFor<T> {
        Self::now()
            .saturating_add(blocks)
            .saturating_add(One::one())
    }

    pub(crate) fn do_open(
        operator: T::AccountId,
        request: RequestId,
        node: u16,
        opening: &[u8],
    ) -> DispatchResultWithPostInfo {
        let subject = Subject::Node(node);
        let (worker, record) = Self::awaited(&operator, request, subject)?;
        let parameters = Parameters::<T>::get();
        let bytes = opening.len() as u32;
        let opening = match Self::checked_opening(&record, opening) {
            Ok(opening) => opening,
            // Nobody checks beforehand that the operator can pay: an opening in time must never fail for want of funds.
            Err(reason) => return Self::reject(request, worker, operator, reason, &parameters),
        };
        let due = Self::opened(request, &worker, subject, record, &parameters)?;
        Self::deposit_event(Event::NodeOpened {
            request,
            worker,
            node,
            due,
        });
        let weight = match opening {
            Opening::Tensor(_) => T::WeightInfo::open_tensor(bytes),
            Opening::Tiles(_) => T::WeightInfo::open_tiles(bytes),
        };
        Ok(PostDispatchInfo {
            actual_weight: Some(weight),
            pays_fee: Pays::No,
        })
    }

    /// The worker behind an operator key, and the challenge that it still can answer.
    pub(crate) fn awaited(
        operator: &T::AccountId,
        request: RequestId,
        subject: Subject,
    ) -> Result<(T::AccountId, crate::ChallengeRecordOf<T>), DispatchError> {
        let worker = T::Workers::worker_of(operator).ok_or(Error::<T>::NotOperator)?;
        let record = Challenges::<T>::get((request, worker.clone()), subject)
            .ok_or(Error::<T>::NotChallenged)?;
        let due = match record.state {
            ChallengeState::Awaiting { due } => due,
            ChallengeState::Opened { .. } => return Err(Error::<T>::AlreadyOpened.into()),
        };
        ensure!(Self::now() < due, Error::<T>::TooLate);
        Self::facts(request, &worker)?;
        Ok((worker, record))
    }

    /// The challenge was answered: until when it may be contradicted.
    pub(crate) fn opened(
        request: RequestId,
        worker: &T::AccountId,
        subject: Subject,
        mut record: crate::ChallengeRecordOf<T>,
        parameters: &ParametersOf<T>,
    ) -> Result<BlockNumberFor<T>, DispatchError> {
        Self::end_opening(worker, record.opening_bytes);
        Opened::<T>::try_mutate(request, worker, |opened| {
            opened.insert(subject).defensive_ok_or(Error::<T>::Overflow)
        })?;
        let due = Self::over_after(parameters.contradict_clock);
        record.state = ChallengeState::Opened { due };
        Challenges::<T>::insert((request, worker.clone()), subject, record);
        Ok(due)
    }

    pub(crate) fn do_expire(
        request: RequestId,
        worker: T::AccountId,
        subject: Subject,
    ) -> DispatchResultWithPostInfo {
        let record = Challenges::<T>::get((request, worker.clone()), subject)
            .ok_or(Error::<T>::NotChallenged)?;
        // While its claim is gone, only the bond is left to settle.
        let facts = Self::facts(request, &worker)?;
        let now = Self::now();
        match record.state {
            ChallengeState::Awaiting { due } => {
                ensure!(now >= due, Error::<T>::TooEarly);
                Self::end_challenge(request, &worker, subject, &record);
                Self::return_bond(request, &worker, subject, &record)?;
                let accusation = Accusation {
                    request,
                    trace_root: facts.trace_root,
                    subject: subject.sealed(facts.node_count),
                };
                let (challenger, before) = (record.challenger, record.at);
                let evidence = Evidence::Silence;
                Self::convict(
                    &accusation,
                    subject,
                    worker,
                    challenger,
                    None,
                    before,
                    evidence,
                )?;
                let weight =
                    T::WeightInfo::expire_unanswered().saturating_add(T::ConvictWeight::get());
                Ok(Some(weight).into())
            }
            ChallengeState::Opened { due } => {
                ensure!(now >= due, Error::<T>::TooEarly);
                // Whoever found the lie in the opened page may need an opening of the node, too.
                ensure!(
                    matches!(subject, Subject::Node(_))
                        || ChallengeCount::<T>::get((request, worker.clone())).nodes == 0,
                    Error::<T>::NodesChallenged
                );
                Self::end_challenge(request, &worker, subject, &record);
                let (compensation, burned) = Self::forfeit(&worker, &record);
                T::Claims::challenge_closed(request, &worker);
                Self::deposit_event(Event::BondForfeited {
                    request,
                    worker,
                    subject,
                    challenger: record.challenger,
                    compensation,
                    burned,
                });
                Ok(Some(T::WeightInfo::expire_uncontradicted()).into())
            }
        }
    }

    pub(crate) fn do_reclaim(
        request: RequestId,
        worker: T::AccountId,
        subject: Subject,
    ) -> DispatchResult {
        let record = Challenges::<T>::get((request, worker.clone()), subject)
            .ok_or(Error::<T>::NotChallenged)?;
        ensure!(
            T::Claims::claim(request, &worker).is_none(),
            Error::<T>::ClaimStillOpen
        );
        Self::end_challenge(request, &worker, subject, &record);
        Self::return_bond(request, &worker, subject, &record)
    }

    pub(crate) fn do_set_parameters(parameters: ParametersOf<T>) -> DispatchResult {
        ensure!(
            Self::are_consistent(&parameters),
            Error::<T>::InconsistentParameters
        );
        Parameters::<T>::put(parameters);
        Self::deposit_event(Event::ParametersChanged { parameters });
        Ok(())
    }

    /// Strikes every claim of the request with this trace root, for what `subject` is or was not shown to be. The challenger's seal has this order, if there is one;
    /// others' go before it only if they were made in a block before `before`.
    fn convict(
        accusation: &Accusation,
        subject: Subject,
        worker: T::AccountId,
        challenger: T::AccountId,
        order: Option<u64>,
        before: BlockNumberFor<T>,
        evidence: Evidence,
    ) -> DispatchResult {
        let Accusation {
            request,
            trace_root,
            ..
        } = *accusation;
        // First, since the request may close in consequence, and its verdicts with it.
        Verdicts::<T>::insert(request, trace_root, ());
        let Conviction { struck, bounty } =
            T::Claims::convict(request, trace_root, Some(&challenger))?;
        Self::hold_bounty(accusation, &challenger, bounty, order, before);
        Self::deposit_event(Event::ClaimConvicted {
            request,
            worker,
            trace_root,
            subject,
            challenger,
            evidence,
            struck,
        });
        Ok(())
    }

    /// Forgets a challenge; the bond is still held.
    fn end_challenge(
        request: RequestId,
        worker: &T::AccountId,
        subject: Subject,
        record: &crate::ChallengeRecordOf<T>,
    ) {
        let claim = (request, worker.clone());
        Challenges::<T>::remove(&claim, subject);
        ChallengeCount::<T>::mutate_exists(&claim, |running| {
            let mut left = running.defensive_unwrap_or_default();
            let count = left.of(subject);
            *count = count.checked_sub(1).defensive_unwrap_or_default();
            *running = (left.total() > 0).then_some(left);
        });
        if matches!(record.state, ChallengeState::Awaiting { .. }) {
            Self::end_opening(worker, record.opening_bytes);
        }
        T::Workers::absolve(worker);
    }

    fn end_opening(worker: &T::AccountId, opening_bytes: u32) {
        PendingOpenBytes::<T>::mutate_exists(worker, |pending| {
            let left = pending
                .and_then(|pending| pending.checked_sub(opening_bytes))
                .defensive_unwrap_or_default();
            *pending = (left > 0).then_some(left);
        });
    }

    fn return_bond(
        request: RequestId,
        worker: &T::AccountId,
        subject: Subject,
        record: &crate::ChallengeRecordOf<T>,
    ) -> DispatchResult {
        let bond = T::Currency::release(
            &HoldReason::Bond.into(),
            &record.challenger,
            record.bond,
            Precision::Exact,
        )
        .defensive()?;
        Self::deposit_event(Event::BondReturned {
            request,
            worker: worker.clone(),
            subject,
            challenger: record.challenger.clone(),
            bond,
        });
        Ok(())
    }

    /// Half of the bond to the worker, the rest burned.
    fn forfeit(
        worker: &T::AccountId,
        record: &crate::ChallengeRecordOf<T>,
    ) -> (BalanceOf<T>, BalanceOf<T>) {
        let reason = HoldReason::Bond.into();
        let half = Self::half(record.bond);
        // A worker whose account couldn't take it gets nothing; the challenge ends all the same.
        let compensation = frame_support::storage::with_storage_layer(|| {
            T::Currency::transfer_on_hold(
                &reason,
                &record.challenger,
                worker,
                half,
                Precision::Exact,
                Restriction::Free,
                Fortitude::Force,
            )
        })
        .unwrap_or_else(|_: DispatchError| Zero::zero());
        let burned = T::Currency::burn_held(
            &reason,
            &record.challenger,
            record.bond.saturating_sub(compensation),
            Precision::BestEffort,
            Fortitude::Force,
        )
        .defensive_unwrap_or_default();
        (compensation, burned)
    }
}
