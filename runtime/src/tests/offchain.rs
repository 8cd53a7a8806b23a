//! The off-chain worker on the real runtime: operator keys in a keystore, a sidecar that computes, transactions that are
//! signed, validated and paid for.

use super::world::*;
use super::*;
use frame_support::storage::{with_transaction_unchecked, TransactionOutcome};
use frame_support::traits::fungible::Mutate as _;
use node::{Node, Reply};
use pallet_inference::{
    offchain::{Action, Answer, Job, KEY_TYPE},
    RequestStatus, SlotState,
};
use sp_keystore::{testing::MemoryKeystore, Keystore as _, KeystoreExt};
use sp_runtime::{transaction_validity::InvalidTransaction, Permill};
use veritrace_primitives::{
    audit::attest,
    commit::{commitment, output_root, tensor_root},
    prove::{opening, Prover},
    traits::HostSha256,
};

// What stands around an off-chain worker is the same for its pallet and for the runtime.
#[allow(dead_code)]
#[path = "../../../pallets/inference/src/tests/offchain/node.rs"]
mod node;

/// The node whose output is challenged.
const NODE: u16 = 0;

/// A chain with the model live, and a node that has the operator keys of these workers. Only they serve.
fn story(workers: &[Sr25519Keyring], play: impl FnOnce(&Digits, &Node)) {
    let mut externalities = chain(DEVELOPMENT);
    let node = Node::around(&mut externalities);
    let keystore = MemoryKeystore::new();
    for worker in workers {
        let seed = format!("//{}", <&str>::from(operator_of(*worker)));
        keystore
            .sr25519_generate_new(KEY_TYPE, Some(&seed))
            .unwrap();
    }
    externalities.register_extension(KeystoreExt::new(keystore));
    externalities.execute_with(|| {
        let digits = Digits::load();
        begin_block();
        register(&digits);
        for worker in workers {
            serve(&digits, *worker);
        }
        pass(3);
        play(&digits, &node);
        end_block();
    });
}

/// The sidecar of one who has the model.
fn honest(digits: &Digits) -> impl FnMut(&Job) -> Reply + Send + 'static {
    let (graph, claim) = (digits.graph.clone(), digits.honest());
    move |job| {
        let layout = graph.header.layout().unwrap();
        let specs = &graph.header.inputs;
        let roots: Vec<_> = specs
            .iter()
            .zip(&job.inputs)
            .map(|(spec, input)| tensor_root::<HostSha256>(layout, spec, input).unwrap())
            .collect();
        assert_eq!(roots, job.input_roots, "the inputs are those asked for");
        assert!(job.work.contains(&job.request));
        let nodes = &graph.header.outputs;
        let outputs: Vec<_> = nodes
            .iter()
            .map(|node| claim.outputs[usize::from(*node)].clone())
            .collect();
        let trace = claim.leaves.clone();
        let salt = sp_io::hashing::sha2_256(&job.worker);
        Reply::Answer(match job.action {
            Action::Submit => Answer::Submit { trace, outputs },
            Action::Commit => {
                let roots: Vec<_> = nodes.iter().map(|node| trace[usize::from(*node)]).collect();
                Answer::Commit {
                    commitment: commitment::<HostSha256>(
                        job.request,
                        &job.worker,
                        &claim.trace_root(),
                        &output_root::<HostSha256>(&roots),
                        &salt,
                    ),
                }
            }
            Action::Reveal { .. } => Answer::Reveal {
                trace,
                outputs,
                salt,
            },
            Action::Open {
                node,
                opening_bytes,
            } => {
                let node = node as usize;
                let spec = &graph.nodes[node].output;
                let opening =
                    opening::<HostSha256>(layout, spec, &claim.outputs[node], opening_bytes)
                        .unwrap();
                Answer::Open {
                    opening: opening.encode(),
                }
            }
            Action::OpenPage { page } => Answer::Open {
                opening: claim
                    .leaves
                    .chunks(1_024)
                    .nth(page as usize)
                    .unwrap()
                    .to_vec()
                    .encode(),
            },
            Action::Attest { node, lot, .. } => {
                let prover = Prover::new::<HostSha256>(&graph).unwrap();
                let output = &claim.outputs[node as usize];
                let proof =
                    attest::<HostSha256, _>(&prover, node as u16, lot, &trace, output).unwrap();
                Answer::Attest {
                    proof: proof.encode(),
                }
            }
        })
    }
}

/// Ends the block, runs the off-chain worker on top of it, and begins the next one. What was sent is returned.
fn block(node: &Node) -> Vec<UncheckedExtrinsic> {
    end_block();
    let header = Header::new(
        System::block_number(),
        Default::default(),
        Default::default(),
        System::parent_hash(),
        Default::default(),
    );
    // It reads the state, and leaves none.
    with_transaction_unchecked(|| {
        Executive::offchain_worker(&header);
        TransactionOutcome::Rollback(())
    });
    node.wait(constants::SLOT_MILLISECONDS);
    begin_block();
    node.sent()
}

/// The next block, which includes what was sent. Returns what that was.
fn included(node: &Node) -> Vec<RuntimeCall> {
    block(node)
        .into_iter()
        .map(|transaction| {
            Executive::apply_extrinsic(transaction.clone())
                .unwrap()
                .unwrap();
            transaction.function
        })
        .collect()
}

