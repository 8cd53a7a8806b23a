//! From version 1 to 2: inputs may be named by their roots, claims audited, and the parameters say how.
//!
//! There may be many requests, each with as many bytes of inputs as there can be, so that they are brought over in as many
//! blocks as it takes. A request and its inputs go together.
//!
//! An entry that is not what version 1 stores is left as it is, with [`Event::NotMigrated`]: no migration may panic, since the
//! block would have no successor, nor drop what accounts are held for. That no layout is taken for the other is in the
//! bytes: inputs of one are none of the other (see [`brought_inputs`]), and tell about their request too. So a walk that
//! begins anew after some entries does no harm.

use crate::audit::AuditState;
use crate::{
    BalanceOf, Config, Event, InferenceRequests, InputBytesOf, InputSource, Inputs, InputsOf,
    Pallet, Parameters, ParametersOf, ParametersRecord, RequestRecord, RequestRecordOf,
    RequestStatus, SlotRecord, Visibility, WeightInfo,
};
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::migrations::{MigrationId, SteppedMigration, SteppedMigrationError};
use frame_support::pallet_prelude::*;
use frame_support::storage::{unhashed, StoragePrefixedMap};
use frame_support::weights::WeightMeter;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Convert;
use sp_runtime::Permill;
use veritrace_primitives::graph::{Digest, MAX_GRAPH_IO};
use veritrace_primitives::traits::{ModelId, ModelTerms, RequestId};
use veritrace_primitives::walk::{length_of, Key, Place, Walked};

/// The layout of version 1.
pub mod v1 {
    use super::*;
    use frame_support::storage_alias;

    /// A request whose inputs are all on chain, and which is not audited.
    #[derive(CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode)]
    pub struct RequestRecord<T: Config> {
        pub user: T::AccountId,
        pub model: ModelId,
        pub terms: ModelTerms<BalanceOf<T>>,
        pub redundancy: u8,
        pub escrow: BalanceOf<T>,
        pub deposit: BalanceOf<T>,
        pub input_roots: BoundedVec<Digest, ConstU32<MAX_GRAPH_IO>>,
        pub status: RequestStatus,
        pub deadline: BlockNumberFor<T>,
        pub since: BlockNumberFor<T>,
        pub due: BlockNumberFor<T>,
        pub bucket: Option<BlockNumberFor<T>>,
        pub attempts_left: u8,
        pub slots: BoundedVec<SlotRecord<T::AccountId>, T::MaxSlots>,
    }

    /// What a request asks: bytes.
    pub type InputsOf<T> = BoundedVec<InputBytesOf<T>, ConstU32<MAX_GRAPH_IO>>;

    /// The parameters before inputs could be named by their roots, and claims audited.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
    pub struct ParametersRecord<Balance, BlockNumber> {
        pub min_price: Balance,
        pub request_deposit: Balance,
        pub max_open_per_account: u32,
        pub max_redundancy: u8,
        pub max_reassignments: u8,
        pub min_deadline: BlockNumber,
        pub max_deadline: BlockNumber,
        pub assign_window: BlockNumber,
        pub challenge_window: BlockNumber,
        pub agreed_window: BlockNumber,
        pub min_window_after_challenge: BlockNumber,
        pub bounty: Balance,
    }

    /// [`ParametersRecord`] of a runtime.
    pub type ParametersOf<T> = ParametersRecord<BalanceOf<T>, BlockNumberFor<T>>;

    #[storage_alias]
    pub type InferenceRequests<T: Config> =
        StorageMap<Pallet<T>, Twox64Concat, RequestId, RequestRecord<T>>;

    #[storage_alias]
    pub type Inputs<T: Config> = StorageMap<Pallet<T>, Twox64Concat, RequestId, InputsOf<T>>;

    #[storage_alias]
    pub type Parameters<T: Config> = StorageValue<Pallet<T>, ParametersOf<T>>;
}

/// Parameters that version 1 has not. See [`ParametersRecord`] for what they mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Added<Balance, BlockNumber> {
    pub publish_window: BlockNumber,
    pub complaint_fee: Balance,
    pub unavailability_share: Permill,
    pub settle_reward: Balance,
    pub audit_share: Permill,
    pub audit_pay: Permill,
    pub audit_window: BlockNumber,
}

