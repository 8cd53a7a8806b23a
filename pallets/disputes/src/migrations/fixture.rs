//! Storage of an earlier version, made of that of the present one. Of claims without pages.

use super::v2::v1;
use crate::{
    Bounties, BountyRecord, ChallengeCount, ChallengeRecord, Challenges, Config, Content, Opened,
};
use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use veritrace_primitives::page::Subject;

/// Turns all challenges, counts, openings and bounties into what version 1 stores.
pub(crate) fn turn_back<T: Config>() {
    let challenges: Vec<_> = Challenges::<T>::drain().collect();
    for (claim, subject, record) in challenges {
        let ChallengeRecord {
            challenger,
            bond,
            digest,
            content,
            state,
            opening_bytes,
            at,
        } = record;
        if let Content::Tensor(spec) = content {
            let older = v1::ChallengeRecord {
                challenger,
                bond,
                leaf: digest,
                spec,
                state,
                opening_bytes,
                at,
            };
            v1::Challenges::<T>::insert(claim, subject.index(), older);
        }
    }
    let counts: Vec<_> = ChallengeCount::<T>::drain().collect();
    for (claim, count) in counts {
        v1::ChallengeCount::<T>::insert(claim, count.nodes);
    }
    let opened: Vec<_> = Opened::<T>::drain().collect();
    for (request, worker, set) in opened {
        let mut nodes = v1::NodeSet::default();
        for node in (0..v1::MAX_NODES as u16).filter(|node| set.contains(Subject::Node(*node))) {
            let _ = nodes.try_insert(node);
        }
        v1::OpenedNodes::<T>::insert(request, worker, nodes);
    }
    let bounties: Vec<_> = Bounties::<T>::drain().collect();
    for (request, trace_root, record) in bounties {
        let BountyRecord {
            holder,
            amount,
            subject,
            order,
            before,
            convicted,
            due,
        } = record;
        let older = v1::BountyRecord {
            holder,
            amount,
            node: subject.index(),
            order,
            before,
            convicted,
            due,
        };
        v1::Bounties::<T>::insert(request, trace_root, older);
    }
    StorageVersion::new(1).put::<crate::Pallet<T>>();
}