fn state_of(id: u64, worker: Sr25519Keyring) -> SlotState {
    record(id)
        .unwrap()
        .slots
        .iter()
        .find(|slot| slot.worker == worker.to_account_id())
        .unwrap()
        .state
}

const DAVE: Sr25519Keyring = Sr25519Keyring::Dave;
const EVE: Sr25519Keyring = Sr25519Keyring::Eve;

#[test]
fn result_should_be_submitted_and_paid_when_a_node_works_for_its_worker() {
    story(&[DAVE], |digits, node| {
        node.sidecar(honest(digits));
        let before = wealth(DAVE);
        let (id, _) = ask(digits, 1);
        assert_eq!(
            included(node),
            [RuntimeCall::from(result(id, &digits.honest()))]
        );
        assert_eq!(
            state_of(id, DAVE),
            SlotState::Revealed(digits.honest().trace_root())
        );
        while record(id).is_some() {
            assert_eq!(included(node), []);
        }
        assert_eq!(wealth(DAVE) - before, PRICE * 85 / 100);
        assert_eq!(node.asked().len(), 1);
    });
}

#[test]
fn both_workers_should_commit_and_reveal_when_a_node_has_their_keys() {
    story(&[DAVE, EVE], |digits, node| {
        node.sidecar(honest(digits));
        let (id, _) = ask(digits, 2);
        let commits = included(node);
        assert_eq!(commits.len(), 2);
        assert_eq!(record(id).unwrap().status, RequestStatus::Revealing);
        let mut reveals = Vec::new();
        while record(id).unwrap().status == RequestStatus::Revealing {
            reveals.extend(included(node));
        }
        assert_eq!(reveals.len(), 2);
        let root = digits.honest().trace_root();
        assert_eq!(state_of(id, DAVE), SlotState::Revealed(root));
        assert_eq!(state_of(id, EVE), SlotState::Revealed(root));
        while record(id).is_some() {
            assert_eq!(included(node), []);
        }
        assert_eq!(stake_of(DAVE), BOND);
        assert_eq!(stake_of(EVE), BOND);
    });
}

#[test]
fn claim_should_be_audited_and_the_auditor_paid_when_a_node_works_for_both() {
    story(&[DAVE, EVE], |digits, node| {
        pallet_inference::Parameters::<Runtime>::mutate(|parameters| {
            parameters.audit_share = Permill::one();
            parameters.challenge_window = 8;
            parameters.agreed_window = 8;
            parameters.audit_window = 6;
        });
        Balances::mint_into(&treasury_account(), PRICE).unwrap();
        node.sidecar(honest(digits));
        let (id, workers) = ask(digits, 1);
        let auditor = if workers == [DAVE] { EVE } else { DAVE };
        let before = wealth(auditor);
        assert_eq!(
            included(node),
            [RuntimeCall::from(result(id, &digits.honest()))]
        );
        let mut shown = Vec::new();
        while shown.is_empty() {
            shown = included(node);
        }
        assert!(matches!(
            shown[..],
            [RuntimeCall::Disputes(pallet_disputes::Call::attest { request, .. })] if request == id
        ));
        while record(id).is_some() {
            assert_eq!(included(node), []);
        }
        assert_eq!(wealth(auditor) - before, PRICE * 40 / 100);
        assert_eq!(stake_of(auditor), BOND);
    });
}

#[test]
fn honest_claim_should_survive_a_challenge_when_its_worker_is_a_node() {
    story(&[DAVE], |digits, node| {
        node.sidecar(honest(digits));
        let (id, _) = ask(digits, 1);
        included(node);
        let claim = digits.honest();
        ok(
            CHALLENGER,
            challenge(id, DAVE, digits.challenge(&claim, NODE)),
        );
        let opened = digits.opening(&claim, NODE);
        assert_eq!(included(node), [RuntimeCall::from(open(id, NODE, &opened))]);
        let mut ended = Vec::new();
        while ended.is_empty() {
            ended = included(node);
        }
        assert_eq!(ended, [RuntimeCall::from(expire(id, DAVE, NODE))]);
        assert_eq!(held_of(CHALLENGER), 0, "the bond is forfeited");
        while record(id).is_some() {
            assert_eq!(included(node), []);
        }
        assert_eq!(stake_of(DAVE), BOND);
    });
}

#[test]
fn transaction_should_be_void_when_a_fork_took_back_the_block_it_was_born_in() {
    story(&[DAVE], |digits, node| {
        node.sidecar(honest(digits));
        let (id, _) = ask(digits, 1);
        let since = record(id).unwrap().since;
        let sent = block(node).remove(0);
        assert_eq!(System::block_number(), since + 2);
        // On the branch that it was decided on.
        let valid = |transaction: &UncheckedExtrinsic| {
            with_transaction_unchecked(|| {
                let applied = Executive::apply_extrinsic(transaction.clone());
                TransactionOutcome::Rollback(applied)
            })
        };
        assert_eq!(valid(&sent), Ok(Ok(())));
        // With another block in the place of the one before the draw, where another request may have this number.
        frame_system::BlockHash::<Runtime>::insert(since - 1, Hash::repeat_byte(9));
        assert_eq!(valid(&sent), Err(InvalidTransaction::BadProof.into()));
    });
}

#[test]
fn nothing_should_be_asked_when_the_keystore_has_no_operator_key() {
    story(&[], |digits, node| {
        serve(digits, DAVE);
        pass(3);
        ask(digits, 1);
        assert_eq!(block(node).len(), 0);
        assert_eq!(node.asked(), []);
    });
}