/// [`Added`] of a runtime.
pub type AddedOf<T> = Added<BalanceOf<T>, BlockNumberFor<T>>;

/// Brings the storage from version 1 to 2. `Choice` is what the runtime adds to the parameters it finds.
pub struct Migration<T, Choice>(PhantomData<(T, Choice)>);

/// What is to be done with an entry.
enum Brought<New> {
    /// It is of version 1: this is to be stored.
    Over(New),
    /// It is of version 2.
    Already,
    /// It is of neither.
    Unknown,
}

fn brought_parameters<T: Config>(old: v1::ParametersOf<T>, added: AddedOf<T>) -> ParametersOf<T> {
    let v1::ParametersRecord {
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
    } = old;
    let Added {
        publish_window,
        complaint_fee,
        unavailability_share,
        settle_reward,
        audit_share,
        audit_pay,
        audit_window,
    } = added;
    ParametersRecord {
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
        publish_window,
        complaint_fee,
        unavailability_share,
        settle_reward,
        audit_share,
        audit_pay,
        audit_window,
    }
}

fn brought_record<T: Config>(old: v1::RequestRecord<T>) -> RequestRecordOf<T> {
    let v1::RequestRecord {
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
    } = old;
    RequestRecord {
        user,
        model,
        terms,
        redundancy,
        escrow,
        deposit,
        input_roots,
        visibility: Visibility::Public,
        status,
        deadline,
        since,
        due,
        bucket,
        attempts_left,
        slots,
        audit: AuditState::None,
    }
}

/// Inputs are of version 1 exactly if they decode as such to the last byte. Those of version 2 that are all on chain begin
/// with a zero each, which version 1 reads as an input without bytes, so that it comes to the end of its count before the
/// end of the bytes: a request has one input at least.
fn brought_inputs<T: Config>(raw: &[u8]) -> Brought<InputsOf<T>> {
    if let Ok(old) = v1::InputsOf::<T>::decode_all(&mut &raw[..]) {
        let sources = old.into_iter().map(InputSource::Inline).collect();
        return Brought::Over(InputsOf::<T>::truncate_from(sources));
    }
    match InputsOf::<T>::decode_all(&mut &raw[..]) {
        Ok(_) => Brought::Already,
        Err(_) => Brought::Unknown,
    }
}

/// A request's record and its inputs.
fn brought_request<T: Config>(
    record: &[u8],
    inputs: &[u8],
) -> Brought<(RequestRecordOf<T>, InputsOf<T>)> {
    let inputs = match brought_inputs::<T>(inputs) {
        Brought::Over(inputs) => inputs,
        Brought::Already => return Brought::Already,
        Brought::Unknown => return Brought::Unknown,
    };
    match v1::RequestRecord::<T>::decode_all(&mut &record[..]) {
        Ok(old) if old.status != RequestStatus::AwaitingInput => {
            Brought::Over((brought_record(old), inputs))
        }
        Ok(_) | Err(_) => Brought::Unknown,
    }
}

/// The request that a key of [`InferenceRequests`] is of.
fn request_of(key: &[u8]) -> Option<RequestId> {
    RequestId::decode_all(&mut key.get(40..)?).ok()
}

impl<T: Config, Choice: Convert<v1::ParametersOf<T>, AddedOf<T>>> Migration<T, Choice> {
    fn not_migrated(key: &[u8]) {
        log::error!(
            target: "runtime::veritrace",
            "an entry of the requests' pallet is not what version 1 stores, and left as it is: {key:?}",
        );
        Pallet::<T>::deposit_event(Event::NotMigrated {
            key: Key::truncate_from(key.to_vec()),
        });
    }

    fn bring_parameters() {
        let key = v1::Parameters::<T>::hashed_key();
        let Some(raw) = unhashed::get_raw(&key) else {
            // The defaults hold, as they did.
            return;
        };
        // Those of version 2 are longer.
        match v1::ParametersOf::<T>::decode_all(&mut &raw[..]) {
            Ok(old) => {
                let parameters = brought_parameters::<T>(old, Choice::convert(old));
                if Pallet::<T>::check_parameters(&parameters).is_err() {
                    log::error!(
                        target: "runtime::veritrace",
                        "the runtime adds parameters that contradict those it finds: {parameters:?}",
                    );
                }
                Parameters::<T>::put(parameters);
                Pallet::<T>::deposit_event(Event::ParametersChanged { parameters });
            }
            Err(_) if ParametersOf::<T>::decode_all(&mut &raw[..]).is_ok() => {}
            Err(_) => Self::not_migrated(&key),
        }
    }

