//! Claims of long traces: challenged by page, opened lazily, and then contradicted as any other.

use super::*;
use crate::fixture::{lookups, Run};
use crate::seals::Accusation;
use crate::{
    Bounties, Call, ChallengeCount, ChallengeRecord, ChallengeState, Challenges, Content, Error,
    Evidence, Opened, PendingOpenBytes, RunningCount, Salt,
};
use codec::Encode;
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_runtime::BoundedVec;
use std::sync::OnceLock;
use veritrace_primitives::evaluate::evaluate_at;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::{
    page_hashes, page_of, prove_page, PageProof, PagedTrace, Subject, PAGE_LEAVES,
};
use veritrace_primitives::proof::{Opening, Target, TargetKind};
use veritrace_primitives::prove::{element_target, first_wrong_tile};
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{ChallengeBook, HostSha256};

/// Nodes of the graph: a full page, and one of 102 leaves.
const NODES: u16 = 1_126;
/// Bond of a challenge of a full page, and of one of a node or of the last page.
const FULL_BOND: Balance = 100_000 + 32 * 10_000;
const LAST_BOND: Balance = 100_000 + 4 * 10_000;
const NODE_BOND: Balance = 110_000;
const SALT: Salt = [5; 32];

/// The honest run, evaluated once.
fn truth() -> &'static (Run, Vec<Digest>) {
    static TRUTH: OnceLock<(Run, Vec<Digest>)> = OnceLock::new();
    TRUTH.get_or_init(|| {
        let run = Run::new(lookups(NODES, 3), vec![vec![5, 77, 200]]);
        let leaves = run.leaves();
        (run, leaves)
    })
}

/// What a worker says, and what it shows.
pub(super) struct LongClaim {
    said: Run,
    leaves: Vec<Digest>,
    /// The hashes it reveals, which may be of nothing.
    pages: Vec<Digest>,
}

impl LongClaim {
    pub(super) fn honest() -> Self {
        let (said, leaves) = truth().clone();
        Self {
            pages: page_hashes::<HostSha256>(&leaves),
            said,
            leaves,
        }
    }

    /// Changes a byte of a node's output; what follows is computed from the lie, or stays as it was.
    fn lie_at(node: u16, consistent: bool) -> Self {
        let mut claim = Self::honest();
        claim.said.outputs[usize::from(node)][1] ^= 64;
        let last = if consistent { NODES } else { node + 1 };
        for later in node + 1..last {
            let output = evaluate_at(
                &claim.said.graph,
                later,
                &claim.said.inputs,
                &claim.said.outputs,
            )
            .unwrap();
            claim.said.outputs[usize::from(later)] = output;
        }
        for index in node..last {
            claim.leaves[usize::from(index)] = claim.said.leaf(index);
        }
        claim.pages = page_hashes::<HostSha256>(&claim.leaves);
        claim
    }

    /// Reveals a page with nothing under it.
    fn garbage_page(page: u16) -> Self {
        let mut claim = Self::honest();
        claim.pages[usize::from(page)] = [9; 32];
        claim
    }

    fn trace_root(&self) -> Digest {
        PagedTrace::new(NODES, self.pages.clone())
            .unwrap()
            .root::<HostSha256>()
    }

    pub(super) fn reveal(&self, worker: AccountId) {
        let (truth, _) = truth();
        Book::reveal(
            R,
            worker,
            book::Claim {
                graph_root: truth.graph_root(),
                node_count: NODES,
                trace_root: self.trace_root(),
                input_roots: truth.input_roots(),
                challenges: 0,
            },
        );
    }

    pub(super) fn proof(&self, page: u16) -> PageProof {
        prove_page::<HostSha256>(&self.pages, page).unwrap()
    }

    fn page(&self, page: u16) -> Vec<Digest> {
        let start = usize::from(page) * PAGE_LEAVES as usize;
        self.leaves[start..self.leaves.len().min(start + 1024)].to_vec()
    }

    /// The first page that is not the challenger's.
    fn first_wrong_page(&self) -> u16 {
        let own = page_hashes::<HostSha256>(&truth().1);
        own.iter()
            .zip(&self.pages)
            .position(|(a, b)| a != b)
            .unwrap() as u16
    }

