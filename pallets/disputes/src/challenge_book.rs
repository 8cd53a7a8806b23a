//! Challenges, as whoever answers for a claim off chain sees them.

use crate::{Call, ChallengeState, Challenges, Config, Pallet};
use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::{decode, Rejection};
use veritrace_primitives::traits::{ChallengeBook, ChallengeView, ClaimBook, RequestId};

impl<T: Config> ChallengeBook<T::AccountId, BlockNumberFor<T>> for Pallet<T> {
    type Call = Call<T>;

    fn challenges(
        request: RequestId,
        worker: &T::AccountId,
    ) -> Vec<ChallengeView<BlockNumberFor<T>>> {
        Challenges::<T>::iter_prefix((request, worker.clone()))
            .map(|(subject, record)| {
                let (is_opened, due) = match record.state {
                    ChallengeState::Awaiting { due } => (false, due),
                    ChallengeState::Opened { due } => (true, due),
                };
                ChallengeView {
                    subject,
                    opening_bytes: record.opening_bytes,
                    is_opened,
                    due,
                }
            })
            .collect()
    }

    fn open(
        request: RequestId,
        worker: &T::AccountId,
        subject: Subject,
        opening: Vec<u8>,
    ) -> Result<Call<T>, Rejection> {
        let record = Challenges::<T>::get((request, worker.clone()), subject)
            .ok_or(Rejection::WrongOpening)?;
        match subject {
            Subject::Node(node) => {
                Self::checked_opening(&record, &opening)?;
                let opening = opening.try_into().map_err(|_| Rejection::WrongOpening)?;
                Ok(Call::open {
                    request,
                    node,
                    opening,
                })
            }
            Subject::Page(page) => {
                let leaves = decode::<Vec<Digest>>(&opening)?;
                Self::check_leaves(&record, &leaves)?;
                let leaves = leaves.try_into().map_err(|_| Rejection::WrongOpening)?;
                Ok(Call::open_page {
                    request,
                    page,
                    leaves,
                })
            }
        }
    }

    fn attest(
        request: RequestId,
        auditor: &T::AccountId,
        proof: Vec<u8>,
    ) -> Result<Call<T>, Rejection> {
        let audit = T::Claims::audit(request, auditor).map_err(|_| Rejection::OutOfBounds)?;
        Self::checked_attestation(request, &audit, &proof)
            .unwrap_or(Err(Rejection::NotTheClaim))?;
        let proof = proof.try_into().map_err(|_| Rejection::Undecodable)?;
        Ok(Call::attest { request, proof })
    }

    fn expire(request: RequestId, worker: T::AccountId, subject: Subject) -> Call<T> {
        Call::expire_challenge {
            request,
            worker,
            subject,
        }
    }
}
