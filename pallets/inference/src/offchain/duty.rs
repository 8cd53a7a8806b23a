//! What a worker owes in a block, the most urgent first.

use super::protocol::Action;
use crate::{
    Claims, Config, InferenceRequests, Pallet, RequestRecordOf, RequestStatus, SlotState, WorkOf,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, Saturating};
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::Subject;
use veritrace_primitives::traits::{ChallengeBook, RequestId};

/// How many blocks old the phase should be in which a result is revealed. A runtime cannot see finality, which is some
/// two blocks behind the best one as long as validators talk to each other; what is shown in a block that is taken back
/// could be copied.
pub(crate) const REVEAL_DEPTH: u32 = 3;

/// What can be owed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub(crate) enum Step {
    /// The opening of a challenged node or page: without it, the lock is lost.
    #[codec(index = 0)]
    Open {
        subject: Subject,
        opening_bytes: u32,
    },
    /// What was committed to.
    #[codec(index = 1)]
    Reveal { commitment: Digest },
    /// The result of a request of redundancy one.
    #[codec(index = 2)]
    Submit,
    /// The commitment to a result.
    #[codec(index = 3)]
    Commit,
    /// The end of a challenge that was answered, and whose challenger was silent ever since: it holds up the settlement.
    #[codec(index = 4)]
    Expire { subject: Subject },
    /// A tile of another worker's claim.
    #[codec(index = 5)]
    Attest {
        node: u16,
        lot: u64,
        trace_root: Digest,
    },
}

impl Step {
    /// The smaller, the more urgent.
    fn rank(&self) -> u8 {
        match self {
            Self::Open { .. } => 0,
            Self::Reveal { .. } | Self::Attest { .. } => 1,
            Self::Submit | Self::Commit => 2,
            Self::Expire { .. } => 3,
        }
    }

    /// What the sidecar is asked. `None` when it is not needed.
    pub(crate) fn action(&self) -> Option<Action> {
        match *self {
            Self::Open {
                subject: Subject::Node(node),
                opening_bytes,
            } => Some(Action::Open {
                node: node.into(),
                opening_bytes,
            }),
            Self::Open {
                subject: Subject::Page(page),
                ..
            } => Some(Action::OpenPage { page: page.into() }),
            Self::Reveal { commitment } => Some(Action::Reveal { commitment }),
            Self::Submit => Some(Action::Submit),
            Self::Commit => Some(Action::Commit),
            Self::Attest {
                node,
                lot,
                trace_root,
            } => Some(Action::Attest {
                node: node.into(),
                lot,
                trace_root,
            }),
            Self::Expire { .. } => None,
        }
    }
}

impl core::fmt::Display for Step {
    fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
        match self {
            Self::Open { subject, .. } => write!(f, "opening of {}", named(*subject)),
            Self::Reveal { .. } => f.write_str("reveal"),
            Self::Submit => f.write_str("result"),
            Self::Commit => f.write_str("commitment"),
            Self::Attest { node, .. } => write!(f, "attestation of node {node}"),
            Self::Expire { subject } => {
                write!(f, "expiry of the challenge of {}", named(*subject))
            }
        }
    }
}

/// As log lines name it.
fn named(subject: Subject) -> alloc::string::String {
    match subject {
        Subject::Node(node) => alloc::format!("node {node}"),
        Subject::Page(page) => alloc::format!("page {page}"),
    }
}

/// Something a worker owes.
pub(crate) struct Duty<T: Config> {
    pub request: RequestId,
    pub record: RequestRecordOf<T>,
    pub step: Step,
    /// The first block in which it is too late; for an expiry, in which it is due.
    pub due: BlockNumberFor<T>,
}

impl<T: Config> Pallet<T> {
    /// What the worker owes on top of block `now`, the most urgent first.
    pub(crate) fn duties(worker: &T::AccountId, now: BlockNumberFor<T>) -> Vec<Duty<T>> {
        let mut duties: Vec<Duty<T>> = WorkOf::<T>::get(worker)
            .into_iter()
            .filter_map(|request| Some((request, InferenceRequests::<T>::get(request)?)))
            .flat_map(|(request, record)| Self::duties_of(worker, now, request, record))
            .collect();
        duties.sort_by_key(|duty| (duty.step.rank(), duty.due));
        duties
    }