    /// What a challenger knows once `page` was opened: it, and all before it.
    fn view(&self, page: u16) -> PagedTrace {
        let mut view = PagedTrace::new(NODES, self.pages.clone()).unwrap();
        for before in 0..page {
            let start = usize::from(before) * 1024;
            let own = truth().1[start..start + 1024].to_vec();
            view.show::<HostSha256>(before, own).unwrap();
        }
        view.show::<HostSha256>(page, self.page(page)).unwrap();
        view
    }

    fn whole(&self, node: u16) -> Vec<u8> {
        let view = self.view(page_of(node));
        truth().0.contradiction(&view, node, Target::Whole)
    }
}

pub(super) fn challenge_page(
    who: AccountId,
    worker: AccountId,
    proof: PageProof,
) -> DispatchResultWithPostInfo {
    Disputes::challenge_page(RuntimeOrigin::signed(who), R, worker, proof)
}

fn open_page(worker: AccountId, page: u16, leaves: Vec<Digest>) -> DispatchResultWithPostInfo {
    Disputes::open_page(
        RuntimeOrigin::signed(operator(worker)),
        R,
        page,
        leaves.try_into().unwrap(),
    )
}

fn expire(subject: Subject) -> DispatchResultWithPostInfo {
    Disputes::expire_challenge(RuntimeOrigin::signed(STRANGER), R, WORKER, subject)
}

fn reclaim(subject: Subject) -> sp_runtime::DispatchResult {
    Disputes::reclaim_bond(RuntimeOrigin::signed(STRANGER), R, WORKER, subject)
}

fn contradict(who: AccountId, proof: Vec<u8>, salt: Option<Salt>) -> DispatchResultWithPostInfo {
    let proof = proof.try_into().unwrap();
    Disputes::contradict_node(RuntimeOrigin::signed(who), R, WORKER, proof, salt)
}

fn challenge_node(who: AccountId, proof: Vec<u8>) -> DispatchResultWithPostInfo {
    let proof = proof.try_into().unwrap();
    Disputes::challenge(RuntimeOrigin::signed(who), R, WORKER, proof)
}

fn open_node(node: u16, opening: &Opening) -> DispatchResultWithPostInfo {
    let opening = opening.encode().try_into().unwrap();
    Disputes::open(RuntimeOrigin::signed(operator(WORKER)), R, node, opening)
}

fn state(subject: Subject) -> ChallengeState<u64> {
    Challenges::<Test>::get((R, WORKER), subject).unwrap().state
}

#[test]
fn page_challenge_should_hold_a_bond_and_start_a_clock() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        claim.reveal(WORKER);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(0)));
        // 10 blocks, and 2 more for each KiB.
        let due = 2 + 10 + 2 * 32;
        assert_eq!(
            Challenges::<Test>::get((R, WORKER), Subject::Page(0)).unwrap(),
            ChallengeRecord {
                challenger: CHALLENGER,
                bond: FULL_BOND,
                digest: claim.pages[0],
                content: Content::Leaves(1024),
                state: ChallengeState::Awaiting { due },
                opening_bytes: 32 * 1024,
                at: 1,
            }
        );
        System::assert_last_event(
            Event::PageChallenged {
                request: R,
                worker: WORKER,
                page: 0,
                challenger: CHALLENGER,
                bond: FULL_BOND,
                opening_bytes: 32 * 1024,
                due,
            }
            .into(),
        );
        assert_eq!(bonds(CHALLENGER), FULL_BOND);
        assert_eq!(
            ChallengeCount::<Test>::get((R, WORKER)),
            RunningCount { nodes: 0, pages: 1 }
        );
        assert_eq!(book::Claims::<Test>::get(R, WORKER).unwrap().challenges, 1);
        // The last page is shorter, and whoever has more to open has longer.
        assert_free(challenge_page(STRANGER, WORKER, claim.proof(1)));
        assert_eq!(bonds(STRANGER), LAST_BOND);
        assert_eq!(PendingOpenBytes::<Test>::get(WORKER), 32 * u32::from(NODES));
        let due = 2 + 10 + 2 * 36;
        assert_eq!(state(Subject::Page(1)), ChallengeState::Awaiting { due });
    });
}

