//! The off-chain worker: does in the node what a worker's daemon does from outside.
//!
//! In each block that becomes the best one it looks, for every operator key in the node's keystore, for the most urgent
//! thing that the worker owes, has a sidecar on the same machine compute it, and sends it.

pub(crate) mod duty;
mod key;
pub(crate) mod outbox;
mod protocol;
mod sidecar;

pub use key::{OperatorKeys, Pair, Public, Signature, KEY_TYPE};
pub use protocol::{Action, Answer, Job, VERSION};
pub use sidecar::{ADDRESS_KEY, DEFAULT_ADDRESS, TOKEN_KEY};

use crate::utility_impls::ClaimRoots;
use crate::{Call, Config, InputSource, Inputs, OutputOf, OutputsOf, Pallet, Visibility, WorkOf};
use alloc::string::String;
use alloc::vec::Vec;
use codec::Encode;
use duty::{Duty, Step};
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use outbox::{Fate, Outbox};
use sp_runtime::offchain::storage_lock::{StorageLock, Time};
use sp_runtime::offchain::Duration;
use sp_runtime::traits::{One, Saturating, UniqueSaturatedInto, Zero};
use veritrace_primitives::commit;
use veritrace_primitives::graph::{Digest, MAX_GRAPH_IO};
use veritrace_primitives::page::Trace;
use veritrace_primitives::traits::{ChallengeBook, HostSha256, WorkerPool};

/// What its log lines are under.
pub(crate) const LOG: &str = "veritrace::offchain";

/// Most keys that a node works for.
const MAX_KEYS: usize = 4;
/// Most questions asked for a key in a block.
const MAX_QUESTIONS: u32 = 16;
/// How long all that is done for a key in a block may take: half a slot, so that it can be in the next block.
const BUDGET: Duration = Duration::from_millis(1_500);
/// How long a key stays locked if whoever locked it does not come back. Longer than a step can take.
const LOCK: Duration = Duration::from_millis(4_000);
/// Bytes that an answer may have besides its tensors and digests; a reason for withholding has less.
const ANSWER_OVERHEAD: u32 = 1_024;
/// Bytes of a reason that are logged.
const LOGGED_REASON: usize = 256;

/// A claim and what it commits to.
type Claim<T> = (Trace, OutputsOf<T>, ClaimRoots);

/// What came of a question.
enum Outcome<T: Config> {
    /// This is to be sent.
    Call(T::RuntimeCall),
    /// Not yet.
    Pending,
    /// Nothing, and why.
    Nothing(String),
}

/// Most bytes of a tile with its paths, through the largest graph, trace and tensor.
const ATTESTATION_BYTES: u32 = 16 * 1024;

/// Where the node's persistent off-chain storage has the lock of a key.
pub(crate) fn lock_key<AccountId: Encode>(operator: &AccountId) -> Vec<u8> {
    (*b"veritrace::lock::", operator).encode()
}

/// An account or hash in a field of 32 bytes.
fn padded(bytes: &[u8]) -> [u8; 32] {
    let mut padded = [0; 32];
    for (to, from) in padded.iter_mut().zip(bytes) {
        *to = *from;
    }
    padded
}

impl<T: Config> Pallet<T> {
    /// Does what is owed on top of block `now`, for every operator key that the node has.
    pub(crate) fn work_offchain(now: BlockNumberFor<T>) {
        for operator in T::Operators::accounts().into_iter().take(MAX_KEYS) {
            let key = lock_key(&operator);
            // Blocks may follow each other faster than they are worked on.
            let mut lock = StorageLock::<Time>::with_deadline(&key, LOCK);
            match lock.try_lock() {
                Ok(_guard) => Self::work_as(&operator, now),
                Err(_) => {
                    log::debug!(target: LOG, "block {now:?}: another one is being worked on")
                }
            };
        }
    }

