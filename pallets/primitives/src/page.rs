//! Traces of many leaves, by pages.
//!
//! A trace's tree is binary, and an odd node is promoted, so that each run of 1,024 leaves is an inner node of it: the
//! run's *page*, and the inner node its hash. A claim about a graph of more nodes than a page has leaves is revealed by
//! the hashes of its pages, from which the chain forms the same trace root as from the leaves. Whoever disagrees goes to
//! the first page whose hash is not its own: all leaves before it are honest, and those in it the worker has to show.

use crate::commit::trace_root_from;
use crate::graph::{Digest, MAX_GRAPH_IO, MAX_NODES};
use crate::hash::Hasher;
use crate::merkle::{self, nodes_at, prove_below, root_from};
use crate::proof::{ClaimFacts, Rejection};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Height of a page's hash in the trace's tree, hence the most digests of a path within a page.
pub const PAGE_LEVEL: u32 = 10;
/// Leaves of a page; the last one may have fewer. A trace of no more leaves has no pages: it is revealed as it is.
pub const PAGE_LEAVES: u32 = 1 << PAGE_LEVEL;
/// Most pages of a trace.
pub const MAX_PAGES: u32 = MAX_NODES.div_ceil(PAGE_LEAVES);
/// Most digests of a path from a page's hash to the root of the leaves.
pub const MAX_PAGE_PATH: u32 = MAX_PAGES.next_power_of_two().trailing_zeros();

/// Whether the trace of so many nodes is revealed by its pages.
pub const fn is_long(nodes: u16) -> bool {
    nodes as u32 > PAGE_LEAVES
}

/// Pages of the trace of so many nodes.
pub const fn page_count(nodes: u16) -> u16 {
    (nodes as u32).div_ceil(PAGE_LEAVES) as u16
}

/// The page that has a node's leaf.
pub const fn page_of(node: u16) -> u16 {
    node >> PAGE_LEVEL
}

/// Leaves of a page. `None` when the trace of so many nodes is not long, or has no such page.
pub fn page_leaves(nodes: u16, page: u16) -> Option<u16> {
    if !is_long(nodes) || page >= page_count(nodes) {
        return None;
    }
    let before = u32::from(page) << PAGE_LEVEL;
    let rest = u32::from(nodes).checked_sub(before)?;
    u16::try_from(rest.min(PAGE_LEAVES)).ok()
}

/// Hashes of the pages of a trace.
pub fn page_hashes<H: Hasher>(leaves: &[Digest]) -> Vec<Digest> {
    nodes_at::<H>(leaves, PAGE_LEVEL)
}

/// What of a claim a worker can be asked to show.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum Subject {
    /// What is under the leaf of that node.
    #[codec(index = 0)]
    Node(u16),
    /// The leaves of that page.
    #[codec(index = 1)]
    Page(u16),
}

impl Subject {
    /// What a seal is over that accuses a claim of so many nodes here. Of a long trace it is the page: before it was
    /// opened nobody but the liar can know the node.
    pub fn sealed(self, nodes: u16) -> Self {
        match self {
            Self::Node(node) if is_long(nodes) => Self::Page(page_of(node)),
            Self::Node(_) | Self::Page(_) => self,
        }
    }

    /// Its number: of the node or of the page.
    pub const fn index(self) -> u16 {
        match self {
            Self::Node(index) | Self::Page(index) => index,
        }
    }
}

/// Digests that lead from an output's leaf to the hash of its page.
pub type LeafPath = BoundedVec<Digest, ConstU32<PAGE_LEVEL>>;

/// A trace as a worker reveals it. Which form it has is up to the number of nodes.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Trace {
    /// The tensor root of every node's output, in order.
    #[codec(index = 0)]
    Leaves(BoundedVec<Digest, ConstU32<PAGE_LEAVES>>),
    /// More leaves than that.
    #[codec(index = 1)]
    Pages {
        /// The hash of every page, in order.
        pages: BoundedVec<Digest, ConstU32<MAX_PAGES>>,
        /// For each of the model's outputs, the path from its leaf to the hash of its page.
        outputs: BoundedVec<LeafPath, ConstU32<MAX_GRAPH_IO>>,
    },
}