    /// Bytes of inputs of the request that a key is of, as far as they are counted.
    fn bytes_of(key: &[u8]) -> u32 {
        request_of(key)
            .map_or(0, |id| length_of(&Inputs::<T>::hashed_key_for(id)))
            .min(most_bytes::<T>())
    }

    fn bring_request(key: &[u8]) {
        let Some(id) = request_of(key) else {
            return Self::not_migrated(key);
        };
        let record = unhashed::get_raw(key).unwrap_or_default();
        let inputs = unhashed::get_raw(&Inputs::<T>::hashed_key_for(id)).unwrap_or_default();
        match brought_request::<T>(&record, &inputs) {
            Brought::Over((record, inputs)) => {
                InferenceRequests::<T>::insert(id, record);
                Inputs::<T>::insert(id, inputs);
            }
            Brought::Already => {}
            Brought::Unknown => Self::not_migrated(key),
        }
    }
}

/// Most bytes of inputs that a request has.
pub(crate) fn most_bytes<T: Config>() -> u32 {
    MAX_GRAPH_IO.saturating_mul(T::MaxInputBytes::get())
}

impl<T: Config, Choice: Convert<v1::ParametersOf<T>, AddedOf<T>>> SteppedMigration
    for Migration<T, Choice>
{
    type Cursor = Place;
    type Identifier = MigrationId<16>;

    fn id() -> Self::Identifier {
        MigrationId {
            pallet_id: *b"pallet-inference",
            version_from: 1,
            version_to: 2,
        }
    }

    // No `max_steps`: every step passes an entry, and no others can be made meanwhile. To give up would freeze the chain.

    fn migrating_prefixes() -> Option<impl IntoIterator<Item = alloc::vec::Vec<u8>>> {
        Some([
            v1::Parameters::<T>::hashed_key().to_vec(),
            InferenceRequests::<T>::final_prefix().to_vec(),
            Inputs::<T>::final_prefix().to_vec(),
        ])
    }

    fn step(
        cursor: Option<Place>,
        meter: &mut WeightMeter,
    ) -> Result<Option<Place>, SteppedMigrationError> {
        let required = T::WeightInfo::migrate_parameters();
        if meter.try_consume(required).is_err() {
            return Err(SteppedMigrationError::InsufficientWeight { required });
        }
        if Pallet::<T>::on_chain_storage_version() != 1 {
            return Ok(None);
        }
        let mut place = match cursor {
            Some(place) => place,
            None => {
                Self::bring_parameters();
                Place::default()
            }
        };
        let mut required = Weight::zero();
        let walked = place.walk(&[InferenceRequests::<T>::final_prefix()], |_, key| {
            required = T::WeightInfo::migrate_request(Self::bytes_of(key));
            let affordable = meter.try_consume(required).is_ok();
            if affordable {
                Self::bring_request(key);
            }
            affordable
        });
        match walked {
            Walked::Everywhere => {
                StorageVersion::new(2).put::<Pallet<T>>();
                Ok(None)
            }
            Walked::UpTo(0) => Err(SteppedMigrationError::InsufficientWeight { required }),
            Walked::UpTo(_) => Ok(Some(place)),
        }
    }

    #[cfg(feature = "try-runtime")]
    fn pre_upgrade() -> Result<alloc::vec::Vec<u8>, sp_runtime::TryRuntimeError> {
        try_runtime::before::<T>()
    }

    #[cfg(feature = "try-runtime")]
    fn post_upgrade(state: alloc::vec::Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
        try_runtime::after::<T, Choice>(&state)
    }
}

#[cfg(feature = "try-runtime")]
mod try_runtime {
    use super::*;
    use crate::{Answers, Claims, Due, HoldReason, OpenOf, WorkOf};
    use alloc::vec::Vec;
    use frame_support::ensure;
    use frame_support::traits::fungible::hold::Inspect as _;
    use sp_runtime::TryRuntimeError;

