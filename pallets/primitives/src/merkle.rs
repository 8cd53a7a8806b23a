//! Binary Merkle trees over digests. An odd node at the end of a level is promoted, never duplicated, so that no two
//! lists of leaves have one root by repetition; the count of leaves is bound by whoever wraps the root.

use crate::graph::Digest;
use crate::hash::{tagged, Hasher, Tag};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The root over no leaves.
pub const EMPTY_ROOT: Digest = [0; 32];

/// Bytes of two digests.
const PAIR_BYTES: usize = 64;

/// How digests become one. With a [`Hasher`] it is `H(1 ‖ left ‖ right)` wherever it is.
pub trait Tree {
    /// The node over two others; nothing is over the root.
    fn inner(left: &Digest, right: &Digest, is_root: bool) -> Digest;

    /// The nodes over each of these pairs, in order: one by one, unless there is a faster way with many.
    fn parents(pairs: &[[Digest; 2]], is_root: bool) -> Vec<Digest> {
        pairs
            .iter()
            .map(|[left, right]| Self::inner(left, right, is_root))
            .collect()
    }
}

impl<H: Hasher> Tree for H {
    fn inner(left: &Digest, right: &Digest, _: bool) -> Digest {
        inner::<H>(left, right)
    }

    fn parents(pairs: &[[Digest; 2]], _: bool) -> Vec<Digest> {
        H::runs(Tag::Inner, pairs.as_flattened().as_flattened(), PAIR_BYTES)
    }
}

fn inner<H: Hasher>(left: &Digest, right: &Digest) -> Digest {
    tagged::<H>(Tag::Inner, &[left, right])
}

/// Root over `leaves`.
pub fn root<T: Tree>(leaves: &[Digest]) -> Digest {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        let (pairs, odd) = level.as_chunks::<2>();
        let mut above = T::parents(pairs, level.len() == 2);
        above.extend(odd);
        level = above;
    }
    level.first().copied().unwrap_or(EMPTY_ROOT)
}

/// The digests that, with the leaves at `positions` (ascending, no repeats), give the root. `None` when a position is
/// out of range or out of order.
pub fn prove<T: Tree>(leaves: &[Digest], positions: &[u32]) -> Option<Vec<Digest>> {
    if !ascending(positions, u32::try_from(leaves.len()).ok()?) {
        return None;
    }
    if positions.is_empty() {
        return Some(alloc::vec![root::<T>(leaves)]);
    }
    climb::<T>(leaves.iter().copied().map(Some).collect(), None, positions)
}

/// The same where some leaves are not known, but the inner nodes of one level are: `(level, inner nodes)`. `None` also when
/// a digest is needed that does not follow from what is known, or no position is given.
pub fn prove_below<H: Hasher>(
    leaves: &[Option<Digest>],
    inner: (u32, &[Digest]),
    positions: &[u32],
) -> Option<Vec<Digest>> {
    if positions.is_empty() || !ascending(positions, u32::try_from(leaves.len()).ok()?) {
        return None;
    }
    climb::<H>(leaves.to_vec(), Some(inner), positions)
}

/// Siblings level by level. `inner` is what is known of one level, whatever is known below it.
fn climb<T: Tree>(
    mut digests: Vec<Option<Digest>>,
    inner: Option<(u32, &[Digest])>,
    positions: &[u32],
) -> Option<Vec<Digest>> {
    let mut siblings = Vec::new();
    let mut known: Vec<u32> = positions.to_vec();
    let mut level = 0u32;
    while digests.len() > 1 {
        if let Some((_, nodes)) =
            inner.filter(|(at, nodes)| *at == level && nodes.len() == digests.len())
        {
            digests = nodes.iter().copied().map(Some).collect();
        }
        let mut next: Vec<u32> = Vec::with_capacity(known.len());
        let mut iter = known.iter().copied().peekable();
        while let Some(position) = iter.next() {
            let partner = position ^ 1;
            if position & 1 == 0 && iter.peek() == Some(&partner) {
                iter.next();
            } else if let Some(sibling) = digests.get(partner as usize) {
                siblings.push((*sibling)?);
            }
            next.push(position >> 1);
        }
        let is_root = digests.len() == 2;
        digests = digests
            .chunks(2)
            .map(|pair| match pair {
                [Some(left), Some(right)] => Some(T::inner(left, right, is_root)),
                [single] => *single,
                _ => None,
            })
            .collect();
        known = next;
        level = level.saturating_add(1);
    }
    Some(siblings)
}

