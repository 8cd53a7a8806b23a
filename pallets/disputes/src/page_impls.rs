//! Challenges of pages: what of them differs from challenges of nodes.

use crate::dispatchable_impls::{Begun, Demand};
use crate::{Config, Content, Event, Pallet, Parameters, WeightInfo};
use frame_support::dispatch::PostDispatchInfo;
use frame_support::pallet_prelude::*;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::{
    check_page, check_page_challenge, PageProof, Subject, PAGE_LEAVES,
};
use veritrace_primitives::proof::Rejection;
use veritrace_primitives::traits::{HostSha256, RequestId};

/// Bytes of a leaf.
const LEAF_BYTES: u32 = 32;
/// Bytes of the opening of a full page.
pub(crate) const PAGE_BYTES: u32 = PAGE_LEAVES.saturating_mul(LEAF_BYTES);

/// Bytes that so many leaves take.
pub(crate) fn bytes_of_leaves(leaves: usize) -> u32 {
    (leaves as u32).saturating_mul(LEAF_BYTES)
}

/// Leaves in so many bytes.
pub(crate) fn leaves_of_bytes(bytes: u32) -> u32 {
    bytes.div_ceil(LEAF_BYTES)
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_challenge_page(
        who: T::AccountId,
        request: RequestId,
        worker: T::AccountId,
        proof: &PageProof,
    ) -> DispatchResultWithPostInfo {
        let facts = Self::facts(request, &worker)?;
        let parameters = Parameters::<T>::get();
        Self::ensure_covered(&who, &parameters)?;
        let page = proof.page;
        // Before the check: who comes second in a race has done nothing wrong.
        Self::ensure_unopened(request, &worker, Subject::Page(page))?;
        let leaves = match check_page_challenge::<HostSha256>(&facts, proof) {
            Ok(leaves) => leaves,
            Err(reason) => return Self::reject(request, worker, who, reason, &parameters),
        };
        let opening_bytes = bytes_of_leaves(leaves.into());
        let Begun { bond, due } = Self::begin_challenge(
            request,
            &worker,
            Subject::Page(page),
            who.clone(),
            Demand {
                digest: proof.hash,
                content: Content::Leaves(leaves),
                opening_bytes,
            },
            &parameters,
        )?;
        Self::deposit_event(Event::PageChallenged {
            request,
            worker,
            page,
            challenger: who,
            bond,
            opening_bytes,
            due,
        });
        Ok(PostDispatchInfo {
            actual_weight: Some(T::WeightInfo::challenge_page_accepted()),
            pays_fee: Pays::No,
        })
    }

    pub(crate) fn do_open_page(
        operator: T::AccountId,
        request: RequestId,
        page: u16,
        leaves: &[Digest],
    ) -> DispatchResultWithPostInfo {
        let subject = Subject::Page(page);
        let (worker, record) = Self::awaited(&operator, request, subject)?;
        let parameters = Parameters::<T>::get();
        if let Err(reason) = Self::check_leaves(&record, leaves) {
            // As with a node, an answer in time must never fail for want of funds.
            return Self::reject(request, worker, operator, reason, &parameters);
        }
        let due = Self::opened(request, &worker, subject, record, &parameters)?;
        Self::deposit_event(Event::PageOpened {
            request,
            worker,
            page,
            due,
        });
        Ok(PostDispatchInfo {
            actual_weight: Some(T::WeightInfo::open_page(leaves.len() as u32)),
            pays_fee: Pays::No,
        })
    }

    /// Leaves that give the hash of the challenged page.
    pub(crate) fn check_leaves(
        challenge: &crate::ChallengeRecordOf<T>,
        leaves: &[Digest],
    ) -> Result<(), Rejection> {
        match challenge.content {
            Content::Leaves(expected) => {
                check_page::<HostSha256>(expected, &challenge.digest, leaves)
            }
            Content::Tensor(_) | Content::ChunkedTensor(_) => Err(Rejection::WrongOpening),
        }
    }
}