#[test]
fn page_should_not_be_challenged_twice() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        claim.reveal(WORKER);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(1)));
        let again = || challenge_page(STRANGER, WORKER, claim.proof(1));
        assert_noop!(again(), Error::<Test>::AlreadyChallenged);
        assert_free(open_page(WORKER, 1, claim.page(1)));
        assert_noop!(again(), Error::<Test>::AlreadyChallenged);
        pass(21);
        assert_ok!(expire(Subject::Page(1)));
        assert_noop!(again(), Error::<Test>::AlreadyOpened);
        // Which says nothing about a node of the same number.
        assert!(!Opened::<Test>::get(R, WORKER).contains(Subject::Node(1)));
    });
}

#[test]
fn page_challenge_should_be_rejected_when_it_is_not_about_the_claim() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        claim.reveal(WORKER);
        let liar = LongClaim::lie_at(1_030, true);
        assert_rejected(Rejection::NotTheClaim, CHALLENGER, || {
            challenge_page(CHALLENGER, WORKER, liar.proof(1))
        });
        let beyond = PageProof {
            page: 2,
            ..claim.proof(1)
        };
        assert_rejected(Rejection::OutOfBounds, CHALLENGER, || {
            challenge_page(CHALLENGER, WORKER, beyond)
        });
        assert_eq!(bonds(CHALLENGER), 0);
        assert_eq!(PendingOpenBytes::<Test>::get(WORKER), 0);
    });
}

#[test]
fn opening_of_a_page_should_be_declared_by_its_leaves() {
    use crate::page_impls::leaves_of_bytes;
    use crate::WeightInfo;
    for count in [0, 1, 2, PAGE_LEAVES] {
        let leaves = vec![[0; 32]; count as usize];
        let call = Call::<Test>::open_page {
            request: R,
            page: 0,
            leaves: leaves.try_into().unwrap(),
        };
        assert_eq!(
            call.get_dispatch_info().call_weight,
            <() as WeightInfo>::open_page(count).max(<() as WeightInfo>::open_page_rejected(count))
        );
    }
    // Part of a leaf counts as one.
    assert_eq!((leaves_of_bytes(32), leaves_of_bytes(33)), (1, 2));
}

#[test]
fn claim_of_few_nodes_should_have_no_pages() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = super::toy::Claim::honest(1);
        claim.reveal(R, WORKER);
        let proof = prove_page::<HostSha256>(&page_hashes::<HostSha256>(&claim.leaves), 0).unwrap();
        assert_rejected(Rejection::OutOfBounds, CHALLENGER, || {
            challenge_page(CHALLENGER, WORKER, proof)
        });
    });
}

#[test]
fn page_challenge_should_be_refused_when_no_claim_is_open_or_funds_are_missing() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        assert_noop!(
            challenge_page(CHALLENGER, WORKER, claim.proof(0)),
            Error::<Test>::ClaimNotOpen
        );
        claim.reveal(WORKER);
        assert_noop!(
            challenge_page(POOR, WORKER, claim.proof(0)),
            Error::<Test>::PenaltyNotCovered
        );
    });
}

#[test]
fn opened_page_should_stop_the_clock_and_pay_the_worker_when_nobody_objects() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        claim.reveal(WORKER);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(0)));
        // The last block of the clock.
        pass(74);
        let info = open_page(WORKER, 0, claim.page(0)).unwrap();
        assert_eq!(info.pays_fee, Pays::No);
        System::assert_last_event(
            Event::PageOpened {
                request: R,
                worker: WORKER,
                page: 0,
                due: 75 + 21,
            }
            .into(),
        );
        assert!(Opened::<Test>::get(R, WORKER).contains(Subject::Page(0)));
        assert_eq!(PendingOpenBytes::<Test>::get(WORKER), 0);
        pass(20);
        assert_noop!(expire(Subject::Page(0)), Error::<Test>::TooEarly);
        pass(1);
        let free = Balances::free_balance(WORKER);
        assert_ok!(expire(Subject::Page(0)));
        assert_eq!(Balances::free_balance(WORKER), free + FULL_BOND / 2);
        assert_eq!(total(CHALLENGER), FUNDS - FULL_BOND);
        assert!(is_open(R, WORKER));
    });
}

