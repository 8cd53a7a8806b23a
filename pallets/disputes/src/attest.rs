//! What auditors show. Who is one, of which claim and what for, is decided by the pallet that keeps the claims.

use crate::{Config, Error, Pallet, Parameters, WeightInfo};
use frame_support::dispatch::PostDispatchInfo;
use frame_support::pallet_prelude::*;
use veritrace_primitives::audit::{check_attestation, Attestation};
use veritrace_primitives::proof::{decode, Rejection};
use veritrace_primitives::traits::{AuditView, ClaimBook, HostSha256, RequestId, WorkerPool};

impl<T: Config> Pallet<T> {
    /// Whether it is what the auditor has to show; an error when the claim is not open.
    pub(crate) fn checked_attestation(
        request: RequestId,
        audit: &AuditView<T::AccountId>,
        proof: &[u8],
    ) -> Result<Result<(), Rejection>, Error<T>> {
        let facts = Self::facts(request, &audit.worker)?;
        Ok(decode::<Attestation>(proof).and_then(|attestation| {
            check_attestation::<HostSha256>(&facts, audit.node, audit.lot, &attestation)
        }))
    }

    pub(crate) fn do_attest(
        operator: T::AccountId,
        request: RequestId,
        proof: &[u8],
    ) -> DispatchResultWithPostInfo {
        let auditor = T::Workers::worker_of(&operator).ok_or(Error::<T>::NotOperator)?;
        let audit = T::Claims::audit(request, &auditor)?;
        let shown = Self::checked_attestation(request, &audit, proof)?;
        // As with openings nobody checks that the operator can pay: one in time must not fail for want of funds.
        if let Err(reason) = shown {
            let parameters = Parameters::<T>::get();
            return Self::reject(request, audit.worker, operator, reason, &parameters);
        }
        T::Claims::attested(request, &auditor)?;
        Ok(PostDispatchInfo {
            actual_weight: Some(T::WeightInfo::attest_accepted()),
            pays_fee: Pays::No,
        })
    }
}
