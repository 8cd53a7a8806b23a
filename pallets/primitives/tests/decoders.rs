//! Decoders of what others send, fed with what was sound before something happened to it: they never panic, take no more
//! memory than the bytes are worth, give what encodes to the same bytes, and what they give convicts nobody.

use codec::{Decode, Encode};
use proptest::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::Path;
use std::sync::OnceLock;
use veritrace_primitives::check::{
    check_graph, page_items, FactsInMemory, GraphChecker, GraphLimits,
};
use veritrace_primitives::commit::{tensor_root, trace_root};
use veritrace_primitives::evaluate::evaluate;
use veritrace_primitives::graph::*;
use veritrace_primitives::hash::Sha256;
use veritrace_primitives::page::{check_page_challenge, page_hashes, prove_page, PageProof, Trace};
use veritrace_primitives::proof::*;
use veritrace_primitives::prove::{opening, tile_target, Prover};

/// Counts what the test's own thread has taken, and how much it was at most.
struct Counting;

thread_local! {
    static TAKEN: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

fn count(more: isize) {
    let _ = TAKEN.try_with(|taken| {
        let (now, most) = taken.get();
        taken.set((now + more, most.max(now + more)));
    });
}

#[allow(unsafe_code)] // There is no other way to count; it only calls the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        System.alloc(layout)
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        System.dealloc(place, layout)
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What it gives, and the most bytes that it had taken at a time.
fn counted<R>(act: impl FnOnce() -> R) -> (R, usize) {
    let before = TAKEN.with(|taken| {
        let (now, _) = taken.get();
        taken.set((now, now));
        now
    });
    let result = act();
    let most = TAKEN.with(|taken| taken.get().1);
    (result, (most - before).max(0) as usize)
}

const LIMITS: GraphLimits = GraphLimits {
    max_proof_bytes: 256 * 1024,
    max_macs: 10_000_000,
    max_opening_bytes: 256 * 1024,
};
const PROOF_LIMITS: ProofLimits = ProofLimits {
    max_whole_bytes: 64 * 1024,
    max_macs: 10_000_000,
};

/// A network for handwritten digits, an honest claim about it, and everything that may be sent about that claim.
struct Sound {
    facts: ClaimFacts,
    graph_root: Digest,
    graph: Vec<u8>,
    headers: Vec<Vec<u8>>,
    nodes: Vec<Vec<u8>>,
    items: Vec<Vec<u8>>,
    contradictions: Vec<Vec<u8>>,
    challenges: Vec<Vec<u8>>,
    openings: Vec<Vec<u8>>,
    malformed: Vec<Vec<u8>>,
    pages: Vec<Vec<u8>>,
    traces: Vec<Vec<u8>>,
    paged: ClaimFacts,
    leaf: (TensorSpec, Digest),
}

fn sound() -> &'static Sound {
    static SOUND: OnceLock<Sound> = OnceLock::new();
    SOUND.get_or_init(|| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../scenarios/models/digits-cnn/compiled/graph.bin");
        let bytes = std::fs::read(file).unwrap();
        let graph = Graph::decode(&mut &bytes[..]).unwrap();
        let input: Vec<u8> = (0..graph.header.inputs[0].shape.iter().product::<u32>())
            .map(|at| (at % 17) as u8)
            .collect();
        let inputs = vec![input];
        let outputs = evaluate(&graph, &inputs).unwrap();
        let leaves: Vec<Digest> = graph
            .nodes
            .iter()
            .zip(&outputs)
            .map(|(node, output)| tensor_root::<Sha256>(&node.output, output).unwrap())
            .collect();
        let prover = Prover::new::<Sha256>(&graph).unwrap();
        let graph_root = prover.graph_root::<Sha256>();
        let facts = ClaimFacts {
            graph_root,
            node_count: graph.header.node_count,
            trace_root: trace_root::<Sha256>(&leaves),
            input_roots: vec![tensor_root::<Sha256>(&graph.header.inputs[0], &inputs[0]).unwrap()]
                .try_into()
                .unwrap(),
        };
        let openings: Vec<Opening> = graph
            .nodes
            .iter()
            .zip(&outputs)
            .flat_map(|(node, output)| {
                [0, u32::MAX].map(|most| opening::<Sha256>(&node.output, output, most).unwrap())
            })
            .collect();
        let mut contradictions = Vec::new();
        for index in 0..graph.header.node_count {
            let shown = &openings[2 * usize::from(index)];
            for target in [Some(Target::Whole), tile_target::<Sha256>(shown, 0)] {
                contradictions.extend(
                    target
                        .and_then(|target| {
                            prover
                                .contradiction::<Sha256>(index, &leaves, &inputs, &outputs, target)
                        })
                        .map(|proof| proof.encode()),
                );
            }
        }
        let long: Vec<Digest> = (0..3_000u32)
            .map(|at| {
                let mut leaf = [7; 32];
                leaf[..4].copy_from_slice(&at.to_le_bytes());
                leaf
            })
            .collect();
        let hashes = page_hashes::<Sha256>(&long);
        Sound {
            graph_root,
            headers: vec![graph.header.encode()],
            nodes: graph.nodes.iter().map(Encode::encode).collect(),
            items: page_items::<Sha256>(&graph)
                .unwrap()
                .iter()
                .map(Encode::encode)
                .collect(),
            contradictions,
            challenges: (0..graph.header.node_count)
                .map(|index| prover.challenge::<Sha256>(index, &leaves).unwrap().encode())
                .collect(),
            openings: openings.iter().map(Encode::encode).collect(),
            malformed: (0..graph.header.node_count)
                .map(|index| prover.malformed::<Sha256>(index).unwrap().encode())
                .collect(),
            pages: (0..3)
                .map(|page| prove_page::<Sha256>(&hashes, page).unwrap().encode())
                .collect(),
            traces: vec![
                Trace::of::<Sha256>(&leaves, &graph.header.outputs)
                    .unwrap()
                    .encode(),
                Trace::of::<Sha256>(&long, &[2_999]).unwrap().encode(),
            ],
            paged: ClaimFacts {
                node_count: 3_000,
                trace_root: trace_root::<Sha256>(&long),
                ..facts.clone()
            },
            leaf: (graph.nodes[0].output.clone(), leaves[0]),
            facts,
            graph: bytes,
        }
    })
}

