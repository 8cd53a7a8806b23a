//! The two layouts side by side: what layout version 2 commits to, by vectors of another program, and what it refuses.

use veritrace_primitives::audit::{attest, check_attestation, tile_of_lot, Attestation};
use veritrace_primitives::check::{check_graph, page_items, GraphFault, GraphLimits, NodeCost};
use veritrace_primitives::chunks;
use veritrace_primitives::commit::{
    prove_tiles, root_from_tiles, root_of_committed, root_of_tiles, tensor_root, tile_hash,
    tile_hashes, tiles_root, trace_root, TilesRoot,
};
use veritrace_primitives::evaluate::{evaluate, EvaluationFault};
use veritrace_primitives::graph::*;
use veritrace_primitives::hash::Sha256;
use veritrace_primitives::kernel::Kernel;
use veritrace_primitives::proof::*;
use veritrace_primitives::prove::{
    element_target, first_wrong_tile, honest_tile, opening, opening_root, tile_target, Prover,
};
use veritrace_primitives::tensor::{Geometry, Layout};

const LIMITS: GraphLimits = GraphLimits {
    max_proof_bytes: u32::MAX,
    max_macs: u64::MAX,
    max_opening_bytes: u32::MAX,
};
const PROOF_LIMITS: ProofLimits = ProofLimits {
    max_whole_bytes: u32::MAX,
    max_macs: u64::MAX,
};

fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap(),
    }
}

fn hex(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Roots of bytes `31 i + 7 ⌊i / 256⌋`, put together elsewhere: another binding of BLAKE3, SHA-256 of OpenSSL.
#[test]
fn roots_should_be_those_of_another_program() {
    let vectors = [
        (
            DType::U8,
            &[][..],
            "a1b9d8dd8e89d66075adbcc61005b7f34c6ad981e0d9142b2a298ea914a6b072",
        ),
        (
            DType::U8,
            &[1][..],
            "10aa70806595b75efe832d5ed4b125d19e07bb0de32010849ebfda879b05f315",
        ),
        (
            DType::I8,
            &[1023][..],
            "880600b1438dbdfdf9ada8106a7196111a63e721d6b853b05895670b302c9740",
        ),
        (
            DType::U8,
            &[1024][..],
            "f56378ff31b0032baa3e4e168df2a98567db17f31385ce8904642592abcce13b",
        ),
        (
            DType::U8,
            &[1025][..],
            "7624a464a196525572f5e4fbc00408ebf471c97270b0b2a4780fda85b02b8cd2",
        ),
        (
            DType::I32,
            &[3, 171][..],
            "1b5f9bca9cbe01682934f0fe55997c8d3f89987dd6936422b0e18fe8d137c0f5",
        ),
        (
            DType::U8,
            &[1, 3, 5, 7][..],
            "5be5910f0fce29f0abc7b857168bf9fb773db2a5e5929acc05e111a316b477e9",
        ),
        (
            DType::I8,
            &[2, 5, 11, 13][..],
            "b28114cd8008329727bda730052e35d715fc88ffc376e10306deb9301646bec7",
        ),
        (
            DType::I32,
            &[1, 7, 9, 11][..],
            "f22c521efd53fc2a1686fd65bd63daea44ac113000efe9512b165207089713fc",
        ),
        (
            DType::U8,
            &[1, 96, 9, 5][..],
            "0d9f3e5147e3fa54ee7390d418cd14a126320df1aea8fbb7cfbe3f39698a44b9",
        ),
        (
            DType::F32,
            &[70, 100][..],
            "c62031e828f646bd7e60b27768e80dd90972b21af3a21222803a9e830dece1c2",
        ),
        (
            DType::U8,
            &[5, 5, 5, 5, 5][..],
            "68fa23ff86ad270d7f33c390450bb7f12c60a3c7d4c86b067a35b08a4f2ebc39",
        ),
    ];
    for (dtype, shape, expected) in vectors {
        let spec = spec(dtype, shape);
        let length = shape.iter().product::<u32>() * dtype.size();
        let data: Vec<u8> = (0..length).map(|i| (i * 31 + 7 * (i >> 8)) as u8).collect();
        let root = tensor_root::<Sha256>(Layout::Two, &spec, &data).unwrap();
        assert_eq!(hex(&root), expected, "{spec:?}");
        assert_ne!(tensor_root::<Sha256>(Layout::One, &spec, &data), Ok(root));
    }
}

/// Every way to the root over a tensor's tiles gives the same, in both layouts and for every number of tiles.
#[test]
fn every_way_should_lead_to_the_same_root() {
    for layout in Layout::ALL {
        let full = layout.tile_bytes();
        for tiles in 1..20u32 {
            for rest in [1, full / 2, full] {
                let length = (tiles - 1) * full + rest;
                let data: Vec<u8> = (0..length).map(|i| (i * 7 + i / 251) as u8).collect();
                let spec = spec(DType::U8, &[length]);
                let geometry = Geometry::new(layout, &spec).unwrap();
                let hashes = tile_hashes::<Sha256>(layout, &data);
                assert_eq!(hashes.len() as u32, tiles);
                let root = tiles_root::<Sha256>(layout, &spec, &data).unwrap();
                assert_eq!(root_of_tiles::<Sha256>(layout, &hashes), root);
                assert_eq!(root_of_committed::<Sha256>(layout, &data), root);
                let mut one_by_one = TilesRoot::new(layout);
                for (tile, hash) in (0..).zip(&hashes) {
                    let bytes = &data[geometry.tile_range(tile).unwrap()];
                    assert_eq!(tile_hash::<Sha256>(&geometry, tile, bytes), *hash);
                    one_by_one.push::<Sha256>(bytes);
                    let path = prove_tiles::<Sha256>(layout, &hashes, &[tile]).unwrap();
                    let known = [(tile, *hash)];
                    assert_eq!(
                        root_from_tiles::<Sha256>(&geometry, &known, &path),
                        Some(root)
                    );
                }
                assert_eq!(one_by_one.root::<Sha256>(), root);
            }
        }
    }
}

#[test]
fn tiles_root_of_version_two_should_be_the_hash_of_the_bytes_channels_last() {
    let spec = spec(DType::U8, &[1, 2, 1, 3]);
    assert_eq!(
        tiles_root::<Sha256>(Layout::Two, &spec, &[0, 1, 2, 10, 11, 12]),
        Ok(chunks::whole(&[0, 10, 1, 11, 2, 12]))
    );
}

/// Elements of the input: three tiles of version 2, ten of version 1.
const WIDTH: u32 = 2_400;

/// A lookup of every input.
fn graph(layout_version: u8) -> Graph {
    let wide = spec(DType::U8, &[WIDTH]);
    Graph {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version,
            node_count: 1,
            initialiser_count: 1,
            inputs: vec![wide.clone()].try_into().unwrap(),
            outputs: vec![0].try_into().unwrap(),
        },
        initialisers: vec![Initialiser {
            spec: spec(DType::U8, &[256]),
            data: (0..=255).rev().collect(),
        }],
        nodes: vec![Node {
            op: Op::Table,
            inputs: vec![Ref::Request(0), Ref::Initialiser(0)]
                .try_into()
                .unwrap(),
            output: wide,
        }],
    }
}

