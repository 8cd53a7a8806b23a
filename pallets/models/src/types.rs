//! What the pallet stores.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::Inspect;
use serde::{Deserialize, Serialize};
use sp_runtime::traits::Zero;
use sp_runtime::Permill;
use veritrace_primitives::check::GraphLimits;
use veritrace_primitives::graph::{Digest, GraphHeader, MAX_GRAPH_IO};
use veritrace_primitives::traits::{FamilyId, ModelId, ModelOutput};

/// Most bytes of a card's name, licence and task.
pub const MAX_CARD_LINE: u32 = 64;
/// Most bytes of a card's descriptions of inputs and outputs.
pub const MAX_CARD_TEXT: u32 = 512;
/// Most bytes of a card's artefact URI.
pub const MAX_CARD_URI: u32 = 256;

/// Balance of the configured currency.
pub type BalanceOf<T> =
    <<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// [`ModelRecord`] of a runtime.
pub type ModelRecordOf<T> = ModelRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>>;
/// [`FamilyRecord`] of a runtime.
pub type FamilyRecordOf<T> = FamilyRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>>;
/// [`ParametersRecord`] of a runtime.
pub type ParametersOf<T> = ParametersRecord<BalanceOf<T>>;

/// Where a model stands.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum ModelStatus {
    /// Registered; its graph is being submitted. Ends as `Live`, or is removed by its owner.
    #[codec(index = 0)]
    Draft,
    /// The whole graph was checked and hashes to the registered root: it takes requests.
    #[codec(index = 1)]
    Live,
    /// Takes no new requests; open ones are served. Ends by removal.
    #[codec(index = 2)]
    Deprecated,
    /// A node was shown to be malformed; open requests are refunded. Removable by anyone after the last one closed.
    #[codec(index = 3)]
    Condemned {
        /// The malformed node.
        node: u16,
    },
}

/// A registered model: one version of its family.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ModelRecord<AccountId, Balance> {
    /// Who registered it. The id binds it; what it may do is up to the owner of the family.
    pub author: AccountId,
    /// The family it is a version of.
    pub family: FamilyId,
    /// Its number in the family, counted from one in the order of registration.
    pub version: u32,
    /// SHA-256 of the compiled graph as a file.
    pub artefact: Digest,
    /// What every proof about this model is checked against.
    pub graph_root: Digest,
    /// Price of one inference by one worker.
    pub price: Balance,
    /// The owner's share of the price.
    pub royalty: Permill,
    /// What is held for it, of the owner; zero once condemned.
    pub deposit: Balance,
    /// Versions, counts, inputs, outputs.
    pub header: GraphHeader,
    /// Nodes and specs of the outputs; empty while a draft.
    pub outputs: BoundedVec<ModelOutput, ConstU32<MAX_GRAPH_IO>>,
    /// Where it stands.
    pub status: ModelStatus,
    /// Requests not yet closed. The deposit stays while there are any.
    pub open_requests: u32,
}

/// The versions of a model, and whose they are.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct FamilyRecord<AccountId, Balance> {
    /// Whose the models are: sets their terms, earns their royalties, answers for their deposits.
    pub owner: AccountId,
    /// To whom the family is offered.
    pub heir: Option<AccountId>,
    /// The live version that takes the requests made to the latest.
    pub latest: Option<ModelId>,
    /// Versions ever registered.
    pub versions: u32,
    /// Versions that are still there; the family ends with the last of them.
    pub models: u32,
    /// What is held of the owner: the sum of its models' deposits.
    pub deposit: Balance,
}

impl<AccountId, Balance: Zero> FamilyRecord<AccountId, Balance> {
    /// A family without versions yet.
    pub(crate) fn founded_by(owner: AccountId) -> Self {
        Self {
            owner,
            heir: None,
            latest: None,
            versions: 0,
            models: 0,
            deposit: Zero::zero(),
        }
    }
}

/// What people and tools want to know of a model. UTF-8 throughout; the chain reads nothing else out of it.
#[derive(
    Clone,
    Default,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct ModelCard {
    /// What it is called. Not empty.
    pub name: BoundedVec<u8, ConstU32<MAX_CARD_LINE>>,
    /// Under what licence it is, as an SPDX expression where there is one.
    pub licence: BoundedVec<u8, ConstU32<MAX_CARD_LINE>>,
    /// What it is for, like `image-classification`.
    pub task: BoundedVec<u8, ConstU32<MAX_CARD_LINE>>,
    /// What its inputs are and how they are prepared.
    pub inputs: BoundedVec<u8, ConstU32<MAX_CARD_TEXT>>,
    /// What its outputs mean.
    pub outputs: BoundedVec<u8, ConstU32<MAX_CARD_TEXT>>,
    /// Where the artefact is found. Whether what is found there is the right one, the record's digest says.
    pub artefact_uri: BoundedVec<u8, ConstU32<MAX_CARD_URI>>,
}

impl ModelCard {
    /// The fields, in their order.
    pub fn fields(&self) -> [&[u8]; 6] {
        [
            &self.name,
            &self.licence,
            &self.task,
            &self.inputs,
            &self.outputs,
            &self.artefact_uri,
        ]
    }

    /// Whether every field is UTF-8.
    pub fn is_text(&self) -> bool {
        self.fields()
            .into_iter()
            .all(|field| core::str::from_utf8(field).is_ok())
    }
}

/// What an author registers.
pub(crate) struct Registration<Balance> {
    pub(crate) artefact: Digest,
    pub(crate) graph_root: Digest,
    pub(crate) header: GraphHeader,
    pub(crate) price: Balance,
    pub(crate) royalty: Permill,
    pub(crate) family: Option<FamilyId>,
    pub(crate) card: ModelCard,
}

/// What root may change.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParametersRecord<Balance> {
    /// Held of an owner for each model.
    pub deposit_base: Balance,
    /// Held of an owner for each node of a model, on top.
    pub deposit_per_node: Balance,
    /// Largest royalty an owner may ask for.
    pub max_royalty: Permill,
    /// Share of a condemned model's deposit that goes to who showed it; at most half. The rest is burned.
    pub reporter_share: Permill,
    /// What proofs about one node may cost the chain.
    pub limits: GraphLimits,
}

impl<Balance: Default> Default for ParametersRecord<Balance> {
    fn default() -> Self {
        Self {
            deposit_base: Balance::default(),
            deposit_per_node: Balance::default(),
            max_royalty: Permill::from_percent(50),
            reporter_share: Permill::from_percent(50),
            limits: GraphLimits {
                max_proof_bytes: 256 * 1024,
                max_macs: 2_000_000,
                max_opening_bytes: 128 * 1024,
            },
        }
    }
}

impl<Balance> ParametersRecord<Balance> {
    /// Whether the parameters make sense together.
    pub fn is_consistent(&self) -> bool {
        // An owner must not get more than half of the own deposit back by being the reporter.
        self.reporter_share <= Permill::from_percent(50)
    }
}
