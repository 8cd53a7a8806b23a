//! What an off-chain worker and its sidecar say to each other: version 1, SCALE-encoded. `testdata/sidecar.json` has
//! examples that both sides are tested against.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use veritrace_primitives::graph::Digest;
use veritrace_primitives::traits::{ModelId, RequestId};

/// What [`Job::version`] is.
pub const VERSION: u8 = 1;

/// What is to be done for a request.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Action {
    /// Give the result, of a request of redundancy one.
    #[codec(index = 0)]
    Submit,
    /// Give the commitment to a result.
    #[codec(index = 1)]
    Commit,
    /// Give what was committed to.
    #[codec(index = 2)]
    Reveal {
        /// The commitment that is on chain.
        commitment: Digest,
    },
    /// Give the opening of a challenged node.
    #[codec(index = 3)]
    Open {
        /// The node.
        node: u32,
        /// The challenge's limit, which decides the opening's form.
        opening_bytes: u32,
    },
    /// Give the leaves of a challenged page.
    #[codec(index = 4)]
    OpenPage {
        /// The page.
        page: u32,
    },
    /// Show a tile of another worker's claim, if it is true.
    #[codec(index = 5)]
    Attest {
        /// The node of whose output the tile is.
        node: u32,
        /// Decides which tile.
        lot: u64,
        /// The trace root of the claim.
        trace_root: Digest,
    },
}

/// A request, as one of its workers sees it in a block, and what is to be done for it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Job {
    /// [`VERSION`].
    pub version: u8,
    /// Hash of the chain's first block.
    pub genesis: [u8; 32],
    /// Number of the block.
    pub block: u32,
    /// The request.
    pub request: RequestId,
    /// What is to be run.
    pub model: ModelId,
    /// Root of the graph to be run.
    pub graph_root: Digest,
    /// The worker's account.
    pub worker: [u8; 32],
    /// Every request for which stake of the worker is locked in that block.
    pub work: Vec<RequestId>,
    /// Tensor root of each input.
    pub input_roots: Vec<Digest>,
    /// The inputs, row-major. Empty for one that is not on chain: to be had elsewhere, by its root.
    pub inputs: Vec<Vec<u8>>,
    /// What is to be done.
    pub action: Action,
}

/// What a sidecar answers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Answer {
    /// It is being computed. To be asked again in the next block.
    #[codec(index = 0)]
    Pending,
    /// To [`Action::Submit`].
    #[codec(index = 1)]
    Submit {
        /// Tensor root of every node's output.
        trace: Vec<Digest>,
        /// The answer.
        outputs: Vec<Vec<u8>>,
    },
    /// To [`Action::Commit`].
    #[codec(index = 2)]
    Commit {
        /// A commitment that the sidecar will still be able to reveal after a restart.
        commitment: Digest,
    },
    /// To [`Action::Reveal`].
    #[codec(index = 3)]
    Reveal {
        /// Tensor root of every node's output.
        trace: Vec<Digest>,
        /// The answer.
        outputs: Vec<Vec<u8>>,
        /// What the commitment was made with.
        salt: [u8; 32],
    },
    /// To [`Action::Open`] and [`Action::OpenPage`].
    #[codec(index = 4)]
    Open {
        /// The opening, or the list of leaves, encoded.
        opening: Vec<u8>,
    },
    /// Nothing is to be published, at least not now.
    #[codec(index = 5)]
    Withheld {
        /// Why, in UTF-8.
        reason: Vec<u8>,
    },
    /// To [`Action::Submit`] and [`Action::Commit`]: an input that is not on chain could not be had elsewhere.
    #[codec(index = 6)]
    Unavailable,
    /// To [`Action::Attest`].
    #[codec(index = 7)]
    Attest {
        /// The attestation, encoded.
        proof: Vec<u8>,
    },
}