/// The inner nodes at a level: the roots of each run of `2^level` leaves, the last perhaps shorter. Their own root is that
/// of the leaves.
pub fn nodes_at<H: Hasher>(leaves: &[Digest], level: u32) -> Vec<Digest> {
    let run = 1usize.checked_shl(level).unwrap_or(usize::MAX);
    leaves.chunks(run).map(root::<H>).collect()
}

fn ascending(positions: &[u32], count: u32) -> bool {
    positions.iter().all(|position| *position < count)
        && positions
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a < b))
}

/// Root over `count` leaves of which some are known, ascending by position, and the rest are covered by `siblings`.
///
/// `None` unless the siblings are exactly those needed: none missing, none left over. Without any known leaf the only
/// sibling is the root itself (and the empty tree takes `EMPTY_ROOT` the same way).
pub fn root_from<T: Tree>(
    count: u32,
    known: &[(u32, Digest)],
    siblings: &[Digest],
) -> Option<Digest> {
    if known.is_empty() {
        return match siblings {
            [root] if count > 0 || *root == EMPTY_ROOT => Some(*root),
            _ => None,
        };
    }
    let positions: Vec<u32> = known.iter().map(|(position, _)| *position).collect();
    if !ascending(&positions, count) {
        return None;
    }
    let mut level: Vec<(u32, Digest)> = known.to_vec();
    let mut rest = siblings.iter();
    let mut width = count;
    while width > 1 {
        let mut next = Vec::with_capacity(level.len());
        let mut iter = level.iter().copied().peekable();
        while let Some((position, digest)) = iter.next() {
            let parent = if position & 1 == 1 {
                T::inner(rest.next()?, &digest, width == 2)
            } else if position.checked_add(1)? == width {
                digest
            } else {
                match iter.next_if(|(other, _)| *other == position | 1) {
                    Some((_, right)) => T::inner(&digest, &right, width == 2),
                    None => T::inner(&digest, rest.next()?, width == 2),
                }
            };
            next.push((position >> 1, parent));
        }
        level = next;
        width = width.div_ceil(2);
    }
    if rest.next().is_some() {
        return None;
    }
    level.first().map(|(_, digest)| *digest)
}

/// An append-only tree of which only the perfect subtrees' roots are kept.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct Frontier {
    count: u32,
    peaks: BoundedVec<Digest, ConstU32<32>>,
}

impl Frontier {
    /// Leaves so far.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Appends a leaf. `None` when the tree is full, which takes 2^32 leaves.
    pub fn push<H: Hasher>(&mut self, leaf: Digest) -> Option<()> {
        let next = self.count.checked_add(1)?;
        let mut carry = leaf;
        for _ in 0..self.count.trailing_ones() {
            carry = inner::<H>(&self.peaks.pop()?, &carry);
        }
        self.peaks.try_push(carry).ok()?;
        self.count = next;
        Some(())
    }