/// Why a revealed trace is none of a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TraceFault {
    /// It has not the form, or not the number of leaves or pages, that the number of nodes demands.
    Length,
    /// An output is not under it, or has no path.
    Output,
}

impl Trace {
    /// The form in which these leaves are revealed by a model with these outputs. `None` when they are too many, or an
    /// output is none of them.
    pub fn of<H: Hasher>(leaves: &[Digest], outputs: &[u16]) -> Option<Self> {
        let nodes = u16::try_from(leaves.len()).ok()?;
        if !is_long(nodes) {
            return Some(Self::Leaves(leaves.to_vec().try_into().ok()?));
        }
        let paths = outputs
            .iter()
            .map(|node| {
                let page = leaves
                    .chunks(PAGE_LEAVES as usize)
                    .nth(usize::from(page_of(*node)))?;
                let path = merkle::prove::<H>(page, &[place_of(*node)])?;
                path.try_into().ok()
            })
            .collect::<Option<Vec<LeafPath>>>()?;
        Some(Self::Pages {
            pages: page_hashes::<H>(leaves).try_into().ok()?,
            outputs: paths.try_into().ok()?,
        })
    }

    /// The trace root, once the form is what so many nodes demand and every output (node and tensor root) is under it.
    pub fn root<H: Hasher>(
        &self,
        nodes: u16,
        outputs: &[(u16, Digest)],
    ) -> Result<Digest, TraceFault> {
        match self {
            Self::Leaves(leaves) => {
                if is_long(nodes) || leaves.len() != usize::from(nodes) {
                    return Err(TraceFault::Length);
                }
                let under =
                    |(node, root): &(u16, Digest)| leaves.get(usize::from(*node)) == Some(root);
                if !outputs.iter().all(under) {
                    return Err(TraceFault::Output);
                }
                Ok(trace_root_from::<H>(
                    u32::from(nodes),
                    &merkle::root::<H>(leaves),
                ))
            }
            Self::Pages {
                pages,
                outputs: paths,
            } => {
                if !is_long(nodes) || pages.len() != usize::from(page_count(nodes)) {
                    return Err(TraceFault::Length);
                }
                let under = |((node, root), path): (&(u16, Digest), &LeafPath)| {
                    let page = page_of(*node);
                    let leaves = page_leaves(nodes, page)?;
                    let hash =
                        root_from::<H>(u32::from(leaves), &[(place_of(*node), *root)], path)?;
                    (pages.get(usize::from(page)) == Some(&hash)).then_some(())
                };
                if outputs.len() != paths.len()
                    || !outputs.iter().zip(paths).all(|pair| under(pair).is_some())
                {
                    return Err(TraceFault::Output);
                }
                Ok(paged_root::<H>(nodes, pages))
            }
        }
    }
}

/// A node's place within its page.
const fn place_of(node: u16) -> u32 {
    node as u32 % PAGE_LEAVES
}

/// Commitment to a trace of so many nodes, by the hashes of its pages.
pub fn paged_root<H: Hasher>(nodes: u16, pages: &[Digest]) -> Digest {
    trace_root_from::<H>(u32::from(nodes), &merkle::root::<H>(pages))
}

/// Opens a page's hash under a claim's trace root, to demand that the worker show the page's leaves.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct PageProof {
    /// Which page.
    pub page: u16,
    /// Its hash in the claim.
    pub hash: Digest,
    /// Merkle path from it to the root of the leaves.
    pub path: BoundedVec<Digest, ConstU32<MAX_PAGE_PATH>>,
}

/// Demands the leaves of a page of a claim with these page hashes.
pub fn prove_page<H: Hasher>(pages: &[Digest], page: u16) -> Option<PageProof> {
    Some(PageProof {
        page,
        hash: *pages.get(usize::from(page))?,
        path: merkle::prove::<H>(pages, &[u32::from(page)])?
            .try_into()
            .ok()?,
    })
}

/// Checks that the hash shown is that of a page of the claim; the number of its leaves.
pub fn check_page_challenge<H: Hasher>(
    facts: &ClaimFacts,
    proof: &PageProof,
) -> Result<u16, Rejection> {
    let leaves = page_leaves(facts.node_count, proof.page).ok_or(Rejection::OutOfBounds)?;
    let pages = u32::from(page_count(facts.node_count));
    let known = [(u32::from(proof.page), proof.hash)];
    match root_from::<H>(pages, &known, &proof.path) {
        Some(root)
            if trace_root_from::<H>(u32::from(facts.node_count), &root) == facts.trace_root =>
        {
            Ok(leaves)
        }
        _ => Err(Rejection::NotTheClaim),
    }
}