    fn work_as(operator: &T::AccountId, now: BlockNumberFor<T>) {
        let Some(worker) = T::Workers::worker_of(operator) else {
            log::debug!(target: LOG, "no worker has the operator {operator:?}; register one");
            return;
        };
        let mut outbox = Outbox::<T>::open(operator, now);
        match outbox.fate() {
            Fate::Waiting => return outbox.remind(),
            Fate::Used | Fate::Gone => {}
        }
        let duties = Self::duties(&worker, now);
        if duties.is_empty() {
            return;
        }
        let mut sidecar = sidecar::address();
        if sidecar.is_none() {
            log::warn!(
                target: LOG,
                "the sidecar's address is not http://127.0.0.1:PORT or http://[::1]:PORT: set it by \
                 offchain_localStorageSet(\"PERSISTENT\", ..)",
            );
        }
        let deadline = sp_io::offchain::timestamp().add(BUDGET);
        let mut questions = 0u32;
        for duty in &duties {
            if !outbox.may_send(duty) {
                continue;
            }
            let outcome = match (duty.step.action(), &sidecar) {
                (None, _) => Self::call_without_answer(&worker, duty),
                (Some(action), Some(address))
                    if questions < MAX_QUESTIONS && sp_io::offchain::timestamp() < deadline =>
                {
                    questions = questions.saturating_add(1);
                    let job = Self::job(&worker, duty, action, now);
                    match sidecar::ask(address, &job, Self::most_bytes(duty), deadline) {
                        Ok(answer) => Self::call_for(&worker, duty, answer),
                        Err(trouble) => {
                            log::warn!(
                                target: LOG,
                                "block {now:?}: the sidecar at {address} was asked for the {} for \
                                 request {}: {trouble}",
                                duty.step, duty.request,
                            );
                            if trouble.is_of_transport() {
                                sidecar = None;
                            }
                            continue;
                        }
                    }
                }
                (Some(_), _) => continue,
            };
            match outcome {
                Outcome::Call(call) => {
                    if outbox.send(duty, call) {
                        return;
                    }
                }
                Outcome::Pending => log::debug!(
                    target: LOG,
                    "block {now:?}: the {} for request {} is being computed",
                    duty.step, duty.request,
                ),
                Outcome::Nothing(why) => log::warn!(
                    target: LOG,
                    "block {now:?}: no {} for request {}: {why}",
                    duty.step, duty.request,
                ),
            }
        }
    }

    fn job(worker: &T::AccountId, duty: &Duty<T>, action: Action, now: BlockNumberFor<T>) -> Job {
        let record = &duty.record;
        let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
        Job {
            version: VERSION,
            genesis: padded(genesis.as_ref()),
            block: now.unique_saturated_into(),
            request: duty.request,
            model: record.model,
            graph_root: record.terms.graph_root,
            worker: padded(&worker.encode()),
            work: WorkOf::<T>::get(worker).into_inner(),
            input_roots: record.input_roots.to_vec(),
            inputs: Inputs::<T>::get(duty.request)
                .into_iter()
                .flatten()
                .map(|source| match source {
                    InputSource::Inline(bytes) => bytes.into_inner(),
                    // No tensor is empty.
                    InputSource::ByRoot(_) => Vec::new(),
                })
                .collect(),
            action,
        }
    }

    /// Most bytes of an answer that could be of use.
    fn most_bytes(duty: &Duty<T>) -> usize {
        let content = match &duty.step {
            Step::Submit | Step::Reveal { .. } => u32::from(duty.record.terms.node_count)
                .saturating_mul(32)
                .saturating_add(MAX_GRAPH_IO.saturating_mul(T::MaxOutputBytes::get())),
            Step::Open { opening_bytes, .. } => *opening_bytes,
            Step::Attest { .. } => ATTESTATION_BYTES,
            Step::Commit | Step::Expire { .. } => 0,
        };
        content.saturating_add(ANSWER_OVERHEAD) as usize
    }

    /// The call for what needs no sidecar.
    fn call_without_answer(worker: &T::AccountId, duty: &Duty<T>) -> Outcome<T> {
        match duty.step {
            Step::Expire { subject } => {
                Outcome::Call(T::Challenges::expire(duty.request, worker.clone(), subject).into())
            }
            Step::Open { .. }
            | Step::Attest { .. }
            | Step::Reveal { .. }
            | Step::Submit
            | Step::Commit => Outcome::Pending,
        }
    }