/// A claim about that graph that is wrong at some places.
struct Case {
    layout: Layout,
    graph: Graph,
    inputs: Vec<Vec<u8>>,
    honest: Vec<Vec<u8>>,
    outputs: Vec<Vec<u8>>,
    leaves: Vec<Digest>,
    facts: ClaimFacts,
}

impl Case {
    fn new(layout: Layout, wrong: &[usize]) -> Self {
        let graph = graph(layout.version());
        let inputs: Vec<Vec<u8>> = vec![(0..WIDTH).map(|i| (i * 7 + i / 256) as u8).collect()];
        let honest = evaluate(&graph, &inputs).unwrap();
        let mut outputs = honest.clone();
        for at in wrong {
            outputs[0][*at] ^= 1;
        }
        let root =
            |data: &[u8]| tensor_root::<Sha256>(layout, &graph.nodes[0].output, data).unwrap();
        let leaves = vec![root(&outputs[0])];
        let facts = ClaimFacts {
            graph_root: Prover::new::<Sha256>(&graph)
                .unwrap()
                .graph_root::<Sha256>(),
            node_count: 1,
            trace_root: trace_root::<Sha256>(&leaves),
            input_roots: vec![root(&inputs[0])].try_into().unwrap(),
        };
        Self {
            layout,
            graph,
            inputs,
            honest,
            outputs,
            leaves,
            facts,
        }
    }

    fn spec(&self) -> &TensorSpec {
        &self.graph.nodes[0].output
    }

    fn opening(&self, most: u32) -> Opening {
        opening::<Sha256>(self.layout, self.spec(), &self.outputs[0], most).unwrap()
    }

    fn proof(&self, target: Target) -> Contradiction {
        let prover = Prover::new::<Sha256>(&self.graph).unwrap();
        prover
            .contradiction::<Sha256>(0, &self.leaves, &self.inputs, &self.honest, target)
            .unwrap()
    }

    fn element(&self, tile: u32) -> Target {
        let shown = self.opening(u32::MAX);
        element_target::<Sha256>(self.layout, self.spec(), &shown, tile, &self.honest[0]).unwrap()
    }

    fn verdict(&self, proof: &Contradiction) -> Result<Work, Rejection> {
        check::<Sha256>(&self.facts, proof, &PROOF_LIMITS)
    }
}

