//! Which nodes and pages of a claim were opened.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::ConstU32;
use frame_support::BoundedVec;
use scale_info::TypeInfo;
use veritrace_primitives::graph::MAX_NODES;
use veritrace_primitives::page::{Subject, MAX_PAGES};

/// What was opened of a claim: a bit for each page, and for each node up to the last that was. So it is the same two
/// kilobytes at most, whatever is opened of however long a trace, and a few bytes for most claims.
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
pub struct OpenedSet {
    /// Bit `p` is page `p`, the lowest bit of a byte first.
    pages: BoundedVec<u8, ConstU32<{ MAX_PAGES.div_ceil(8) }>>,
    /// Bit `n` is node `n`, the same way.
    nodes: BoundedVec<u8, ConstU32<{ MAX_NODES.div_ceil(8) }>>,
}

/// Where the bit of an index is.
fn bit_of(index: u16) -> (usize, u8) {
    (usize::from(index >> 3), 1 << (index & 7))
}

fn has<const N: u32>(bits: &BoundedVec<u8, ConstU32<N>>, index: u16) -> bool {
    let (at, bit) = bit_of(index);
    bits.get(at).is_some_and(|byte| byte & bit != 0)
}

fn set<const N: u32>(bits: &mut BoundedVec<u8, ConstU32<N>>, index: u16) -> Option<()> {
    let (at, bit) = bit_of(index);
    while bits.len() <= at {
        bits.try_push(0).ok()?;
    }
    *bits.get_mut(at)? |= bit;
    Some(())
}

impl OpenedSet {
    /// Whether it was opened.
    pub fn contains(&self, subject: Subject) -> bool {
        match subject {
            Subject::Node(node) => has(&self.nodes, node),
            Subject::Page(page) => has(&self.pages, page),
        }
    }

    /// Takes note of it. `None` when no claim has such a node or page.
    pub fn insert(&mut self, subject: Subject) -> Option<()> {
        match subject {
            Subject::Node(node) => set(&mut self.nodes, node),
            Subject::Page(page) => set(&mut self.pages, page),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn set_should_have_what_was_put_in(
            nodes in prop::collection::btree_set(0u16..16_384, 0..40),
            pages in prop::collection::btree_set(0u16..16, 0..16),
        ) {
            let mut opened = OpenedSet::default();
            let put: BTreeSet<Subject> = nodes
                .iter()
                .map(|node| Subject::Node(*node))
                .chain(pages.iter().map(|page| Subject::Page(*page)))
                .collect();
            for subject in &put {
                prop_assert_eq!(opened.insert(*subject), Some(()));
            }
            for index in 0..=16_384 {
                prop_assert_eq!(opened.contains(Subject::Node(index)), put.contains(&Subject::Node(index)));
            }
            for index in 0..=16 {
                prop_assert_eq!(opened.contains(Subject::Page(index)), put.contains(&Subject::Page(index)));
            }
            prop_assert!(opened.encode().len() <= OpenedSet::max_encoded_len());
        }
    }

    #[test]
    fn set_should_be_small_and_bounded() {
        let mut opened = OpenedSet::default();
        assert_eq!(opened.encode(), [0, 0]);
        opened.insert(Subject::Node(9)).unwrap();
        opened.insert(Subject::Page(1)).unwrap();
        assert_eq!(opened.encode(), [4, 2, 8, 0, 2]);
        assert_eq!(opened.insert(Subject::Node(16_384)), None);
        assert_eq!(opened.insert(Subject::Page(16)), None);
        assert!(OpenedSet::max_encoded_len() <= 2_060);
    }
}