    /// Everything of version 1, and a digest of what must not change at all: claims, answers, deadlines, lists of work,
    /// counts, and what is held of the users.
    #[derive(Encode, Decode)]
    struct Before<T: Config> {
        parameters: Option<v1::ParametersOf<T>>,
        requests: Vec<(RequestId, v1::RequestRecord<T>, v1::InputsOf<T>)>,
        rest: [u8; 32],
    }

    fn rest<T: Config>(users: &[T::AccountId]) -> [u8; 32] {
        let held: Vec<_> = users
            .iter()
            .map(|user| {
                let of = |reason: HoldReason| T::Currency::balance_on_hold(&reason.into(), user);
                (of(HoldReason::Escrow), of(HoldReason::Deposit))
            })
            .collect();
        let all = (
            Claims::<T>::iter().collect::<Vec<_>>(),
            Answers::<T>::iter().collect::<Vec<_>>(),
            Due::<T>::iter_keys().collect::<Vec<_>>(),
            WorkOf::<T>::iter().collect::<Vec<_>>(),
            OpenOf::<T>::iter().collect::<Vec<_>>(),
            held,
        );
        sp_io::hashing::blake2_256(&all.encode())
    }

    fn users_of<T: Config>(
        requests: &[(RequestId, v1::RequestRecord<T>, v1::InputsOf<T>)],
    ) -> Vec<T::AccountId> {
        requests
            .iter()
            .map(|(_, record, _)| record.user.clone())
            .collect()
    }

    /// `None` when there is nothing to bring over.
    pub fn before<T: Config>() -> Result<Vec<u8>, TryRuntimeError> {
        if Pallet::<T>::on_chain_storage_version() != 1 {
            return Ok(None::<Before<T>>.encode());
        }
        let mut requests = Vec::new();
        for id in v1::InferenceRequests::<T>::iter_keys() {
            let record = v1::InferenceRequests::<T>::get(id)
                .ok_or("a request is not what version 1 stores")?;
            let inputs = v1::Inputs::<T>::get(id)
                .ok_or("a request has no inputs, or not what version 1 stores")?;
            requests.push((id, record, inputs));
        }
        ensure!(
            v1::Inputs::<T>::iter_keys().count() == requests.len(),
            "there are inputs without a request"
        );
        let rest = rest::<T>(&users_of(&requests));
        let parameters = v1::Parameters::<T>::get();
        Ok(Some(Before::<T> {
            parameters,
            requests,
            rest,
        })
        .encode())
    }

    pub fn after<T: Config, Choice: Convert<v1::ParametersOf<T>, AddedOf<T>>>(
        state: &[u8],
    ) -> Result<(), TryRuntimeError> {
        ensure!(
            Pallet::<T>::on_chain_storage_version() == Pallet::<T>::in_code_storage_version(),
            "the requests' storage has not the version of the code"
        );
        let Some(before) = Option::<Before<T>>::decode_all(&mut &state[..])
            .map_err(|_| "what was before cannot be decoded")?
        else {
            return Ok(());
        };
        let users = users_of(&before.requests);
        let number = before.requests.len();
        ensure!(
            InferenceRequests::<T>::iter_keys().count() == number
                && Inputs::<T>::iter_keys().count() == number,
            "there are not as many requests, or inputs, as there were"
        );
        for (id, record, inputs) in before.requests {
            ensure!(
                InferenceRequests::<T>::get(id) == Some(brought_record(record)),
                "a request is not what it was"
            );
            let now = Inputs::<T>::get(id).ok_or("inputs are not there any more")?;
            ensure!(
                now.iter()
                    .map(InputSource::bytes)
                    .eq(inputs.iter().map(Some)),
                "inputs are not what they were"
            );
        }
        ensure!(
            rest::<T>(&users) == before.rest,
            "claims, deadlines, work or holds are not what they were"
        );
        let expected = before
            .parameters
            .map(|old| brought_parameters::<T>(old, Choice::convert(old)));
        ensure!(
            Parameters::<T>::get() == expected.unwrap_or_default(),
            "the requests' parameters are not what they were"
        );
        Ok(())
    }
}
