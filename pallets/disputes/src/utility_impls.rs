//! What several calls need.

use crate::page_impls::{leaves_of_bytes, PAGE_BYTES};
use crate::{
    kib, BalanceOf, ChallengeRecordOf, Config, Error, Event, Pallet, Parameters, ParametersOf,
    WeightInfo,
};
use frame_support::dispatch::PostDispatchInfo;
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::{Inspect, Mutate};
use frame_support::traits::tokens::{Fortitude, Precision, Preservation};
use frame_support::traits::Contains;
use frame_support::weights::WeightToFee;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{Saturating, Zero};
use sp_runtime::Permill;
use veritrace_primitives::check::GraphLimits;
use veritrace_primitives::proof::{check_opening, decode, ClaimFacts, Opening, Rejection};
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{ClaimBook, ClaimView, HostSha256, RequestId};

/// Bytes that a proof has besides the inputs it shows: header, node, and the paths of node, initialisers and leaves.
pub const PROOF_OVERHEAD: u32 = 8 * 1024;
/// Bytes of a transaction besides the opening it carries: signature, extensions, call.
const TRANSACTION_OVERHEAD: u32 = 256;
/// Bytes of an opening's encoding besides its content.
const OPENING_OVERHEAD: u32 = 8;

impl<T: Config> Pallet<T> {
    pub(crate) fn now() -> BlockNumberFor<T> {
        frame_system::Pallet::<T>::block_number()
    }

    pub(crate) fn half(amount: BalanceOf<T>) -> BalanceOf<T> {
        Permill::from_percent(50).mul_floor(amount)
    }

    /// What an open claim is held against.
    pub(crate) fn facts(request: RequestId, worker: &T::AccountId) -> Result<ClaimFacts, Error<T>> {
        let ClaimView {
            graph_root,
            node_count,
            trace_root,
            input_roots,
        } = T::Claims::claim(request, worker).ok_or(Error::<T>::ClaimNotOpen)?;
        Ok(ClaimFacts {
            graph_root,
            node_count,
            trace_root,
            input_roots,
        })
    }

    /// An opening that rebuilds the challenged leaf.
    pub(crate) fn checked_opening(
        challenge: &ChallengeRecordOf<T>,
        opening: &[u8],
    ) -> Result<Opening, Rejection> {
        let (layout, spec) = challenge
            .content
            .as_tensor()
            .ok_or(Rejection::WrongOpening)?;
        let opening = decode::<Opening>(opening)?;
        check_opening::<HostSha256>(
            layout,
            spec,
            &challenge.digest,
            &opening,
            challenge.opening_bytes,
        )?;
        Ok(opening)
    }

    /// Held of a challenger for an opening of so many bytes.
    pub fn bond_for(parameters: &ParametersOf<T>, opening_bytes: u32) -> BalanceOf<T> {
        parameters.bond_base.saturating_add(
            parameters
                .bond_per_kib
                .saturating_mul(kib(opening_bytes).into()),
        )
    }

    pub(crate) fn ensure_covered(
        who: &T::AccountId,
        parameters: &ParametersOf<T>,
    ) -> Result<(), Error<T>> {
        let spendable =
            T::Currency::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
        ensure!(
            spendable >= parameters.rejected_proof_penalty,
            Error::<T>::PenaltyNotCovered
        );
        Ok(())
    }

    /// Burns the penalty. The call succeeds, or the penalty would be undone; the full declared weight is paid.
    pub(crate) fn reject(
        request: RequestId,
        worker: T::AccountId,
        who: T::AccountId,
        reason: Rejection,
        parameters: &ParametersOf<T>,
    ) -> DispatchResultWithPostInfo {
        let penalty = T::Currency::burn_from(
            &who,
            parameters.rejected_proof_penalty,
            Preservation::Preserve,
            Precision::BestEffort,
            Fortitude::Polite,
        )
        .unwrap_or_else(|_| Zero::zero());
        Self::deposit_event(Event::ProofRejected {
            request,
            worker,
            who,
            reason,
            penalty,
        });
        Ok(PostDispatchInfo {
            actual_weight: None,
            pays_fee: Pays::Yes,
        })
    }

