//! What the pallet stores.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::Inspect;
use serde::{Deserialize, Serialize};
use sp_runtime::Permill;
use veritrace_primitives::check::GraphLimits;
use veritrace_primitives::graph::{Digest, GraphHeader, MAX_GRAPH_IO};
use veritrace_primitives::traits::ModelOutput;

/// Balance of the configured currency.
pub type BalanceOf<T> =
    <<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// [`ModelRecord`] of a runtime.
pub type ModelRecordOf<T> = ModelRecord<
    <T as frame_system::Config>::AccountId,
    BalanceOf<T>,
    BoundedVec<u8, <T as Config>::MaxMetadata>,
>;
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
    /// Registered; its graph is being submitted. Ends as `Live`, or is removed by its author.
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

/// A registered model.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ModelRecord<AccountId, Balance, Metadata> {
    /// Who registered it, sets its terms and earns its royalty.
    pub author: AccountId,
    /// SHA-256 of the compiled graph as a file.
    pub artefact: Digest,
    /// What every proof about this model is checked against.
    pub graph_root: Digest,
    /// Free text for people and tools, such as a name and where the file is found. The chain doesn't read it.
    pub metadata: Metadata,
    /// Price of one inference by one worker.
    pub price: Balance,
    /// The author's share of the price.
    pub royalty: Permill,
    /// What is held of the author; zero once condemned.
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
    /// Held of an author for each model.
    pub deposit_base: Balance,
    /// Held of an author for each node of a model, on top.
    pub deposit_per_node: Balance,
    /// Largest royalty an author may ask for.
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
        // An author must not get more than half of the own deposit back by being the reporter.
        self.reporter_share <= Permill::from_percent(50)
    }
}
