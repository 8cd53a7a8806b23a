//! Storage of an earlier version, made of that of the present one.

use super::v2::{v1, Added};
use crate::{Config, Parameters, ParametersRecord, RequestRecord, RequestRecordOf};
use sp_runtime::traits::Convert;
use sp_runtime::Permill;

/// A request as version 1 stores it.
pub(crate) fn older<T: Config>(record: RequestRecordOf<T>) -> v1::RequestRecord<T> {
    let RequestRecord {
        user,
        model,
        terms,
        redundancy,
        escrow,
        deposit,
        input_roots,
        visibility: _,
        status,
        deadline,
        since,
        due,
        bucket,
        attempts_left,
        slots,
        audit: _,
    } = record;
    v1::RequestRecord {
        user,
        model,
        terms,
        redundancy,
        escrow,
        deposit,
        input_roots,
        status,
        deadline,
        since,
        due,
        bucket,
        attempts_left,
        slots,
    }
}

/// The parameters without what version 2 added.
pub(crate) fn older_parameters<T: Config>() -> v1::ParametersOf<T> {
    let ParametersRecord {
        min_price,
        request_deposit,
        max_open_per_account,
        max_redundancy,
        max_reassignments,
        min_deadline,
        max_deadline,
        assign_window,
        challenge_window,
        agreed_window,
        min_window_after_challenge,
        bounty,
        ..
    } = Parameters::<T>::get();
    v1::ParametersRecord {
        min_price,
        request_deposit,
        max_open_per_account,
        max_redundancy,
        max_reassignments,
        min_deadline,
        max_deadline,
        assign_window,
        challenge_window,
        agreed_window,
        min_window_after_challenge,
        bounty,
    }
}

/// Parameters that can be added to any.
pub(crate) struct SomeAdded;

impl<Balance: From<u32>, BlockNumber: From<u32>>
    Convert<v1::ParametersRecord<Balance, BlockNumber>, Added<Balance, BlockNumber>> for SomeAdded
{
    fn convert(_: v1::ParametersRecord<Balance, BlockNumber>) -> Added<Balance, BlockNumber> {
        Added {
            publish_window: 2u32.into(),
            complaint_fee: 3u32.into(),
            unavailability_share: Permill::from_percent(4),
            settle_reward: 0u32.into(),
            audit_share: Permill::zero(),
            audit_pay: Permill::from_percent(6),
            audit_window: 7u32.into(),
        }
    }
}