#[test]
fn lie_should_fall_to_tile_and_element_of_its_own_place() {
    for (at, tile) in [(0, 0), (1023, 0), (1024, 1), (2048, 2), (2399, 2)] {
        let case = Case::new(Layout::Two, &[at]);
        for most in [0, u32::MAX] {
            let shown = case.opening(most);
            assert_eq!(
                check_opening::<Sha256>(case.layout, case.spec(), &case.leaves[0], &shown, most),
                Ok(())
            );
            assert_eq!(
                opening_root::<Sha256>(case.layout, case.spec(), &shown),
                Some(case.leaves[0])
            );
            assert_eq!(
                first_wrong_tile::<Sha256>(case.layout, case.spec(), &shown, &case.honest[0]),
                Some(tile)
            );
            let target = tile_target::<Sha256>(case.layout, &shown, tile).unwrap();
            assert!(case.verdict(&case.proof(target)).is_ok());
        }
        let proof = case.proof(case.element(tile));
        assert!(case.verdict(&proof).is_ok());
        let geometry = Geometry::new(case.layout, case.spec()).unwrap();
        let length = geometry.tile_bytes(tile).unwrap() as usize;
        assert_eq!(proof.inputs[0].tiles.len(), length);
        assert!(case.verdict(&case.proof(Target::Whole)).is_ok());
    }
}

#[test]
fn proof_should_be_refused_when_spoilt_anywhere() {
    let case = Case::new(Layout::Two, &[1500]);
    let sound = case.proof(case.element(1));
    type Change = fn(&mut Contradiction);
    let changes: [(Rejection, Change); 11] = [
        (Rejection::NotTheRequest, |proof| {
            proof.inputs[0].tiles[0] ^= 1
        }),
        (Rejection::NotTheRequest, |proof| {
            proof.inputs[0].siblings[0][0] ^= 1
        }),
        (Rejection::WrongTiles, |proof| {
            proof.inputs[0].siblings.push([0; 32])
        }),
        (Rejection::WrongTiles, |proof| {
            proof.inputs[0].siblings.pop();
        }),
        (Rejection::WrongTiles, |proof| proof.inputs[0].tiles.push(0)),
        (Rejection::WrongTiles, |proof| {
            // A tile of the other layout.
            proof.inputs[0].tiles.truncate(256)
        }),
        (Rejection::NotTheModel, |proof| {
            proof.header.layout_version = 3
        }),
        (Rejection::NotTheModel, |proof| {
            proof.header.layout_version = 0
        }),
        (Rejection::OutOfBounds, |proof| {
            if let Target::Element { bytes, .. } = &mut proof.target {
                bytes.truncate(256)
            }
        }),
        (Rejection::NotUnderLeaf, |proof| {
            if let Target::Element { path, .. } = &mut proof.target {
                path[0][0] ^= 1
            }
        }),
        (Rejection::NotUnderLeaf, |proof| {
            // The same bytes are another chunk elsewhere.
            if let Target::Element { tile, .. } = &mut proof.target {
                *tile = 0
            }
        }),
    ];
    for (place, (rejection, change)) in changes.iter().enumerate() {
        let mut proof = sound.clone();
        change(&mut proof);
        let verdict = case.verdict(&proof);
        // Of another tile, other inputs are needed; which refusal is met first is no matter.
        if place == changes.len() - 1 {
            assert!(verdict.is_err());
        } else {
            assert_eq!(verdict, Err(*rejection), "change {place}");
        }
    }
    assert!(case.verdict(&sound).is_ok());
}

#[test]
fn opening_should_be_of_the_layout() {
    let [one, two] = Layout::ALL.map(|layout| Case::new(layout, &[7]));
    assert_eq!(
        opening_form(Layout::Two, two.spec(), WIDTH - 1),
        Some((TargetKind::Tile, 96))
    );
    assert_eq!(
        opening_form(Layout::One, two.spec(), WIDTH - 1),
        Some((TargetKind::Tile, 320))
    );
    for (case, other) in [(&one, &two), (&two, &one)] {
        for most in [0, u32::MAX] {
            let verdict = |layout, leaf, shown: &Opening| {
                check_opening::<Sha256>(layout, case.spec(), leaf, shown, most)
            };
            let shown = case.opening(most);
            assert_eq!(verdict(case.layout, &case.leaves[0], &shown), Ok(()));
            assert!(verdict(other.layout, &case.leaves[0], &shown).is_err());
            assert!(verdict(case.layout, &other.leaves[0], &shown).is_err());
            assert!(
                verdict(case.layout, &case.leaves[0], &other.opening(most)).is_err() || most > 0
            );
        }
    }
    let bytes = &two.outputs[0];
    let geometry = Geometry::new(Layout::Two, two.spec()).unwrap();
    assert_eq!(
        honest_tile::<Sha256>(Layout::Two, two.spec(), bytes, 2),
        Some(tile_hash::<Sha256>(&geometry, 2, &bytes[2048..]))
    );
    assert_eq!(
        honest_tile::<Sha256>(Layout::Two, two.spec(), bytes, 3),
        None
    );
}