/// Checks the leaves that a worker shows of a challenged page.
pub fn check_page<H: Hasher>(
    expected: u16,
    hash: &Digest,
    leaves: &[Digest],
) -> Result<(), Rejection> {
    if leaves.len() != usize::from(expected) {
        return Err(Rejection::WrongOpening);
    }
    if merkle::root::<H>(leaves) == *hash {
        Ok(())
    } else {
        Err(Rejection::NotUnderPage)
    }
}

/// A claim's trace, as far as a proof needs to know it.
pub trait TraceView {
    /// A node's leaf.
    fn leaf(&self, node: u16) -> Option<Digest>;
    /// The digests that, with the leaves at `positions` (ascending, no repeats), give the root of the leaves. `None` when
    /// too little is known of the trace.
    fn siblings<H: Hasher>(&self, positions: &[u32]) -> Option<Vec<Digest>>;
}

impl TraceView for [Digest] {
    fn leaf(&self, node: u16) -> Option<Digest> {
        self.get(usize::from(node)).copied()
    }

    fn siblings<H: Hasher>(&self, positions: &[u32]) -> Option<Vec<Digest>> {
        merkle::prove::<H>(self, positions)
    }
}

impl TraceView for Vec<Digest> {
    fn leaf(&self, node: u16) -> Option<Digest> {
        self.as_slice().leaf(node)
    }

    fn siblings<H: Hasher>(&self, positions: &[u32]) -> Option<Vec<Digest>> {
        self.as_slice().siblings::<H>(positions)
    }
}

/// What is known of a long trace: the hashes of all pages, and the leaves of those that were shown, or equal one's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PagedTrace {
    nodes: u16,
    pages: Vec<Digest>,
    shown: BTreeMap<u16, Vec<Digest>>,
}

impl PagedTrace {
    /// A trace of so many nodes of which only the hashes of the pages are known. `None` when they are not as many as that.
    pub fn new(nodes: u16, pages: Vec<Digest>) -> Option<Self> {
        (is_long(nodes) && pages.len() == usize::from(page_count(nodes))).then(|| Self {
            nodes,
            pages,
            shown: BTreeMap::new(),
        })
    }

    /// Takes note of a page's leaves. `None` when they are not those under its hash.
    pub fn show<H: Hasher>(&mut self, page: u16, leaves: Vec<Digest>) -> Option<()> {
        let expected = page_leaves(self.nodes, page)?;
        check_page::<H>(expected, self.pages.get(usize::from(page))?, &leaves).ok()?;
        self.shown.insert(page, leaves);
        Some(())
    }

    /// Commitment to the trace.
    pub fn root<H: Hasher>(&self) -> Digest {
        paged_root::<H>(self.nodes, &self.pages)
    }
}

impl TraceView for PagedTrace {
    fn leaf(&self, node: u16) -> Option<Digest> {
        let page = self.shown.get(&page_of(node))?;
        page.get(place_of(node) as usize).copied()
    }

