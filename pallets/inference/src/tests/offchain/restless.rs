//! Nodes, sidecars and blocks that fail at any time. As long as something works every few blocks, the worker does all it
//! owes in time, and no nonce is signed for twice while the first transaction may still be included.

use super::*;
use codec::Decode;
use proptest::prelude::*;

/// What a block is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Weather {
    /// All goes well.
    Fair,
    /// The sidecar is not running.
    NoSidecar,
    /// The sidecar hangs.
    Hanging,
    /// It computes.
    Busy,
    /// The node is restarted after it has worked, and its pool is empty.
    PoolLost,
    /// The node is restarted between writing down a transaction and giving it to the pool.
    CutOff,
    /// The pool is full.
    Refusing,
    /// The node is down.
    Down,
    /// No transaction has room in the next block.
    Full,
    /// The node is killed while it has the lock.
    Locked,
}

fn weather() -> impl Strategy<Value = Weather> {
    use Weather::*;
    prop_oneof![
        4 => Just(Fair),
        1 => Just(NoSidecar),
        1 => Just(Hanging),
        1 => Just(Busy),
        1 => Just(PoolLost),
        1 => Just(CutOff),
        1 => Just(Refusing),
        1 => Just(Down),
        1 => Just(Full),
        1 => Just(Locked),
    ]
}

/// Three blocks of any weather, then two fair ones.
fn seasons() -> impl Strategy<Value = Vec<Weather>> {
    prop::collection::vec(prop::array::uniform3(weather()), 40).prop_map(|seasons| {
        seasons
            .into_iter()
            .flat_map(|[a, b, c]| [a, b, c, Weather::Fair, Weather::Fair])
            .collect()
    })
}

fn request(redundancy: u8) -> RequestId {
    let id = crate::NextRequestId::<Test>::get();
    assert_ok!(Inference::submit_inference_request(
        RuntimeOrigin::signed(USER),
        MODEL,
        inputs(),
        PRICE * u64::from(redundancy),
        25,
        redundancy,
    ));
    id
}

/// What the other worker does, who is never in trouble.
fn other_works() {
    let other = WORKER + 1;
    for id in crate::WorkOf::<Test>::get(other) {
        let record = record(id);
        let now = System::block_number();
        match (record.status, state_of(id, other)) {
            (RequestStatus::Assigned, SlotState::Assigned) => {
                assert_ok!(result(id, other, 1));
            }
            (RequestStatus::Committing, SlotState::Assigned) => {
                assert_ok!(commit_to(id, other, 1));
            }
            (RequestStatus::Revealing, SlotState::Committed(_)) if now > record.since => {
                assert_ok!(reveal(id, other, 1));
            }
            _ => {}
        }
    }
}

/// The node around the chain, and what it has signed.
struct Watch<'a> {
    node: &'a Node,
    pool: Vec<Transaction>,
    signed: Vec<Transaction>,
}

impl Watch<'_> {
    /// Takes what was sent into the pool.
    fn collect(&mut self) {
        for sent in self.node.sent::<Transaction>() {
            self.note(sent.clone());
            if !self.pool.contains(&sent) {
                self.pool.push(sent);
            }
        }
        if let Some(record) = record_of(self.node, OPERATOR) {
            self.note(Transaction::decode(&mut &record.transaction[..]).unwrap());
        }
    }

    /// Nothing is signed for a nonce while another transaction may use it.
    fn note(&mut self, sent: Transaction) {
        if self.signed.contains(&sent) {
            return;
        }
        let now = System::block_number();
        let rival = self
            .signed
            .iter()
            .find(|other| other.nonce == sent.nonce && now + 1 < other.birth + other.life);
        assert_eq!(rival, None, "{sent:?} has a rival");
        self.signed.push(sent);
    }

    fn include(&mut self) {
        let now = System::block_number();
        let nonce = System::account_nonce(OPERATOR);
        self.pool
            .retain(|each| each.nonce >= nonce && now < each.birth + each.life);
        if let Some(at) = self.pool.iter().position(|each| each.nonce == nonce) {
            include(&self.pool.remove(at));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn worker_should_do_all_it_owes_when_anything_fails_for_some_blocks(seasons in seasons()) {
        story_of(ExtBuilder::default().with_workers(2), |node| {
            let mut watch = Watch { node, pool: Vec::new(), signed: Vec::new() };
            let mut open = Vec::new();
            for (index, weather) in seasons.into_iter().enumerate() {
                open.retain(|id| crate::InferenceRequests::<Test>::contains_key(id));
                if index % 20 == 0 && open.len() < 2 {
                    open.push(request(if index % 40 == 0 { 2 } else { 1 }));
                }
                node.wait(3_000);
                match weather {
                    Weather::NoSidecar => node.sidecar(|_| Reply::Refused),
                    Weather::Hanging => node.sidecar(|_| Reply::Silent),
                    Weather::Busy => node.answers(Answer::Pending),
                    _ => node.sidecar(able),
                }
                node.pool(match weather {
                    Weather::CutOff => Door::Leaky,
                    Weather::Refusing => Door::Closed,
                    _ => Door::Open,
                });
                if weather != Weather::Down {
                    work();
                }
                watch.collect();
                match weather {
                    Weather::PoolLost | Weather::CutOff | Weather::Down => watch.pool.clear(),
                    Weather::Locked => {
                        let held = node::lock_until(4_000, node);
                        node.store(&crate::offchain::lock_key(&OPERATOR), &held);
                    }
                    _ => {}
                }
                pass(1);
                if weather != Weather::Full {
                    watch.include();
                }
                other_works();
            }
            assert_eq!(Stakes::get(WORKER), STAKE, "it was never late");
        });
    }
}
