//! Formulas that others compute, too, written out a second time.

use sha2::{Digest as _, Sha256 as Sha};
use veritrace_primitives::check::NodeCost;
use veritrace_primitives::commit::{commitment, output_root, seal};
use veritrace_primitives::graph::*;
use veritrace_primitives::hash::Sha256;
use veritrace_primitives::kernel::Kernel;
use veritrace_primitives::tensor::Layout;

fn hashed(parts: &[&[u8]]) -> [u8; 32] {
    Sha::digest(parts.concat()).into()
}

fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap(),
    }
}

#[test]
fn commitments_should_be_what_the_readme_says() {
    let (trace, output, salt) = ([1; 32], [2; 32], [3; 32]);
    let account = [4; 32];
    assert_eq!(
        output_root::<Sha256>(&[trace, output]),
        hashed(&[&[6], &trace, &output])
    );
    assert_eq!(output_root::<Sha256>(&[]), hashed(&[&[6]]));
    let request = 0x0102_0304_0506_0708u64;
    assert_eq!(
        commitment::<Sha256>(request, &account, &trace, &output, &salt),
        hashed(&[
            &[7, 8, 7, 6, 5, 4, 3, 2, 1],
            &account,
            &trace,
            &output,
            &salt
        ])
    );
    assert_eq!(
        seal::<Sha256>(request, &trace, 0x0102, &account, &salt),
        hashed(&[
            &[8, 8, 7, 6, 5, 4, 3, 2, 1],
            &trace,
            &[2, 1],
            &account,
            &salt
        ])
    );
}

/// A product whose weights have 1,500 tiles: an element reads six of them and of the input's six.
#[test]
fn cost_of_a_node_should_be_the_bytes_and_paths_of_what_it_reads() {
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
        output: spec(DType::I32, &[1, 256]),
    };
    let (x, w) = (spec(DType::U8, &[1, 1_500]), spec(DType::I8, &[256, 1_500]));
    let kernel = Kernel::new(Layout::One, &node, &[&x, &w], None).unwrap();
    let [of_input, of_weights] = [0, 1].map(|position| kernel.tiles_per_element(position));
    assert_eq!(
        (kernel.inputs()[0].tiles(), kernel.inputs()[1].tiles()),
        (6, 1_500)
    );
    // A path has at most as many digests for each tile as a tree of so many leaves has levels (1,500: eleven), and never
    // more than there are tiles.
    let path = |touched: u64, levels: u64, tiles: u64| 32 * (touched * levels).min(tiles);
    let bytes = |touched: u64, all: u64| (256 * touched).min(all);
    let cost = NodeCost::of(&kernel);
    assert_eq!(
        u64::from(cost.element_bytes),
        bytes(of_input.min(6), 1_500)
            + path(of_input.min(6), 3, 6)
            + bytes(of_weights, 384_000)
            + path(of_weights, 11, 1_500)
            + 256
    );
    // A tile of the output has 64 elements.
    assert_eq!(
        u64::from(cost.tile_bytes),
        1_500 + path(6, 3, 6) + bytes(of_weights * 64, 384_000) + path(of_weights * 64, 11, 1_500)
    );
    assert!(of_weights * 11 < 1_500, "the levels have to matter");
    assert_eq!(u64::from(cost.whole_bytes), 1_500 + 384_000);
    assert_eq!((cost.output_bytes, cost.hash_bytes), (1_024, 4 * 32));
    assert_eq!(cost.whole_macs, kernel.macs_per_element() * 256);
    assert_eq!(cost.tile_macs, kernel.macs_per_element() * 64);
}