#[test]
fn attestation_should_show_the_tile_that_the_lot_fell_on() {
    let case = Case::new(Layout::Two, &[]);
    let prover = Prover::new::<Sha256>(&case.graph).unwrap();
    for lot in 0..6 {
        let proof = attest::<Sha256, _>(&prover, 0, lot, &case.leaves, &case.outputs[0]).unwrap();
        let verdict =
            |lot, proof: &Attestation| check_attestation::<Sha256>(&case.facts, 0, lot, proof);
        assert_eq!(verdict(lot, &proof), Ok(()));
        assert_eq!(
            verdict(lot + 3, &proof),
            Ok(()),
            "of three tiles it is the same"
        );
        assert!(verdict(lot + 1, &proof).is_err());
        let mut wrong = proof.clone();
        wrong.bytes[0] ^= 1;
        assert_eq!(verdict(lot, &wrong), Err(Rejection::NotUnderLeaf));
        let mut wrong = proof;
        wrong.node.header.layout_version = 1;
        assert_eq!(verdict(lot, &wrong), Err(Rejection::NotTheModel));
    }
    assert_eq!(tile_of_lot(Layout::Two, case.spec(), 5), Some(2));
    assert_eq!(tile_of_lot(Layout::One, case.spec(), 5), Some(5));
}

#[test]
fn layout_that_there_is_not_should_be_refused() {
    for version in [0, LAYOUT_VERSION + 1, u8::MAX] {
        let graph = graph(version);
        assert_eq!(
            check_graph::<Sha256>(&graph, &LIMITS),
            Err(GraphFault::Version)
        );
        assert!(page_items::<Sha256>(&graph).is_none());
        assert!(Prover::new::<Sha256>(&graph).is_none());
        assert_eq!(
            evaluate(&graph, &[vec![0; WIDTH as usize]]),
            Err(EvaluationFault::Layout)
        );
    }
    for layout in Layout::ALL {
        assert!(check_graph::<Sha256>(&graph(layout.version()), &LIMITS).is_ok());
    }
}

#[test]
fn malformed_node_should_condemn_in_either_layout() {
    for layout in Layout::ALL {
        let mut graph = graph(layout.version());
        graph.nodes[0].output = spec(DType::U8, &[WIDTH + 1]);
        let prover = Prover::new::<Sha256>(&graph).unwrap();
        let root = prover.graph_root::<Sha256>();
        let proof = prover.malformed::<Sha256>(0).unwrap();
        assert_eq!(check_malformed::<Sha256>(&root, &proof), Ok(()));
        for version in [0, 3 - layout.version(), 3] {
            let mut other = proof.clone();
            other.header.layout_version = version;
            assert_eq!(
                check_malformed::<Sha256>(&root, &other),
                Err(Rejection::NotTheModel)
            );
        }
    }
}

/// What a tile of version 2 needs may be more than a proof holds: then the element has to do, or the model is refused.
#[test]
fn node_should_be_accepted_only_if_tile_or_element_can_be_proved() {
    let node = Node {
        op: Op::MatMul {
            x_zero: 0,
            w_zero: 0,
            bias: false,
            requant: None,
        },
        inputs: vec![Ref::Request(0), Ref::Initialiser(0)]
            .try_into()
            .unwrap(),
        output: spec(DType::I32, &[64, 256]),
    };
    let (x, w) = (spec(DType::U8, &[64, 4096]), spec(DType::I8, &[256, 4096]));
    let cost = |layout| NodeCost::of(&Kernel::new(layout, &node, &[&x, &w], Some(0)).unwrap());
    let [one, two] = Layout::ALL.map(cost);
    assert_eq!(
        (one.whole_bytes, one.whole_macs),
        (two.whole_bytes, two.whole_macs)
    );
    assert!(two.tile_bytes > one.tile_bytes && two.tile_macs == 4 * one.tile_macs);
    assert_eq!(one.hash_bytes, 4 * two.hash_bytes);
    let limits = |opening| GraphLimits {
        max_proof_bytes: one.tile_bytes,
        max_macs: one.tile_macs,
        max_opening_bytes: opening,
    };
    // All bytes can be opened: an element.
    assert!(two.is_provable(&limits(two.output_bytes)));
    // Only hashes can: the tile must do, and does only in the layout with the shorter ones.
    let hashes = limits(two.output_bytes - 1);
    assert!(one.is_provable(&hashes) && !two.is_provable(&hashes));
}