    /// What answering a challenge would cost at most, were it not free.
    pub(crate) fn response_cost(opening_bytes: u32) -> BalanceOf<T> {
        Self::cost_of(
            opening_bytes,
            T::WeightInfo::open_tensor(opening_bytes).max(T::WeightInfo::open_tiles(opening_bytes)),
        )
    }

    /// The same for the challenge of a page.
    pub(crate) fn page_response_cost(opening_bytes: u32) -> BalanceOf<T> {
        let leaves = leaves_of_bytes(opening_bytes);
        Self::cost_of(opening_bytes, T::WeightInfo::open_page(leaves))
    }

    /// Fee of an opening of so many bytes that weighs so much.
    fn cost_of(opening_bytes: u32, weight: Weight) -> BalanceOf<T> {
        let length = opening_bytes.saturating_add(TRANSACTION_OVERHEAD);
        T::LengthToFee::weight_to_fee(&Weight::from_parts(length.into(), 0))
            .saturating_add(T::WeightToFee::weight_to_fee(&weight))
    }

    /// Whether parameters make sense together, with the fees and with what models are admitted with.
    pub fn are_consistent(parameters: &ParametersOf<T>) -> bool {
        let clocks = !parameters.open_clock.is_zero() && !parameters.contradict_clock.is_zero();
        let bounds = parameters.max_macs <= T::MaxMacs::get()
            && parameters.max_tile_macs <= T::MaxTileMacs::get()
            && parameters.max_opening_bytes >= Layout::One.tile_bytes()
            && parameters
                .max_opening_bytes
                .saturating_add(OPENING_OVERHEAD)
                <= T::MaxOpeningBytes::get();
        // Bond and cost grow with the bytes, so the ends stand for what is between.
        let bonds = [0, parameters.max_opening_bytes].into_iter().all(|bytes| {
            Self::bond_for(parameters, bytes)
                >= Self::response_cost(bytes).saturating_mul(2u32.into())
        });
        let pages = [0, PAGE_BYTES].into_iter().all(|bytes| {
            Self::bond_for(parameters, bytes)
                >= Self::page_response_cost(bytes).saturating_mul(2u32.into())
        });
        let seals = parameters.seal_lifetime >= Self::longest_dispute(parameters)
            && !parameters.seal_reveal_window.is_zero();
        clocks
            && bounds
            && bonds
            && pages
            && seals
            && Self::admits(parameters, &T::GraphLimits::get())
    }

    /// How long a seal has to count: one that was made before a page is challenged does until the opening of a node in it
    /// can no longer be contradicted.
    pub(crate) fn longest_dispute(parameters: &ParametersOf<T>) -> BlockNumberFor<T> {
        parameters
            .open_clock
            .saturating_add(parameters.contradict_clock)
            .saturating_mul(2u32.into())
            .saturating_add(
                parameters
                    .open_clock_per_kib
                    .saturating_mul(kib(PAGE_BYTES).into()),
            )
    }

    /// Whether every node within these limits can be contradicted by tile or by element.
    fn admits(parameters: &ParametersOf<T>, limits: &GraphLimits) -> bool {
        limits.max_proof_bytes.saturating_add(PROOF_OVERHEAD) <= T::MaxProofBytes::get()
            && limits.max_macs <= parameters.max_tile_macs
            && limits.max_opening_bytes <= parameters.max_opening_bytes
    }
}

/// Contains the limits under which models may be admitted, since every node within them can be contradicted.
impl<T: Config> Contains<GraphLimits> for Pallet<T> {
    fn contains(limits: &GraphLimits) -> bool {
        Self::admits(&Parameters::<T>::get(), limits)
    }
}
