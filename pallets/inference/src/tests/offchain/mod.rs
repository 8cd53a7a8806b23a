//! The off-chain worker. One file for each thing it has to get right.

mod address;
mod choice;
mod fates;
mod keys;
mod life;
mod node;
mod protocol;
mod restless;
mod trouble;
mod unavailable;

use crate::mock::*;
use crate::offchain::{Action, Answer, Job};
use crate::{Call, RequestStatus, SlotState};
use frame_support::assert_ok;
use frame_support::traits::Hooks;
use node::{Door, Node, Reply};
use sp_core::H256;
use sp_runtime::traits::Dispatchable;
use veritrace_primitives::page::{Subject, Trace};
use veritrace_primitives::traits::{HostSha256, RequestId};

/// The worker that the node works for; nobody else is drawn where it is the only one.
const WORKER: AccountId = FIRST_WORKER;
/// Its operator, whose key the node has.
const OPERATOR: AccountId = WORKER + 100;

/// A chain with one worker, and a node that works for it. The books are checked at the end.
fn story(play: impl FnOnce(&Node)) {
    story_of(ExtBuilder::default().with_workers(1), play);
}

fn story_of(builder: ExtBuilder, play: impl FnOnce(&Node)) {
    let mut chain = builder.build();
    let node = Node::around(&mut chain);
    Keys::set(vec![OPERATOR]);
    chain.execute_with(|| {
        let issued = Balances::total_issuance();
        set_hashes(0, 0);
        play(&node);
        check_everything(issued);
    });
    Keys::set(Vec::new());
}

/// Gives blocks hashes, up to the present one; from the block `from` on, those of another branch.
fn set_hashes(from: BlockNumber, branch: u8) {
    for number in from..=System::block_number() {
        let mut hash = [branch; 32];
        hash[..4].copy_from_slice(&number.to_le_bytes());
        frame_system::BlockHash::<Test>::insert(number, H256(hash));
    }
}

/// The off-chain worker of the present block, which is the best one.
fn work() {
    Inference::offchain_worker(System::block_number());
}

/// So many blocks later.
fn pass(blocks: BlockNumber) {
    for _ in 0..blocks {
        advance(1);
        let now = System::block_number();
        set_hashes(now, 0);
    }
}

/// Includes a transaction in the present block, as far as a chain would.
fn include(transaction: &Transaction) {
    let Transaction {
        account,
        nonce,
        birth,
        birth_hash,
        life,
        call,
    } = transaction.clone();
    let now = System::block_number();
    assert_eq!(
        System::account_nonce(account),
        nonce,
        "it is the account's next"
    );
    assert!(birth < now && now < birth + life, "it is alive");
    assert_eq!(
        System::block_hash(birth),
        birth_hash,
        "it is of this branch"
    );
    System::inc_account_nonce(account);
    assert_ok!(call.dispatch(RuntimeOrigin::signed(account)));
}

/// The only transaction sent since the last time.
fn only(node: &Node) -> Transaction {
    let mut sent = node.sent::<Transaction>();
    assert_eq!(sent.len(), 1, "one is sent: {sent:?}");
    sent.remove(0)
}

fn none(node: &Node) {
    assert_eq!(node.sent::<Transaction>(), []);
}

fn submission(id: RequestId, tag: u8) -> RuntimeCall {
    let (trace, outputs) = answer(tag);
    Call::submit_inference_result {
        request: id,
        trace,
        outputs,
    }
    .into()
}

/// A sidecar that is asked for a result of that tag.
fn submitted(tag: u8) -> Answer {
    let (_, outputs) = answer(tag);
    Answer::Submit {
        trace: leaves(tag),
        outputs: outputs
            .into_iter()
            .map(|output| output.into_inner())
            .collect(),
    }
}

fn revealed(tag: u8, salt: [u8; 32]) -> Answer {
    match submitted(tag) {
        Answer::Submit { trace, outputs } => Answer::Reveal {
            trace,
            outputs,
            salt,
        },
        other => panic!("{other:?}"),
    }
}

/// A sidecar that knows the answer to everything the worker is asked.
fn able(job: &Job) -> Reply {
    Reply::Answer(match job.action {
        Action::Submit => submitted(1),
        Action::Commit => Answer::Commit {
            commitment: commitment(job.request, WORKER, 1),
        },
        Action::Reveal { .. } => revealed(1, salt(WORKER)),
        Action::Open { node, .. } => Answer::Open {
            opening: vec![node as u8],
        },
        Action::OpenPage { page } => Answer::Open {
            opening: vec![200, page as u8],
        },
        Action::Attest { node, .. } => Answer::Attest {
            proof: vec![node as u8],
        },
    })
}

/// Of an operator key's last transaction.
fn record_of(node: &Node, operator: AccountId) -> Option<crate::offchain::outbox::SentOf<Test>> {
    use codec::DecodeAll;
    let stored = node.stored(&crate::offchain::outbox::storage_key(&operator))?;
    Some(DecodeAll::decode_all(&mut &stored[..]).unwrap())
}