/// Something that happens to bytes; the place is a share of their length.
#[derive(Clone, Debug)]
enum Change {
    Flip(u16, u8),
    Set(u16, u8),
    Cut(u16),
    Remove(u16, u8),
    Insert(u16, Vec<u8>),
    Repeat(u16, u8, u8),
}

fn change() -> impl Strategy<Value = Change> {
    // Bytes at which compact lengths and tags change their meaning.
    let byte = prop_oneof![
        prop::sample::select(vec![0u8, 1, 2, 3, 4, 0x7f, 0x80, 0xfc, 0xfe, 0xff]),
        any::<u8>(),
    ];
    prop_oneof![
        (any::<u16>(), 0..8u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (any::<u16>(), byte).prop_map(|(at, byte)| Change::Set(at, byte)),
        any::<u16>().prop_map(Change::Cut),
        (any::<u16>(), any::<u8>()).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<u16>(), prop::collection::vec(any::<u8>(), 1..12))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (any::<u16>(), any::<u8>(), 1..40u8)
            .prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
    ]
}

fn applied(mut bytes: Vec<u8>, change: &Change) -> Vec<u8> {
    let place = |at: u16, bytes: &[u8]| usize::from(at) * bytes.len() / (1 << 16);
    match change {
        Change::Flip(at, bit) => {
            let at = place(*at, &bytes);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        Change::Set(at, new) => {
            let at = place(*at, &bytes);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = *new;
            }
        }
        Change::Cut(at) => bytes.truncate(place(*at, &bytes)),
        Change::Remove(at, length) => {
            let at = place(*at, &bytes);
            let end = bytes.len().min(at + usize::from(*length));
            bytes.drain(at..end);
        }
        Change::Insert(at, new) => {
            let at = place(*at, &bytes);
            bytes.splice(at..at, new.iter().copied());
        }
        Change::Repeat(at, length, times) => {
            let at = place(*at, &bytes);
            let end = bytes.len().min(at + usize::from(*length));
            let part = bytes[at..end].repeat(usize::from(*times));
            bytes.splice(at..at, part);
        }
    }
    bytes
}

/// One of the sound encodings after a few changes.
fn mutated(of: fn(&Sound) -> &Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let any_of = any::<prop::sample::Index>();
    (any_of, prop::collection::vec(change(), 1..4)).prop_map(move |(which, changes)| {
        let sound = of(sound());
        let first = sound[which.index(sound.len())].clone();
        changes.iter().fold(first, applied)
    })
}

/// Decodes, and sees to memory and to what it encodes to. Nodes and specs take up to some fifty bytes for one of input.
fn decoded<T: Decode + Encode>(bytes: &[u8]) -> Option<T> {
    let (value, most) = counted(|| decode::<T>(bytes).ok());
    assert!(
        most <= 64 * bytes.len() + 64 * 1024,
        "{most} bytes of memory for {} bytes",
        bytes.len()
    );
    let value = value?;
    assert_eq!(value.encode(), bytes, "what is decoded is what was sent");
    Some(value)
}

fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig::with_cases(asked.and_then(|text| text.parse().ok()).unwrap_or(usual))
}