#[test]
fn page_should_be_rejected_when_its_leaves_are_not_those_under_the_hash() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        claim.reveal(WORKER);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(1)));
        let other = LongClaim::lie_at(1_030, true);
        assert_rejected(Rejection::NotUnderPage, operator(WORKER), || {
            open_page(WORKER, 1, other.page(1))
        });
        assert_rejected(Rejection::WrongOpening, operator(WORKER), || {
            open_page(WORKER, 1, claim.page(1)[1..].to_vec())
        });
        assert_rejected(Rejection::WrongOpening, operator(WORKER), || {
            open_page(WORKER, 1, claim.page(0))
        });
        assert_noop!(
            open_page(WORKER, 0, claim.page(0)),
            Error::<Test>::NotChallenged
        );
        assert_noop!(
            open_page(STRANGER, 1, claim.page(1)),
            Error::<Test>::NotOperator
        );
        // The clock runs on, and the right leaves still count.
        assert_eq!(
            state(Subject::Page(1)),
            ChallengeState::Awaiting { due: 2 + 10 + 8 }
        );
        pass(18);
        assert_free(open_page(WORKER, 1, claim.page(1)));
        assert_noop!(
            open_page(WORKER, 1, claim.page(1)),
            Error::<Test>::AlreadyOpened
        );
    });
}

#[test]
fn page_should_be_refused_when_late() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        claim.reveal(WORKER);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(1)));
        pass(19);
        assert_noop!(open_page(WORKER, 1, claim.page(1)), Error::<Test>::TooLate);
    });
}

#[test]
fn withheld_page_should_convict() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::garbage_page(1);
        claim.reveal(WORKER);
        assert_eq!(claim.first_wrong_page(), 1);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(1)));
        pass(19);
        assert_convicted(WORKER, || expire(Subject::Page(1)));
        System::assert_last_event(
            Event::ClaimConvicted {
                request: R,
                worker: WORKER,
                trace_root: claim.trace_root(),
                subject: Subject::Page(1),
                challenger: CHALLENGER,
                evidence: Evidence::Silence,
                struck: 1,
            }
            .into(),
        );
        assert_eq!(bonds(CHALLENGER), 0);
    });
}

/// The lie of the README, in three transactions: the node is small.
#[test]
fn lie_in_a_long_trace_should_be_settled_in_three_transactions() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::lie_at(1_100, true);
        claim.reveal(WORKER);
        let page = claim.first_wrong_page();
        assert_eq!(page, 1);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(page)));
        pass(1);
        assert_free(open_page(WORKER, page, claim.page(page)));
        pass(1);
        assert_convicted(WORKER, || contradict(CHALLENGER, claim.whole(1_100), None));
        System::assert_has_event(
            Event::ClaimConvicted {
                request: R,
                worker: WORKER,
                trace_root: claim.trace_root(),
                subject: Subject::Node(1_100),
                challenger: CHALLENGER,
                evidence: Evidence::Contradiction(TargetKind::Node),
                struck: 1,
            }
            .into(),
        );
        assert_ok!(reclaim(Subject::Page(page)));
        assert_eq!(total(CHALLENGER), FUNDS + BOUNTY);
    });
}

/// And in five, where the node has to be opened as well.
#[test]
fn large_node_of_a_long_trace_should_be_settled_in_five_transactions() {
    ExtBuilder::default()
        .with_step_limit(0)
        .build_and_execute(|| {
            let node = 1_050;
            let claim = LongClaim::lie_at(node, true);
            claim.reveal(WORKER);
            assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(1)));
            pass(1);
            assert_free(open_page(WORKER, 1, claim.page(1)));
            // In the last block in which it is sure that the page's bond is not forfeited.
            pass(20);
            let view = claim.view(1);
            assert_free(challenge_node(CHALLENGER, truth().0.challenge(&view, node)));
            assert_eq!(bonds(CHALLENGER), LAST_BOND + NODE_BOND);

            // The page is over by its own clock, but not as long as the node is disputed.
            pass(11);
            assert_noop!(expire(Subject::Page(1)), Error::<Test>::NodesChallenged);
            let opening = claim.said.opening(node, MAX_OPENING).unwrap();
            assert_free(open_node(node, &opening));
            pass(19);
            assert_noop!(expire(Subject::Page(1)), Error::<Test>::NodesChallenged);
            let (run, _) = truth();
            let spec = &run.graph.nodes[usize::from(node)].output;
            let honest = &run.outputs[usize::from(node)];
            let tile = first_wrong_tile::<HostSha256>(Layout::One, spec, &opening, honest).unwrap();
            let target =
                element_target::<HostSha256>(Layout::One, spec, &opening, tile, honest).unwrap();
            let proof = run.contradiction(&view, node, target);
            assert_convicted(WORKER, || {
                let proof = proof.try_into().unwrap();
                let origin = RuntimeOrigin::signed(CHALLENGER);
                Disputes::contradict_element(origin, R, WORKER, proof, None)
            });
            assert_ok!(reclaim(Subject::Page(1)));
            assert_ok!(reclaim(Subject::Node(node)));
            assert_eq!(total(CHALLENGER), FUNDS + BOUNTY);
            assert_eq!(bonds(CHALLENGER), 0);
        });
}