    fn siblings<H: Hasher>(&self, positions: &[u32]) -> Option<Vec<Digest>> {
        let leaves: Vec<Option<Digest>> = (0..self.nodes).map(|node| self.leaf(node)).collect();
        prove_below::<H>(&leaves, (PAGE_LEVEL, &self.pages), positions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::trace_root;
    use crate::hash::Sha256;
    use alloc::vec;
    use proptest::prelude::*;

    fn leaves(count: u16) -> Vec<Digest> {
        (0..count).map(|i| Sha256::hash(&i.to_le_bytes())).collect()
    }

    fn facts(leaves: &[Digest]) -> ClaimFacts {
        ClaimFacts {
            graph_root: [1; 32],
            node_count: leaves.len() as u16,
            trace_root: trace_root::<Sha256>(leaves),
            input_roots: vec![].try_into().unwrap(),
        }
    }

    /// Counts around the edges of pages.
    fn long() -> impl Strategy<Value = u16> {
        prop_oneof![
            Just(1025u16),
            Just(2047),
            Just(2048),
            Just(2049),
            Just(16_384),
            1025u16..6_000
        ]
    }

    #[test]
    fn pages_should_be_as_many_as_a_trace_needs() {
        assert_eq!((MAX_PAGES, MAX_PAGE_PATH), (16, 4));
        assert!(!is_long(1024) && is_long(1025));
        assert_eq!(page_leaves(1024, 0), None);
        assert_eq!(page_leaves(1025, 0), Some(1024));
        assert_eq!(page_leaves(1025, 1), Some(1));
        assert_eq!(page_leaves(1025, 2), None);
        assert_eq!(page_leaves(2048, 1), Some(1024));
        assert_eq!(page_leaves(16_384, 15), Some(1024));
        assert_eq!((page_of(1023), page_of(1024), page_of(16_383)), (0, 1, 15));
    }

    #[test]
    fn seal_should_be_over_the_page_in_a_long_trace() {
        assert_eq!(Subject::Node(1030).sealed(2000), Subject::Page(1));
        assert_eq!(Subject::Node(7).sealed(1024), Subject::Node(7));
        assert_eq!(Subject::Page(1).sealed(2000), Subject::Page(1));
        assert_eq!((Subject::Page(3).index(), Subject::Node(7).index()), (3, 7));
    }

    /// As many pages as the nodes fill, and none where the leaves themselves are shown.
    #[test]
    fn pages_of_another_trace_should_be_refused_for_their_number() {
        let pages = |count: u16| Trace::Pages {
            pages: leaves(count).try_into().unwrap(),
            outputs: vec![].try_into().unwrap(),
        };
        for (nodes, count) in [(1_025, 1), (1_025, 3), (1_024, 1), (1_024, 2), (3, 0)] {
            let root = pages(count).root::<Sha256>(nodes, &[]);
            assert_eq!(
                root,
                Err(TraceFault::Length),
                "{count} pages of {nodes} nodes"
            );
        }
        assert!(pages(2).root::<Sha256>(1_025, &[]).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn pages_should_give_the_root_of_the_leaves(count in long()) {
            let leaves = leaves(count);
            let pages = page_hashes::<Sha256>(&leaves);
            prop_assert_eq!(pages.len(), usize::from(page_count(count)));
            prop_assert_eq!(paged_root::<Sha256>(count, &pages), trace_root::<Sha256>(&leaves));
            for page in 0..page_count(count) {
                let proof = prove_page::<Sha256>(&pages, page).unwrap();
                let shown = check_page_challenge::<Sha256>(&facts(&leaves), &proof).unwrap();
                let start = usize::from(page) * 1024;
                let own = &leaves[start..start + usize::from(shown)];
                prop_assert_eq!(check_page::<Sha256>(shown, &proof.hash, own), Ok(()));
            }
        }

        #[test]
        fn reveal_should_bind_its_outputs(count in long(), at in any::<u16>(), other in any::<u16>(), bit in 0usize..256) {
            let leaves = leaves(count);
            let (node, other) = (at % count, other % count);
            let outputs = [(node, leaves[usize::from(node)]), (count - 1, leaves[usize::from(count - 1)])];
            let trace = Trace::of::<Sha256>(&leaves, &[node, count - 1]).unwrap();
            prop_assert_eq!(trace.root::<Sha256>(count, &outputs), Ok(trace_root::<Sha256>(&leaves)));
            // Another output, another place, another count.
            let mut wrong = outputs;
            wrong[0].1[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(trace.root::<Sha256>(count, &wrong), Err(TraceFault::Output));
            if other != node {
                let moved = [(other, outputs[0].1), outputs[1]];
                prop_assert_eq!(trace.root::<Sha256>(count, &moved), Err(TraceFault::Output));
            }
            prop_assert_eq!(trace.root::<Sha256>(count, &outputs[..1]), Err(TraceFault::Output));
            prop_assert_eq!(trace.root::<Sha256>(1024, &outputs), Err(TraceFault::Length));
        }

        #[test]
        fn siblings_should_need_no_page_but_those_of_the_leaves(count in long(), at in any::<u16>(), before in any::<u16>()) {
            let leaves = leaves(count);
            let node = at % count;
            let input = before % (node + 1);
            let mut view = PagedTrace::new(count, page_hashes::<Sha256>(&leaves)).unwrap();
            let mut positions = vec![u32::from(input), u32::from(node)];
            positions.dedup();
            for page in [page_of(input), page_of(node)] {
                let start = usize::from(page) * 1024;
                let end = (start + 1024).min(leaves.len());
                prop_assert_eq!(view.show::<Sha256>(page, leaves[start..end].to_vec()), Some(()));
                let mut wrong = leaves[start..end].to_vec();
                wrong[0][0] ^= 1;
                prop_assert_eq!(view.clone().show::<Sha256>(page, wrong), None);
            }
            prop_assert_eq!(view.siblings::<Sha256>(&positions), leaves.siblings::<Sha256>(&positions));
            prop_assert_eq!(view.leaf(node), leaves.leaf(node));
            prop_assert_eq!(view.root::<Sha256>(), trace_root::<Sha256>(&leaves));
            // Of a page that was not shown nothing can be proved.
            let hidden = (0..page_count(count)).find(|page| *page != page_of(input) && *page != page_of(node));
            if let Some(hidden) = hidden {
                let first = u32::from(hidden) * 1024;
                prop_assert_eq!(view.leaf(hidden * 1024), None);
                if page_leaves(count, hidden) > Some(1) {
                    prop_assert_eq!(view.siblings::<Sha256>(&[first]), None);
                }
            }
        }

        #[test]
        fn page_proof_should_not_fit_another_claim(count in long(), page in any::<u16>(), bit in 0usize..256) {
            let leaves = leaves(count);
            let page = page % page_count(count);
            let proof = prove_page::<Sha256>(&page_hashes::<Sha256>(&leaves), page).unwrap();
            let mut other = proof.clone();
            other.hash[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(check_page_challenge::<Sha256>(&facts(&leaves), &other), Err(Rejection::NotTheClaim));
            let mut beyond = proof.clone();
            beyond.page = page_count(count);
            prop_assert_eq!(check_page_challenge::<Sha256>(&facts(&leaves), &beyond), Err(Rejection::OutOfBounds));
            if !proof.path.is_empty() {
                let mut shorter = proof;
                shorter.path.pop();
                prop_assert_eq!(check_page_challenge::<Sha256>(&facts(&leaves), &shorter), Err(Rejection::NotTheClaim));
            }
        }
    }

    #[test]
    fn short_trace_should_be_revealed_as_it_is() {
        let leaves = leaves(1024);
        let trace = Trace::of::<Sha256>(&leaves, &[7]).unwrap();
        assert!(matches!(trace, Trace::Leaves(_)));
        let outputs = [(7, leaves[7])];
        assert_eq!(
            trace.root::<Sha256>(1024, &outputs),
            Ok(trace_root::<Sha256>(&leaves))
        );
        assert_eq!(
            trace.root::<Sha256>(1023, &outputs),
            Err(TraceFault::Length)
        );
        assert_eq!(
            trace.root::<Sha256>(1024, &[(8, leaves[7])]),
            Err(TraceFault::Output)
        );
        // It has no page that could be asked for.
        let proof = prove_page::<Sha256>(&page_hashes::<Sha256>(&leaves), 0).unwrap();
        assert_eq!(
            check_page_challenge::<Sha256>(&facts(&leaves), &proof),
            Err(Rejection::OutOfBounds)
        );
    }

    #[test]
    fn page_should_be_refused_when_leaves_are_missing_or_too_many() {
        let leaves = leaves(1026);
        let hash = page_hashes::<Sha256>(&leaves)[1];
        let last = &leaves[1024..];
        assert_eq!(check_page::<Sha256>(2, &hash, last), Ok(()));
        assert_eq!(
            check_page::<Sha256>(2, &hash, &last[..1]),
            Err(Rejection::WrongOpening)
        );
        // The hash alone is a tree of one leaf.
        assert_eq!(
            check_page::<Sha256>(2, &hash, &[hash]),
            Err(Rejection::WrongOpening)
        );
        assert_eq!(
            check_page::<Sha256>(2, &hash, &[last[1], last[0]]),
            Err(Rejection::NotUnderPage)
        );
    }
}