    /// Root over the leaves so far; equals [`root`] over the same leaves.
    pub fn root<H: Hasher>(&self) -> Digest {
        self.peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| inner::<H>(&left, &right))
            .unwrap_or(EMPTY_ROOT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Sha256;
    use proptest::prelude::*;

    fn leaves(count: u32) -> Vec<Digest> {
        (0..count).map(|i| Sha256::hash(&i.to_le_bytes())).collect()
    }

    proptest! {
        #[test]
        fn multiproof_should_give_the_root(count in 1u32..70, picks in prop::collection::btree_set(0u32..70, 0..12)) {
            let leaves = leaves(count);
            let positions: Vec<u32> = picks.into_iter().filter(|p| *p < count).collect();
            let proof = prove::<Sha256>(&leaves, &positions).unwrap();
            let known: Vec<_> = positions.iter().map(|p| (*p, leaves[*p as usize])).collect();
            prop_assert_eq!(root_from::<Sha256>(count, &known, &proof), Some(root::<Sha256>(&leaves)));
            let mut longer = proof.clone();
            longer.push([7; 32]);
            prop_assert_eq!(root_from::<Sha256>(count, &known, &longer), None);
            if !known.is_empty() && !proof.is_empty() {
                prop_assert_eq!(root_from::<Sha256>(count, &known, &proof[1..]), None);
            }
        }

        #[test]
        fn multiproof_should_not_fit_another_leaf(count in 1u32..40, at in 0u32..40, bit in 0usize..256) {
            let at = at % count;
            let leaves = leaves(count);
            let proof = prove::<Sha256>(&leaves, &[at]).unwrap();
            let mut leaf = leaves[at as usize];
            leaf[bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(root_from::<Sha256>(count, &[(at, leaf)], &proof), Some(root::<Sha256>(&leaves)));
        }

        #[test]
        fn inner_nodes_should_stand_for_the_leaves_below_them(
            count in 1u32..70, level in 0u32..5, picks in prop::collection::btree_set(0u32..70, 1..6), hidden in any::<bool>(),
        ) {
            let leaves = leaves(count);
            let nodes = nodes_at::<Sha256>(&leaves, level);
            prop_assert_eq!(root::<Sha256>(&nodes), root::<Sha256>(&leaves));
            let positions: Vec<u32> = picks.into_iter().filter(|p| *p < count).collect();
            prop_assume!(!positions.is_empty());
            let runs: Vec<u32> = positions.iter().map(|p| p >> level).collect();
            // Everything, or only the runs that the positions are in.
            let known: Vec<Option<Digest>> = leaves
                .iter()
                .enumerate()
                .map(|(at, leaf)| (!hidden || runs.contains(&(at as u32 >> level))).then_some(*leaf))
                .collect();
            prop_assert_eq!(
                prove_below::<Sha256>(&known, (level, &nodes), &positions),
                prove::<Sha256>(&leaves, &positions)
            );
        }

        #[test]
        fn frontier_should_equal_the_tree(count in 0u32..130) {
            let leaves = leaves(count);
            let mut frontier = Frontier::default();
            for leaf in &leaves {
                frontier.push::<Sha256>(*leaf).unwrap();
            }
            prop_assert_eq!(frontier.root::<Sha256>(), root::<Sha256>(&leaves));
            prop_assert_eq!(frontier.count(), count);
        }
    }

    #[test]
    fn positions_should_be_refused_when_out_of_range_or_order() {
        let leaves = leaves(5);
        assert_eq!(prove::<Sha256>(&leaves, &[5]), None);
        assert_eq!(prove::<Sha256>(&leaves, &[2, 1]), None);
        assert_eq!(root_from::<Sha256>(5, &[(5, leaves[0])], &[]), None);
        assert_eq!(
            root_from::<Sha256>(5, &[(1, leaves[1]), (1, leaves[1])], &[]),
            None
        );
    }

    /// Nothing is under the empty tree but what stands for nothing.
    #[test]
    fn empty_tree_should_have_one_root() {
        assert_eq!(root_from::<Sha256>(0, &[], &[[1; 32]]), None);
        assert_eq!(root_from::<Sha256>(0, &[], &[EMPTY_ROOT]), Some(EMPTY_ROOT));
        assert_eq!(root_from::<Sha256>(1, &[], &[[1; 32]]), Some([1; 32]));
        assert_eq!(root_from::<Sha256>(1, &[], &[]), None);
    }

    /// Inner nodes of which there are more or fewer than the level has are another tree's.
    #[test]
    fn inner_nodes_of_another_tree_should_not_be_looked_at() {
        let leaves = leaves(9);
        let known: Vec<_> = leaves.iter().copied().map(Some).collect();
        let proof = prove::<Sha256>(&leaves, &[2, 7]);
        for nodes in [&leaves[..4], &leaves[..7]] {
            for level in 0..5 {
                let below = prove_below::<Sha256>(&known, (level, nodes), &[2, 7]);
                assert_eq!(below, proof, "{level}");
            }
        }
    }

    #[test]
    fn odd_leaf_should_be_promoted_not_duplicated() {
        let three = leaves(3);
        let mut four = three.clone();
        four.push(three[2]);
        assert_ne!(root::<Sha256>(&three), root::<Sha256>(&four));
    }
}