#[test]
fn page_and_node_should_end_one_after_the_other_when_neither_is_contradicted() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        claim.reveal(WORKER);
        for page in 0..2 {
            assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(page)));
            assert_free(open_page(WORKER, page, claim.page(page)));
        }
        let view = claim.view(1);
        assert_free(challenge_node(
            CHALLENGER,
            truth().0.challenge(&view, 1_050),
        ));
        let opening = claim.said.opening(1_050, MAX_OPENING).unwrap();
        assert_free(open_node(1_050, &opening));
        pass(21);
        assert_noop!(expire(Subject::Page(1)), Error::<Test>::NodesChallenged);
        assert_ok!(expire(Subject::Node(1_050)));
        // Pages do not wait for each other.
        assert_ok!(expire(Subject::Page(0)));
        assert_ok!(expire(Subject::Page(1)));
        assert_eq!(ChallengeCount::<Test>::iter().count(), 0);
        assert_eq!(total(CHALLENGER), FUNDS - FULL_BOND - LAST_BOND - NODE_BOND);
    });
}

#[test]
fn seal_should_be_over_the_page() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::lie_at(1_100, true);
        claim.reveal(WORKER);
        let seal = |who: AccountId, subject| {
            let accusation = Accusation {
                request: R,
                trace_root: claim.trace_root(),
                subject,
            };
            let seal = accusation.sealed_by(&who, &SALT);
            assert_ok!(Disputes::seal(RuntimeOrigin::signed(who), seal));
        };
        // She knows the page and not the node; he copies the proof, and seals it in the meantime.
        seal(CHALLENGER, Subject::Page(1));
        pass(1);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(1)));
        assert_free(open_page(WORKER, 1, claim.page(1)));
        seal(STRANGER, Subject::Page(1));
        pass(1);
        assert_free(contradict(STRANGER, claim.whole(1_100), Some(SALT)));
        let bounty = Bounties::<Test>::get(R, claim.trace_root()).unwrap();
        assert_eq!(
            (bounty.holder, bounty.subject),
            (STRANGER, Subject::Page(1))
        );
        assert_ok!(Disputes::reveal_seal(
            RuntimeOrigin::signed(CHALLENGER),
            R,
            claim.trace_root(),
            SALT
        ));
        let bounty = Bounties::<Test>::get(R, claim.trace_root()).unwrap();
        assert_eq!(bounty.holder, CHALLENGER);
        assert_ok!(reclaim(Subject::Page(1)));
    });
}

#[test]
fn page_should_be_answered_off_chain_as_the_chain_accepts_it() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = LongClaim::honest();
        claim.reveal(WORKER);
        assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(1)));
        let seen = Disputes::challenges(R, &WORKER);
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (seen[0].subject, seen[0].is_opened),
            (Subject::Page(1), false)
        );
        let answer = |leaves: Vec<Digest>| {
            <Disputes as ChallengeBook<_, _>>::open(R, &WORKER, Subject::Page(1), leaves.encode())
        };
        let leaves = claim.page(1);
        assert_eq!(
            answer(leaves.clone()),
            Ok(Call::open_page {
                request: R,
                page: 1,
                leaves: leaves.clone().try_into().unwrap(),
            })
        );
        assert_eq!(answer(claim.page(0)), Err(Rejection::WrongOpening));
        assert_eq!(
            <Disputes as ChallengeBook<_, _>>::open(R, &WORKER, Subject::Page(1), vec![9]),
            Err(Rejection::Undecodable)
        );
        // An output is no answer to it.
        assert_eq!(
            <Disputes as ChallengeBook<_, _>>::open(
                R,
                &WORKER,
                Subject::Node(1),
                Opening::Tensor(vec![1, 2, 3]).encode()
            ),
            Err(Rejection::WrongOpening)
        );
    });
}