#[test]
fn sound_bytes_should_decode_and_be_accepted_for_what_they_are() {
    let sound = sound();
    let graph = decode::<Graph>(&sound.graph).unwrap();
    assert_eq!(
        check_graph::<Sha256>(&graph, &LIMITS).unwrap().0,
        sound.graph_root
    );
    assert!(sound.contradictions.len() > graph.nodes.len());
    for bytes in &sound.contradictions {
        let proof = decoded::<Contradiction>(bytes).unwrap();
        let verdict = check::<Sha256>(&sound.facts, &proof, &PROOF_LIMITS);
        // Of a claim that is true.
        assert!(
            matches!(
                verdict,
                Err(Rejection::ClaimHolds | Rejection::NodeTooLarge)
            ),
            "{verdict:?}"
        );
    }
    for bytes in &sound.challenges {
        let proof = decoded::<ChallengeProof>(bytes).unwrap();
        check_challenge::<Sha256>(&sound.facts, &proof).unwrap();
    }
    for bytes in &sound.pages {
        let proof = decoded::<PageProof>(bytes).unwrap();
        check_page_challenge::<Sha256>(&sound.paged, &proof).unwrap();
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn contradiction_that_something_happened_to_should_convict_nobody(bytes in mutated(|sound| &sound.contradictions)) {
        if let Some(proof) = decoded::<Contradiction>(&bytes) {
            prop_assert!(check::<Sha256>(&sound().facts, &proof, &PROOF_LIMITS).is_err());
        }
    }

    #[test]
    fn challenge_that_something_happened_to_should_be_of_a_node_of_the_claim(bytes in mutated(|sound| &sound.challenges)) {
        if let Some(proof) = decoded::<ChallengeProof>(&bytes) {
            // One that is accepted is a sound one, of this node or another.
            if check_challenge::<Sha256>(&sound().facts, &proof).is_ok() {
                prop_assert!(sound().challenges.contains(&bytes));
            }
        }
    }

    #[test]
    fn opening_that_something_happened_to_should_be_accepted_only_as_it_was(bytes in mutated(|sound| &sound.openings)) {
        let (spec, leaf) = &sound().leaf;
        if let Some(opening) = decoded::<Opening>(&bytes) {
            for most in [0, u32::MAX] {
                if check_opening::<Sha256>(spec, leaf, &opening, most).is_ok() {
                    prop_assert!(sound().openings.contains(&bytes));
                }
            }
        }
    }

    #[test]
    fn malformed_proof_that_something_happened_to_should_condemn_no_sound_model(bytes in mutated(|sound| &sound.malformed)) {
        if let Some(proof) = decoded::<MalformedProof>(&bytes) {
            prop_assert!(check_malformed::<Sha256>(&sound().graph_root, &proof).is_err());
        }
    }

    #[test]
    fn page_proof_that_something_happened_to_should_be_accepted_only_as_it_was(bytes in mutated(|sound| &sound.pages)) {
        if let Some(proof) = decoded::<PageProof>(&bytes) {
            if check_page_challenge::<Sha256>(&sound().paged, &proof).is_ok() {
                prop_assert!(sound().pages.contains(&bytes));
            }
        }
    }

    #[test]
    fn trace_that_something_happened_to_should_decode_to_itself(bytes in mutated(|sound| &sound.traces)) {
        decoded::<Trace>(&bytes);
    }

    #[test]
    fn header_and_node_that_something_happened_to_should_decode_to_themselves(
        header in mutated(|sound| &sound.headers),
        node in mutated(|sound| &sound.nodes),
    ) {
        decoded::<GraphHeader>(&header);
        decoded::<Node>(&node);
    }

    /// A page of a graph in which one item was changed is refused, or is of another graph.
    #[test]
    fn page_item_that_something_happened_to_should_not_pass_for_the_model(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let sound = sound();
        let at = which.index(sound.items.len());
        let bytes = changes.iter().fold(sound.items[at].clone(), applied);
        if let Some(item) = decoded::<PageItem>(&bytes) {
            let header = decode::<GraphHeader>(&sound.headers[0]).unwrap();
            let mut checker = GraphChecker::new(header).unwrap();
            let mut facts = FactsInMemory::default();
            let others = sound.items.iter().enumerate().map(|(index, bytes)| {
                if index == at { item.clone() } else { decode::<PageItem>(bytes).unwrap() }
            });
            let all_taken = others
                .into_iter()
                .all(|item| checker.push::<Sha256>(&mut facts, &item, &LIMITS).is_ok());
            if all_taken && bytes != sound.items[at] {
                let root = checker.finish::<Sha256>(&mut facts).map(|(root, _)| root);
                prop_assert_ne!(root, Ok(sound.graph_root));
            }
        }
    }
}
