//! The kernels against vectors that another program made with NumPy: `tools/training/vectors.py`.

use codec::Encode;
use serde_json::Value;
use veritrace_primitives::evaluate::{evaluate_node, Dense};
use veritrace_primitives::graph::{DType, Node, Op, Reduction, Ref, Requant, TensorSpec, Window};
use veritrace_primitives::kernel::Kernel;
use veritrace_primitives::tensor::{write, Layout};

fn int(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| panic!("an integer: {value}"))
}

fn list<const N: usize>(value: &Value) -> [u32; N] {
    let values: Vec<u32> = value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| int(v) as u32)
        .collect();
    values.try_into().unwrap()
}

fn tensor(value: &Value) -> (TensorSpec, Vec<u8>) {
    let dtype = match value["dtype"].as_str().unwrap() {
        "u8" => DType::U8,
        "i8" => DType::I8,
        "i32" => DType::I32,
        "f32" => DType::F32,
        other => panic!("element type {other}"),
    };
    let shape: Vec<u32> = value["shape"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| int(v) as u32)
        .collect();
    let mut data = Vec::new();
    for element in value["data"].as_array().unwrap() {
        write(dtype, int(element) as i32, &mut data);
    }
    (
        TensorSpec {
            dtype,
            shape: shape.try_into().unwrap(),
        },
        data,
    )
}

fn requant(value: &Value) -> Option<Requant> {
    (!value.is_null()).then(|| Requant {
        zero: int(&value["zero"]) as i32,
        min: int(&value["min"]) as i32,
        max: int(&value["max"]) as i32,
    })
}

fn window(value: &Value) -> Window {
    Window {
        kernel: list(&value["kernel"]),
        strides: list(&value["strides"]),
        pads: list(&value["pads"]),
    }
}

fn axes(value: &Value) -> Vec<u8> {
    let axes = value.as_array().unwrap().iter();
    axes.map(|v| int(v) as u8).collect()
}

fn pairs(value: &Value) -> Vec<(u32, u32)> {
    let pairs = value.as_array().unwrap().iter();
    pairs
        .map(|pair| (int(&pair[0]) as u32, int(&pair[1]) as u32))
        .collect()
}

fn op(name: &str, a: &Value) -> Op {
    let zero = |key: &str| int(&a[key]) as i32;
    match name {
        "Conv" => Op::Conv {
            groups: int(&a["groups"]) as u32,
            strides: list(&a["strides"]),
            pads: list(&a["pads"]),
            dilations: list(&a["dilations"]),
            x_zero: zero("x_zero"),
            w_zero: zero("w_zero"),
            bias: a["bias"].as_bool().unwrap(),
            requant: requant(&a["requant"]),
        },
        "MatMul" => Op::MatMul {
            x_zero: zero("x_zero"),
            w_zero: zero("w_zero"),
            bias: a["bias"].as_bool().unwrap(),
            requant: requant(&a["requant"]),
        },
        "Requantise" => Op::Requantise {
            x_zero: zero("x_zero"),
            requant: requant(&a["requant"]).unwrap(),
        },
        "Table" => Op::Table,
        "MaxPool" => Op::MaxPool(window(a)),
        "SumPool" => Op::SumPool {
            window: window(&a["window"]),
            x_zero: zero("x_zero"),
            requant: requant(&a["requant"]),
        },
        "Add" => Op::Add {
            a_zero: zero("a_zero"),
            a_mul: zero("a_mul"),
            b_zero: zero("b_zero"),
            b_mul: zero("b_mul"),
            requant: requant(&a["requant"]),
        },
        "Reshape" => Op::Reshape,
        "Transpose" => Op::Transpose {
            perm: axes(&a["perm"]).try_into().unwrap(),
        },
        "Pad" => Op::Pad {
            pads: pairs(&a["pads"]).try_into().unwrap(),
            value: zero("value"),
        },
        "ArgMax" => Op::ArgMax {
            axis: int(&a["axis"]) as u8,
            keep_dims: a["keep_dims"].as_bool().unwrap(),
        },
        "ConvTranspose" => Op::ConvTranspose {
            groups: int(&a["groups"]) as u32,
            strides: list(&a["strides"]),
            pads: list(&a["pads"]),
            dilations: list(&a["dilations"]),
            x_zero: zero("x_zero"),
            w_zero: zero("w_zero"),
            bias: a["bias"].as_bool().unwrap(),
            requant: requant(&a["requant"]),
        },
        "BatchMatMul" => Op::BatchMatMul {
            a_zero: zero("a_zero"),
            b_zero: zero("b_zero"),
            requant: requant(&a["requant"]),
        },
        "WeightedSum" => Op::WeightedSum {
            a_zero: zero("a_zero"),
            a_mul: zero("a_mul"),
            b_zero: zero("b_zero"),
            b_mul: zero("b_mul"),
            requant: requant(&a["requant"]),
        },
        "Product" => Op::Product {
            a_zero: zero("a_zero"),
            b_zero: zero("b_zero"),
            requant: requant(&a["requant"]),
        },
        "Quotient" => Op::Quotient {
            a_zero: zero("a_zero"),
            b_zero: zero("b_zero"),
            requant: requant(&a["requant"]).unwrap(),
        },
        "SquareRoot" => Op::SquareRoot {
            x_zero: zero("x_zero"),
            requant: requant(&a["requant"]).unwrap(),
        },
        "Concat" => Op::Concat {
            axis: int(&a["axis"]) as u8,
        },
        "Slice" => Op::Slice {
            ranges: pairs(&a["ranges"]).try_into().unwrap(),
        },
        "Gather" => Op::Gather {
            axis: int(&a["axis"]) as u8,
        },
        "Resize" => Op::Resize {
            x_zero: zero("x_zero"),
            requant: requant(&a["requant"]),
        },
        "Reduce" => Op::Reduce {
            reduction: match a["reduction"].as_str().unwrap() {
                "Sum" => Reduction::Sum,
                "SumOfSquares" => Reduction::SumOfSquares,
                "Max" => Reduction::Max,
                "Min" => Reduction::Min,
                other => panic!("reduction {other}"),
            },
            axes: axes(&a["axes"]).try_into().unwrap(),
            keep_dims: a["keep_dims"].as_bool().unwrap(),
            x_zero: zero("x_zero"),
            requant: requant(&a["requant"]),
        },
        "Lookup" => Op::Lookup,
        "TopK" => Op::TopK {
            axis: int(&a["axis"]) as u8,
            largest: a["largest"].as_bool().unwrap(),
            indices: a["indices"].as_bool().unwrap(),
        },
        other => panic!("operator {other}"),
    }
}