#[test]
fn calls_should_be_operational() {
    let proof = LongClaim::honest().proof(0);
    let calls = [
        Call::<Test>::challenge_page {
            request: R,
            worker: WORKER,
            proof,
        },
        Call::<Test>::open_page {
            request: R,
            page: 0,
            leaves: BoundedVec::new(),
        },
    ];
    for call in calls {
        assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn corrupted_long_claim_should_fall_to_one_honest_challenger(
        node in prop_oneof![0..NODES, 1_000u16..1_060], consistent in any::<bool>(), garbage in prop::option::of(0u16..2),
        small in any::<bool>(),
    ) {
        let claim = match garbage {
            Some(page) => LongClaim::garbage_page(page),
            None => LongClaim::lie_at(node, consistent),
        };
        let limit = if small { 64 * 1024 } else { 0 };
        ExtBuilder::default().with_step_limit(limit).build_and_execute(|| {
            claim.reveal(WORKER);
            let page = claim.first_wrong_page();
            assert_free(challenge_page(CHALLENGER, WORKER, claim.proof(page)));
            let leaves = claim.page(page);
            if page_hashes::<HostSha256>(&leaves)[0] != claim.pages[usize::from(page)] {
                pass(76);
                assert_ok!(expire(Subject::Page(page)));
            } else {
                assert_free(open_page(WORKER, page, leaves.clone()));
                let start = page * 1024;
                let own = &truth().1[usize::from(start)..];
                let place = own.iter().zip(&leaves).position(|(a, b)| a != b).unwrap();
                let found = start + place as u16;
                assert_eq!(found, node);
                if small {
                    assert_free(contradict(CHALLENGER, claim.whole(node), None));
                } else {
                    let (run, view) = (&truth().0, claim.view(page));
                    assert_free(challenge_node(CHALLENGER, run.challenge(&view, node)));
                    let opening = claim.said.opening(node, MAX_OPENING).unwrap();
                    assert_free(open_node(node, &opening));
                    let target = Run::tile(Layout::One, &opening, 0).unwrap();
                    let proof = run.contradiction(&view, node, target).try_into().unwrap();
                    let origin = RuntimeOrigin::signed(CHALLENGER);
                    assert_free(Disputes::contradict_tile(origin, R, WORKER, proof, None));
                    assert_ok!(reclaim(Subject::Node(node)));
                }
                assert_ok!(reclaim(Subject::Page(page)));
            }
            assert!(!is_open(R, WORKER));
            assert_eq!(total(CHALLENGER), FUNDS + BOUNTY);
            assert_eq!(bonds(CHALLENGER), 0);
            assert_eq!(Challenges::<Test>::iter().count(), 0);
        });
    }
}

#[test]
fn auditor_should_show_a_tile_of_a_trace_by_pages_when_it_has_computed_it() {
    // In each page, and at their edges.
    for node in [0, 1_023, 1_024, NODES - 1] {
        ExtBuilder::default().build_and_execute(|| {
            let claim = LongClaim::honest();
            claim.reveal(WORKER);
            Book::draw_auditor(R, WORKER, COPYCAT, node, 7);
            let (run, leaves) = truth();
            assert_free(toy::attest(COPYCAT, R, run.attestation(leaves, node, 7)));
        });
        ExtBuilder::default().build_and_execute(|| {
            // Of a lie it has neither the leaf nor the path.
            let claim = LongClaim::lie_at(5, true);
            claim.reveal(WORKER);
            Book::draw_auditor(R, WORKER, COPYCAT, node, 7);
            let (run, leaves) = truth();
            assert_rejected(Rejection::NotTheClaim, operator(COPYCAT), || {
                toy::attest(COPYCAT, R, run.attestation(leaves, node, 7))
            });
        });
    }
}