    /// The call that publishes an answer. What the chain would refuse is not sent: it would cost a fee or a penalty. That
    /// the answer is true is for the sidecar to see to.
    fn call_for(worker: &T::AccountId, duty: &Duty<T>, answer: Answer) -> Outcome<T> {
        let request = duty.request;
        let call = match (duty.step, answer) {
            (_, Answer::Pending) => return Outcome::Pending,
            (_, Answer::Withheld { reason }) => {
                let shown = reason.get(..LOGGED_REASON).unwrap_or(&reason);
                let shown = String::from_utf8_lossy(shown);
                return Outcome::Nothing(alloc::format!("the sidecar withholds it: {shown:?}"));
            }
            (Step::Submit | Step::Commit, Answer::Unavailable) => {
                // The next block is the first that can have it.
                let at = Self::now().saturating_add(One::one());
                let is_missing = duty.record.visibility == Visibility::Private;
                match is_missing && Self::may_complain(&duty.record, at) {
                    true => Ok(Call::<T>::input_unavailable { request }.into()),
                    false => {
                        Err("the sidecar cannot get an input, and it is too late to say so".into())
                    }
                }
            }
            (Step::Submit, Answer::Submit { trace, outputs }) => {
                Self::claim_of(duty, trace, outputs).map(|(trace, outputs, _)| {
                    Call::<T>::submit_inference_result {
                        request,
                        trace,
                        outputs,
                    }
                    .into()
                })
            }
            (Step::Commit, Answer::Commit { commitment }) => Ok(Call::<T>::commit_result {
                request,
                commitment,
            }
            .into()),
            (
                Step::Reveal { commitment },
                Answer::Reveal {
                    trace,
                    outputs,
                    salt,
                },
            ) => Self::claim_of(duty, trace, outputs).and_then(|(trace, outputs, roots)| {
                let revealed = commit::commitment::<HostSha256>(
                    request,
                    &worker.encode(),
                    &roots.trace,
                    &roots.output,
                    &salt,
                );
                match revealed == commitment {
                    true => Ok(Call::<T>::reveal_result {
                        request,
                        trace,
                        outputs,
                        salt,
                    }
                    .into()),
                    false => Err("it is not what was committed to".into()),
                }
            }),
            (Step::Open { subject, .. }, Answer::Open { opening }) => {
                T::Challenges::open(request, worker, subject, opening)
                    .map(Into::into)
                    .map_err(|reason| alloc::format!("the chain would reject it: {reason:?}"))
            }
            (Step::Attest { .. }, Answer::Attest { proof }) => {
                T::Challenges::attest(request, worker, proof)
                    .map(Into::into)
                    .map_err(|reason| alloc::format!("the chain would reject it: {reason:?}"))
            }
            _ => Err("the sidecar answered something else than it was asked".into()),
        };
        match call {
            Ok(call) => Outcome::Call(call),
            Err(why) => Outcome::Nothing(why),
        }
    }

    /// A claim that the chain would take.
    fn claim_of(
        duty: &Duty<T>,
        trace: Vec<Digest>,
        outputs: Vec<Vec<u8>>,
    ) -> Result<Claim<T>, String> {
        let outputs_at: Vec<u16> = duty
            .record
            .terms
            .outputs
            .iter()
            .map(|output| output.node)
            .collect();
        let trace = Trace::of::<HostSha256>(&trace, &outputs_at)
            .ok_or("its trace has more leaves than any claim's, or too few for the outputs")?;
        let outputs: Vec<OutputOf<T>> = outputs
            .into_iter()
            .map(|output| output.try_into())
            .collect::<Result<_, _>>()
            .map_err(|_| "an output has more bytes than any claim's")?;
        let outputs = outputs
            .try_into()
            .map_err(|_| "it has more outputs than any claim")?;
        let roots = Self::check_claim(&duty.record, &trace, &outputs)
            .map_err(|error| alloc::format!("the chain would refuse it: {error:?}"))?;
        Ok((trace, outputs, roots))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::*;

    // All are the same to the chain; in the log, only what is not ready yet is no cause for worry.
    #[test]
    fn answers_of_which_nothing_comes_should_be_told_apart() {
        ExtBuilder::default().with_workers(1).build_and_execute(|| {
            let (_, workers) = assigned(1);
            let duty = Inference::duties(&workers[0], System::block_number()).remove(0);
            let outcome = |answer| Inference::call_for(&workers[0], &duty, answer);
            assert!(matches!(outcome(Answer::Pending), Outcome::Pending));
            let reason = |answer| match outcome(answer) {
                Outcome::Nothing(why) => why,
                Outcome::Call(_) | Outcome::Pending => panic!("nothing comes of it"),
            };
            let withheld = |reason: &str| Answer::Withheld {
                reason: reason.into(),
            };
            assert_eq!(
                reason(withheld("the tiles differ")),
                "the sidecar withholds it: \"the tiles differ\""
            );
            // The rest of a long one is left out.
            assert_eq!(
                reason(withheld(&"x".repeat(257))),
                alloc::format!("the sidecar withholds it: {:?}", "x".repeat(256))
            );
            assert_eq!(
                reason(Answer::Attest { proof: Vec::new() }),
                "the sidecar answered something else than it was asked"
            );
        });
    }
}