fn check(vectors: &str) -> usize {
    let vectors: Vec<Value> = serde_json::from_str(vectors).unwrap();
    for vector in &vectors {
        let name = &vector["name"];
        let inputs: Vec<_> = vector["inputs"]
            .as_array()
            .unwrap()
            .iter()
            .map(tensor)
            .collect();
        let (output, expected) = tensor(&vector["output"]);
        let node = Node {
            op: op(vector["op"].as_str().unwrap(), &vector["attributes"]),
            inputs: (0..inputs.len() as u16)
                .map(Ref::Request)
                .collect::<Vec<_>>()
                .try_into()
                .unwrap(),
            output,
        };
        let specs: Vec<&TensorSpec> = inputs.iter().map(|(spec, _)| spec).collect();
        let kernel = Kernel::new(Layout::One, &node, &specs, None)
            .unwrap_or_else(|fault| panic!("{name}: {fault:?} in {node:?}"));
        let tensors = inputs
            .iter()
            .map(|(spec, data)| (spec.dtype, data.as_slice()))
            .collect();
        let computed = evaluate_node(&kernel, &mut Dense::new(tensors)).unwrap();
        assert_eq!(computed, expected, "{name}");
        assert!(node.encoded_size() < 200, "{name}: nodes are small");
    }
    vectors.len()
}

macro_rules! oracle {
    ($($name:ident: $file:literal, $least:literal;)*) => {$(
        #[test]
        fn $name() {
            assert!(check(include_str!(concat!("../testdata/", $file))) >= $least);
        }
    )*};
}

oracle! {
    conv_should_equal_the_oracle: "conv.json", 20;
    mat_mul_should_equal_the_oracle: "mat_mul.json", 10;
    requantise_should_equal_the_oracle: "requantise.json", 30;
    max_pool_should_equal_the_oracle: "max_pool.json", 8;
    sum_pool_should_equal_the_oracle: "sum_pool.json", 9;
    add_should_equal_the_oracle: "add.json", 5;
    table_should_equal_the_oracle: "table.json", 4;
    arg_max_should_equal_the_oracle: "arg_max.json", 8;
    transpose_should_equal_the_oracle: "transpose.json", 5;
    pad_should_equal_the_oracle: "pad.json", 4;
    reshape_should_equal_the_oracle: "reshape.json", 3;
    conv_transpose_should_equal_the_oracle: "conv_transpose.json", 12;
    batch_mat_mul_should_equal_the_oracle: "batch_mat_mul.json", 6;
    weighted_sum_should_equal_the_oracle: "weighted_sum.json", 8;
    product_should_equal_the_oracle: "product.json", 7;
    quotient_should_equal_the_oracle: "quotient.json", 6;
    square_root_should_equal_the_oracle: "square_root.json", 6;
    concat_should_equal_the_oracle: "concat.json", 4;
    slice_should_equal_the_oracle: "slice.json", 4;
    gather_should_equal_the_oracle: "gather.json", 5;
    resize_should_equal_the_oracle: "resize.json", 6;
    lookup_should_equal_the_oracle: "lookup.json", 2;
    reduce_should_equal_the_oracle: "reduce.json", 16;
    top_k_should_equal_the_oracle: "top_k.json", 8;
}