    fn duties_of(
        worker: &T::AccountId,
        now: BlockNumberFor<T>,
        request: RequestId,
        record: RequestRecordOf<T>,
    ) -> Vec<Duty<T>> {
        let Some(slot) = record.slots.iter().find(|slot| slot.worker == *worker) else {
            return Self::audit_duty(worker, now, request, record)
                .into_iter()
                .collect();
        };
        // The next block is the first that can have a transaction sent now.
        let is_open =
            now.saturating_add(One::one()) < record.due && !Self::is_condemned(&record.model);
        let step = match (slot.state, record.status) {
            (SlotState::Assigned, RequestStatus::Assigned) => Step::Submit,
            (SlotState::Assigned, RequestStatus::Committing) => Step::Commit,
            (SlotState::Committed(commitment), RequestStatus::Revealing)
                if Self::is_time_to_reveal(&record, now) =>
            {
                Step::Reveal { commitment }
            }
            (SlotState::Revealed(_), _) if slot.challenges > 0 => {
                return Self::answers(worker, now, request, record)
            }
            (
                SlotState::Assigned
                | SlotState::Committed(_)
                | SlotState::Revealed(_)
                | SlotState::Missed
                | SlotState::Struck
                | SlotState::Excused,
                _,
            ) => return Vec::new(),
        };
        match is_open {
            true => alloc::vec![Duty {
                request,
                due: record.due,
                record,
                step,
            }],
            false => Vec::new(),
        }
    }

    /// What the worker owes as an auditor.
    fn audit_duty(
        worker: &T::AccountId,
        now: BlockNumberFor<T>,
        request: RequestId,
        record: RequestRecordOf<T>,
    ) -> Option<Duty<T>> {
        let audit = record
            .audit
            .running()
            .filter(|audit| audit.auditor == *worker)?;
        let due = audit.due;
        let is_open = now.saturating_add(One::one()) < due && !Self::is_condemned(&record.model);
        let claim = Claims::<T>::get(request, &audit.worker).filter(|_| is_open)?;
        let step = Step::Attest {
            node: audit.node,
            lot: audit.lot,
            trace_root: claim.trace_root,
        };
        Some(Duty {
            request,
            record,
            step,
            due,
        })
    }

    /// After half of the phase the risk of being late is greater than that of being copied.
    fn is_time_to_reveal(record: &RequestRecordOf<T>, now: BlockNumberFor<T>) -> bool {
        let is_deep = now >= record.since.saturating_add(REVEAL_DEPTH.into());
        let is_pressing =
            now.saturating_mul(2u32.into()) >= record.since.saturating_add(record.due);
        is_deep || is_pressing
    }

    /// What the challenges against a claim ask for.
    fn answers(
        worker: &T::AccountId,
        now: BlockNumberFor<T>,
        request: RequestId,
        record: RequestRecordOf<T>,
    ) -> Vec<Duty<T>> {
        let challenges = T::Challenges::challenges(request, worker);
        // As long as a node is disputed, the opening of a page may turn out to be what shows the lie.
        let is_at_nodes = challenges
            .iter()
            .any(|challenge| matches!(challenge.subject, Subject::Node(_)));
        challenges
            .into_iter()
            .filter_map(|challenge| {
                let (subject, due) = (challenge.subject, challenge.due);
                let is_over = now.saturating_add(One::one()) >= due;
                let step = match (challenge.is_opened, is_over) {
                    (false, false) => Step::Open {
                        subject,
                        opening_bytes: challenge.opening_bytes,
                    },
                    (true, true) if is_at_nodes && matches!(subject, Subject::Page(_)) => {
                        return None
                    }
                    (true, true) => Step::Expire { subject },
                    // Too late, or the challenger's move.
                    (false, true) | (true, false) => return None,
                };
                Some(Duty {
                    request,
                    record: record.clone(),
                    step,
                    due,
                })
            })
            .collect()
    }
}
