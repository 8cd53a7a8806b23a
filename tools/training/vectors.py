"""Writes the integer operators' test vectors, computed by NumPy from the operators' definitions.

Nothing of the project computes them, and what can be is computed twice: convolutions and matrix products also by
ONNX's reference evaluator, max pooling also by ONNX Runtime, requantisation also in exact rational arithmetic.
See README.md for the format.
"""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

TESTDATA = Path(__file__).resolve().parents[2] / "pallets" / "primitives" / "testdata"
SEED = 4711
RANGES = {"u8": (0, 255), "i8": (-128, 127), "i32": (-(2**31), 2**31 - 1)}
NUMPY_TYPES = {"u8": np.uint8, "i8": np.int8, "i32": np.int32}
ONNX_TYPES = {"u8": TensorProto.UINT8, "i8": TensorProto.INT8, "i32": TensorProto.INT32}

random = np.random.default_rng(SEED)


class Tensor:
    """Integers of one type (int64 in memory), or the scales of a requantisation (float32)."""

    def __init__(self, dtype: str, values: np.ndarray | list):
        self.dtype = dtype
        self.values = np.asarray(values, dtype=np.float32 if dtype == "f32" else np.int64)
        if dtype != "f32":
            low, high = RANGES[dtype]
            assert self.values.min() >= low and self.values.max() <= high, "a value does not fit its type"

    def as_json(self) -> dict:
        values = self.values.view(np.uint32) if self.dtype == "f32" else self.values
        return {"dtype": self.dtype, "shape": list(self.values.shape), "data": values.ravel().tolist()}

    def as_numpy(self) -> np.ndarray:
        return self.values.astype(NUMPY_TYPES[self.dtype])


def uniform(dtype: str, *shape: int) -> Tensor:
    low, high = RANGES[dtype]
    return Tensor(dtype, random.integers(low, high, shape, endpoint=True))


def filled(dtype: str, value: int, *shape: int) -> Tensor:
    return Tensor(dtype, np.full(shape, value))


def scales(*values: float) -> Tensor:
    return Tensor("f32", list(values))


def vector(name: str, op: str, attributes: dict, inputs: list[Tensor], output: Tensor) -> dict:
    return {
        "name": name,
        "op": op,
        "attributes": attributes,
        "inputs": [tensor.as_json() for tensor in inputs],
        "output": output.as_json(),
    }


# Requantisation


def requantise(acc: np.ndarray, scale: np.ndarray, requant: dict) -> np.ndarray:
    """`clamp(rint(f32(acc) * scale) + zero, min, max)`: IEEE single precision, ties to even, then exact integers."""
    assert np.abs(acc).max() < 2**63
    product = acc.astype(np.float32) * scale
    assert product.dtype == np.float32 and np.isfinite(product).all()
    rounded = [int(value) for value in np.rint(product).ravel()]
    out = [min(max(value + requant["zero"], requant["min"]), requant["max"]) for value in rounded]
    exact = [
        requantise_exactly(int(a), s, requant)
        for a, s in zip(acc.ravel(), np.broadcast_to(scale, acc.shape).ravel(), strict=True)
    ]
    assert out == exact, "hardware and rational arithmetic differ"
    return np.array(out, dtype=np.int64).reshape(acc.shape)


def requantise_exactly(acc: int, scale: np.float32, requant: dict) -> int:
    """The same in fractions, rounding to 24 bits by hand. No subnormal arises: scales are at least 2^-60."""
    product = round_to_single(round_to_single(Fraction(acc)) * Fraction(float(scale)))
    # Python rounds a Fraction's halves to even.
    return min(max(round(product) + requant["zero"], requant["min"]), requant["max"])


def round_to_single(value: Fraction) -> Fraction:
    if value == 0:
        return value
    step = Fraction(1)
    while abs(value) >= step * 2**24:
        step *= 2
    while abs(value) < step * 2**23:
        step /= 2
    return round(value / step) * step


def out_type(requant: dict | None) -> str:
    if requant is None:
        return "i32"
    return "u8" if requant["min"] >= 0 else "i8"


def finish(acc: np.ndarray, scale: Tensor | None, requant: dict | None) -> Tensor:
    """The accumulator itself, or requantised; a scale of several elements runs along dimension 1."""
    if requant is None or scale is None:
        assert requant is None and scale is None
        return Tensor("i32", acc)
    along = [1] * acc.ndim
    if scale.values.size > 1:
        along[1] = scale.values.size
    return Tensor(out_type(requant), requantise(acc, scale.values.reshape(along), requant))


U8 = {"zero": 0, "min": 0, "max": 255}
U8_MIDDLE = {"zero": 128, "min": 0, "max": 255}
U8_RELU = {"zero": 37, "min": 37, "max": 255}
U8_RELU6 = {"zero": 10, "min": 10, "max": 201}
I8 = {"zero": 0, "min": -128, "max": 127}
I8_SHIFTED = {"zero": -5, "min": -128, "max": 127}


def requantise_vector(name: str, x: Tensor, scale: Tensor, requant: dict, x_zero: int = 0) -> dict:
    output = finish(x.values - x_zero, scale, requant)
    return vector(name, "Requantise", {"x_zero": x_zero, "requant": requant}, [x, scale], output)


def accumulators_rounded_onto_halves(count: int) -> list[tuple[int, np.float32]]:
    """Pairs whose product is not a half, but becomes one when rounded to single precision."""
    found = []
    while len(found) < count:
        half = int(random.integers(0, 200)) + 0.5
        acc = int(random.integers(1000, 2**23))
        scale = np.float32(half / acc)
        single = np.float32(acc) * scale
        exact = Fraction(acc) * Fraction(float(scale))
        if float(single) == half and exact != Fraction(half) and round(exact) != round(half):
            found.append((acc, scale))
    return found


def requantise_vectors() -> list[dict]:
    low, high = RANGES["i32"]
    edges = [low, low + 1, -(2**24) - 1, -(2**24), -1, 0, 1, 2**24, 2**24 + 1, high - 1, high]
    small = np.arange(-20, 21)
    # Above 2^24 an accumulator is itself rounded: these lie beside a half, and exactly on it afterwards.
    beside = [
        sign * ((2 * k + 1) * 2**23 + nudge) for k in (32, 63, 64, 126) for sign in (1, -1) for nudge in (-1, 0, 1)
    ]
    out = [
        requantise_vector("halves_go_to_even", Tensor("i32", small), scales(0.5), I8),
        requantise_vector("halves_go_to_even_before_the_zero_point", Tensor("i32", small), scales(0.5), I8_SHIFTED),
        requantise_vector("quarters", Tensor("i32", small), scales(0.25), U8_MIDDLE),
        requantise_vector("identity_saturates_u8", Tensor("i32", [-1, 0, 1, 254, 255, 256, *edges]), scales(1.0), U8),
        requantise_vector("identity_saturates_i8", Tensor("i32", [-129, -128, 127, 128, *edges]), scales(1.0), I8),
        requantise_vector("relu_folds_into_the_clamp", Tensor("i32", small * 40), scales(0.3), U8_RELU),
        requantise_vector("clip_folds_into_the_clamp", Tensor("i32", small * 40), scales(0.3), U8_RELU6),
        requantise_vector("single_output_value", Tensor("i32", small), scales(1.0), {"zero": 7, "min": 7, "max": 7}),
        requantise_vector("smallest_scale", Tensor("i32", edges), scales(2.0**-60), U8_MIDDLE),
        requantise_vector("largest_scale", Tensor("i32", edges), scales(2.0**60), U8_MIDDLE),
        requantise_vector("scale_around_the_largest_accumulator", Tensor("i32", edges), scales(2.0**-31), I8_SHIFTED),
        requantise_vector(
            "scale_below_one_half", Tensor("i32", edges), scales(np.nextafter(np.float32(0.5), np.float32(0))), U8
        ),
        requantise_vector(
            "scale_above_one_half", Tensor("i32", small), scales(np.nextafter(np.float32(0.5), np.float32(1))), I8
        ),
        requantise_vector("accumulators_rounded_to_single", Tensor("i32", beside), scales(2.0**-24), I8),
        requantise_vector("u8_to_i8", Tensor("u8", np.arange(256)), scales(0.7312), I8_SHIFTED, x_zero=131),
        requantise_vector("i8_to_u8", Tensor("i8", np.arange(-128, 128)), scales(1.9), U8_MIDDLE, x_zero=-7),
        requantise_vector(
            "scale_per_channel",
            Tensor("i32", random.integers(-90000, 90000, (2, 3, 2, 4))),
            scales(0.001, 0.0025, 0.02),
            U8_MIDDLE,
        ),
    ]
    pairs = accumulators_rounded_onto_halves(48)
    out.append(
        requantise_vector(
            "products_rounded_onto_halves",
            Tensor("i32", [[acc for acc, _ in pairs], [-acc for acc, _ in pairs]]),
            Tensor("f32", [scale for _, scale in pairs]),
            U8_MIDDLE,
        )
    )
    for number in range(12):
        exponent = int(random.integers(8, 31))
        acc = random.integers(-(2**exponent), 2**exponent, (2, 40))
        scale = random.uniform(60, 200, 40).astype(np.float32) / np.float32(2**exponent)
        requant = [U8, U8_MIDDLE, U8_RELU, I8, I8_SHIFTED][number % 5]
        out.append(
            requantise_vector(f"random_{number}_of_{exponent}_bits", Tensor("i32", acc), Tensor("f32", scale), requant)
        )
    return out


# Convolution and matrix product


def conv_sum(x: np.ndarray, w: np.ndarray, groups: int, strides, pads, dilations) -> np.ndarray:
    """x and w with their zero points taken off, so that padding is zero. One output element at a time."""
    n, _, h, width = x.shape
    o, per_group, kh, kw = w.shape
    top, left, bottom, right = pads
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    rows = (h + top + bottom - dilations[0] * (kh - 1) - 1) // strides[0] + 1
    columns = (width + left + right - dilations[1] * (kw - 1) - 1) // strides[1] + 1
    out = np.zeros((n, o, rows, columns), dtype=np.int64)
    for b, channel, row, column in np.ndindex(*out.shape):
        first = channel // (o // groups) * per_group
        y, z = row * strides[0], column * strides[1]
        window = padded[
            b,
            first : first + per_group,
            y : y + dilations[0] * (kh - 1) + 1 : dilations[0],
            z : z + dilations[1] * (kw - 1) + 1 : dilations[1],
        ]
        out[b, channel, row, column] = (window * w[channel]).sum()
    return out


def evaluate_reference(op: str, x: Tensor, w: Tensor, x_zero: int, w_zero: int, attributes: dict) -> np.ndarray:
    """ConvInteger or MatMulInteger by ONNX's reference evaluator."""
    names = ["x", "w", "x_zero", "w_zero"]
    types = [x.dtype, w.dtype, x.dtype, w.dtype]
    shapes = [x.values.shape, w.values.shape, [], []]
    graph = helper.make_graph(
        [helper.make_node(op, names, ["y"], **attributes)],
        "reference",
        [helper.make_tensor_value_info(n, ONNX_TYPES[t], s) for n, t, s in zip(names, types, shapes, strict=True)],
        [helper.make_tensor_value_info("y", TensorProto.INT32, None)],
    )
    feeds = {
        "x": x.as_numpy(),
        "w": w.as_numpy(),
        "x_zero": NUMPY_TYPES[x.dtype](x_zero),
        "w_zero": NUMPY_TYPES[w.dtype](w_zero),
    }
    return ReferenceEvaluator(helper.make_model(graph)).run(["y"], feeds)[0]


def conv_vector(
    name: str,
    x: Tensor,
    w: Tensor,
    bias: Tensor | None = None,
    scale: Tensor | None = None,
    requant: dict | None = None,
    groups: int = 1,
    strides=(1, 1),
    pads=(0, 0, 0, 0),
    dilations=(1, 1),
    x_zero: int = 0,
    w_zero: int = 0,
) -> dict:
    acc = conv_sum(x.values - x_zero, w.values - w_zero, groups, strides, pads, dilations)
    onnx_attributes = {
        "group": groups,
        "strides": list(strides),
        "pads": list(pads),
        "dilations": list(dilations),
        "kernel_shape": list(w.values.shape[2:]),
    }
    reference = evaluate_reference("ConvInteger", x, w, x_zero, w_zero, onnx_attributes)
    assert np.array_equal(acc, reference), f"{name}: ONNX's reference evaluator disagrees"
    if bias is not None:
        acc = acc + bias.values[None, :, None, None]
    attributes = {
        "groups": groups,
        "strides": list(strides),
        "pads": list(pads),
        "dilations": list(dilations),
        "x_zero": x_zero,
        "w_zero": w_zero,
        "bias": bias is not None,
        "requant": requant,
    }
    inputs = [tensor for tensor in (x, w, bias, scale) if tensor is not None]
    return vector(name, "Conv", attributes, inputs, finish(acc, scale, requant))


def biases(count: int, size: int = 5000) -> Tensor:
    return Tensor("i32", random.integers(-size, size, count))


def conv_vectors() -> list[dict]:
    same = (1, 1, 1, 1)
    return [
        conv_vector("one_by_one", uniform("u8", 1, 3, 3, 4), uniform("i8", 2, 3, 1, 1)),
        conv_vector("zero_point", uniform("u8", 1, 2, 4, 4), uniform("i8", 3, 2, 3, 3), biases(3), x_zero=128),
        conv_vector(
            "padding_is_the_zero_point",
            uniform("u8", 1, 2, 4, 5),
            uniform("i8", 3, 2, 3, 3),
            biases(3),
            pads=same,
            x_zero=77,
        ),
        conv_vector(
            "pads_differ_by_side", uniform("u8", 1, 1, 4, 3), uniform("i8", 2, 1, 3, 3), pads=(2, 0, 1, 2), x_zero=9
        ),
        conv_vector(
            "strides", uniform("u8", 1, 2, 7, 6), uniform("i8", 2, 2, 3, 3), pads=same, strides=(2, 2), x_zero=3
        ),
        conv_vector(
            "strides_and_kernel_differ_by_axis",
            uniform("u8", 1, 2, 7, 8),
            uniform("i8", 2, 2, 2, 3),
            strides=(3, 2),
            x_zero=200,
        ),
        conv_vector("stride_leaves_rows_unread", uniform("u8", 1, 1, 6, 6), uniform("i8", 1, 1, 3, 3), strides=(2, 2)),
        conv_vector(
            "dilations", uniform("u8", 1, 1, 7, 7), uniform("i8", 2, 1, 3, 3), biases(2), dilations=(2, 2), x_zero=50
        ),
        conv_vector(
            "dilations_differ_by_axis_with_pads",
            uniform("u8", 1, 2, 5, 7),
            uniform("i8", 1, 2, 3, 2),
            dilations=(2, 3),
            pads=(1, 2, 3, 0),
            x_zero=50,
        ),
        conv_vector(
            "groups", uniform("u8", 1, 4, 4, 4), uniform("i8", 6, 2, 3, 3), biases(6), groups=2, pads=same, x_zero=61
        ),
        conv_vector(
            "depthwise",
            uniform("u8", 1, 4, 5, 5),
            uniform("i8", 4, 1, 3, 3),
            biases(4),
            groups=4,
            pads=same,
            strides=(2, 2),
            x_zero=61,
        ),
        conv_vector("depthwise_with_multiplier", uniform("u8", 1, 3, 3, 3), uniform("i8", 6, 1, 2, 2), groups=3),
        conv_vector("batch", uniform("u8", 3, 2, 3, 3), uniform("i8", 2, 2, 2, 2), biases(2), x_zero=1),
        conv_vector(
            "kernel_as_large_as_the_padded_input",
            uniform("u8", 1, 2, 3, 3),
            uniform("i8", 2, 2, 5, 5),
            pads=same,
            x_zero=18,
        ),
        conv_vector(
            "signed_input", uniform("i8", 1, 2, 4, 4), uniform("i8", 2, 2, 3, 3), biases(2), pads=same, x_zero=-13
        ),
        conv_vector(
            "unsigned_weights",
            uniform("u8", 1, 2, 4, 4),
            uniform("u8", 2, 2, 3, 3),
            biases(2),
            pads=same,
            x_zero=13,
            w_zero=121,
        ),
        conv_vector(
            "signed_weights_with_zero_point",
            uniform("u8", 1, 2, 4, 4),
            uniform("i8", 2, 2, 3, 3),
            pads=same,
            x_zero=13,
            w_zero=-9,
        ),
        conv_vector(
            "most_negative_products",
            filled("u8", 255, 1, 8, 3, 3),
            filled("i8", -128, 2, 8, 3, 3),
            Tensor("i32", [-(2**30), 2**30]),
        ),
        conv_vector(
            "zero_point_above_every_input",
            filled("u8", 0, 1, 2, 2, 2),
            filled("i8", 127, 1, 2, 3, 3),
            pads=same,
            x_zero=255,
        ),
        conv_vector(
            "requantised",
            uniform("u8", 1, 3, 5, 5),
            uniform("i8", 4, 3, 3, 3),
            biases(4),
            scales(0.0017),
            U8_MIDDLE,
            pads=same,
            x_zero=120,
        ),
        conv_vector(
            "requantised_per_channel_with_relu",
            uniform("u8", 1, 3, 5, 5),
            uniform("i8", 4, 3, 3, 3),
            biases(4),
            scales(0.0017, 0.004, 0.0009, 0.011),
            U8_RELU,
            pads=same,
            x_zero=120,
        ),
        conv_vector(
            "requantised_to_signed_without_bias",
            uniform("u8", 1, 2, 4, 4),
            uniform("i8", 3, 2, 3, 3),
            None,
            scales(0.003, 0.001, 0.0005),
            I8_SHIFTED,
            x_zero=90,
        ),
        conv_vector(
            "requantised_groups_and_batch",
            uniform("u8", 2, 4, 4, 4),
            uniform("i8", 4, 2, 3, 3),
            biases(4),
            scales(0.003, 0.001, 0.0005, 0.002),
            U8,
            groups=2,
            pads=same,
            x_zero=101,
        ),
        conv_vector(
            "over_the_width_only",
            uniform("u8", 1, 4, 1, 12),
            uniform("i8", 2, 4, 1, 5),
            biases(2),
            pads=(0, 2, 0, 2),
            strides=(1, 2),
            x_zero=33,
        ),
    ]


def matmul_vector(
    name: str,
    x: Tensor,
    w: Tensor,
    bias: Tensor | None = None,
    scale: Tensor | None = None,
    requant: dict | None = None,
    x_zero: int = 0,
    w_zero: int = 0,
) -> dict:
    """x `[M, K]`, w `[N, K]`."""
    acc = (x.values - x_zero) @ (w.values - w_zero).T
    transposed = Tensor(w.dtype, w.values.T)
    reference = evaluate_reference("MatMulInteger", x, transposed, x_zero, w_zero, {})
    assert np.array_equal(acc, reference), f"{name}: ONNX's reference evaluator disagrees"
    if bias is not None:
        acc = acc + bias.values
    attributes = {"x_zero": x_zero, "w_zero": w_zero, "bias": bias is not None, "requant": requant}
    inputs = [tensor for tensor in (x, w, bias, scale) if tensor is not None]
    return vector(name, "MatMul", attributes, inputs, finish(acc, scale, requant))


def matmul_vectors() -> list[dict]:
    return [
        matmul_vector("one_element", Tensor("u8", [[255]]), Tensor("i8", [[-128]])),
        matmul_vector("row_times_matrix", uniform("u8", 1, 33), uniform("i8", 10, 33), biases(10), x_zero=128),
        matmul_vector("matrices", uniform("u8", 5, 7), uniform("i8", 6, 7), x_zero=4),
        matmul_vector("signed_input", uniform("i8", 3, 16), uniform("i8", 4, 16), biases(4), x_zero=-20),
        matmul_vector("unsigned_weights", uniform("u8", 3, 9), uniform("u8", 4, 9), x_zero=17, w_zero=140),
        matmul_vector("signed_weights_with_zero_point", uniform("u8", 3, 9), uniform("i8", 4, 9), w_zero=11),
        matmul_vector(
            "sum_beyond_single_precision", filled("u8", 255, 1, 600), filled("i8", -127, 1, 600), Tensor("i32", [-1])
        ),
        matmul_vector(
            "requantised", uniform("u8", 2, 24), uniform("i8", 5, 24), biases(5), scales(0.0021), U8_MIDDLE, x_zero=100
        ),
        matmul_vector(
            "requantised_per_channel_with_relu",
            uniform("u8", 3, 24),
            uniform("i8", 5, 24),
            biases(5),
            scales(0.002, 0.003, 0.001, 0.01, 0.0004),
            U8_RELU6,
            x_zero=100,
        ),
        matmul_vector(
            "requantised_to_signed",
            uniform("u8", 4, 24),
            uniform("i8", 4, 24),
            None,
            scales(0.002, 0.003, 0.001, 0.004),
            I8_SHIFTED,
            x_zero=100,
        ),
    ]


# Pooling


def windows(x: np.ndarray, kernel, strides, pads, fill: int):
    """Yields (output index, window) over the padded planes, and the output's shape first."""
    n, c, h, w = x.shape
    top, left, bottom, right = pads
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    shape = (n, c, (h + top + bottom - kernel[0]) // strides[0] + 1, (w + left + right - kernel[1]) // strides[1] + 1)
    yield shape
    for b, channel, row, column in np.ndindex(*shape):
        y, z = row * strides[0], column * strides[1]
        yield (b, channel, row, column), padded[b, channel, y : y + kernel[0], z : z + kernel[1]]


def reduce_windows(x: np.ndarray, kernel, strides, pads, fill: int, reduce) -> np.ndarray:
    walk = windows(x, kernel, strides, pads, fill)
    out = np.zeros(next(walk), dtype=np.int64)
    for index, window in walk:
        out[index] = reduce(window)
    return out


def max_pool_vector(name: str, x: Tensor, kernel, strides, pads=(0, 0, 0, 0)) -> dict:
    below_everything = RANGES[x.dtype][0] - 1
    out = reduce_windows(x.values, kernel, strides, pads, below_everything, np.max)
    window = {"kernel": list(kernel), "strides": list(strides), "pads": list(pads)}
    graph = helper.make_graph(
        [
            helper.make_node(
                "MaxPool", ["x"], ["y"], kernel_shape=window["kernel"], strides=window["strides"], pads=window["pads"]
            )
        ],
        "reference",
        [helper.make_tensor_value_info("x", ONNX_TYPES[x.dtype], x.values.shape)],
        [helper.make_tensor_value_info("y", ONNX_TYPES[x.dtype], None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    assert np.array_equal(out, session.run(["y"], {"x": x.as_numpy()})[0]), f"{name}: ONNX Runtime disagrees"
    return vector(name, "MaxPool", window, [x], Tensor(x.dtype, out))


def max_pool_vectors() -> list[dict]:
    return [
        max_pool_vector("halves_the_sides", uniform("u8", 1, 2, 6, 6), (2, 2), (2, 2)),
        max_pool_vector("overlapping", uniform("u8", 1, 2, 5, 5), (3, 3), (1, 1)),
        max_pool_vector("padding_never_wins_over_zeros", filled("u8", 0, 1, 1, 3, 3), (3, 3), (2, 2), (1, 1, 1, 1)),
        max_pool_vector(
            "padding_never_wins_over_the_smallest", filled("i8", -128, 1, 1, 3, 3), (2, 2), (1, 1), (1, 1, 1, 1)
        ),
        max_pool_vector("signed", uniform("i8", 2, 2, 5, 4), (3, 2), (2, 2), (1, 0, 1, 0)),
        max_pool_vector("pads_differ_by_side", uniform("u8", 1, 1, 5, 6), (3, 3), (2, 3), (2, 0, 0, 1)),
        max_pool_vector("stride_leaves_rows_unread", uniform("u8", 1, 1, 5, 7), (2, 2), (2, 3)),
        max_pool_vector("whole_plane", uniform("u8", 1, 3, 4, 4), (4, 4), (1, 1)),
    ]


def sum_pool_vector(
    name: str,
    x: Tensor,
    kernel,
    strides,
    pads=(0, 0, 0, 0),
    x_zero: int = 0,
    scale: Tensor | None = None,
    requant: dict | None = None,
) -> dict:
    acc = reduce_windows(x.values - x_zero, kernel, strides, pads, 0, np.sum)
    window = {"kernel": list(kernel), "strides": list(strides), "pads": list(pads)}
    attributes = {"window": window, "x_zero": x_zero, "requant": requant}
    return vector(name, "SumPool", attributes, [x] if scale is None else [x, scale], finish(acc, scale, requant))


def sum_pool_vectors() -> list[dict]:
    ninth = np.float32(1) / np.float32(9)
    return [
        sum_pool_vector("sums", uniform("u8", 1, 2, 6, 6), (2, 2), (2, 2)),
        sum_pool_vector("sums_of_zero_point", uniform("u8", 1, 2, 4, 4), (2, 2), (1, 1), x_zero=128),
        sum_pool_vector("padding_adds_nothing", uniform("u8", 1, 1, 4, 4), (3, 3), (2, 2), (1, 1, 1, 1), x_zero=40),
        sum_pool_vector("signed", uniform("i8", 2, 2, 4, 5), (2, 3), (2, 1), (0, 1, 0, 1), x_zero=-30),
        sum_pool_vector(
            "average_of_four_ties_to_even",
            Tensor("u8", [[[[1, 1, 2, 1, 3, 3, 1, 2], [0, 0, 2, 1, 2, 2, 4, 3]]]]),
            (2, 2),
            (2, 2),
            scale=scales(0.25),
            requant=U8,
        ),
        sum_pool_vector(
            "average_of_nine",
            uniform("u8", 1, 2, 5, 5),
            (3, 3),
            (1, 1),
            x_zero=128,
            scale=Tensor("f32", [ninth]),
            requant=U8_MIDDLE,
        ),
        sum_pool_vector(
            "global_average",
            uniform("u8", 1, 4, 7, 7),
            (7, 7),
            (1, 1),
            x_zero=12,
            scale=scales(1.37 / 49),
            requant=U8_RELU,
        ),
        sum_pool_vector(
            "average_to_signed_scale_per_channel",
            uniform("i8", 1, 3, 4, 4),
            (2, 2),
            (2, 2),
            x_zero=5,
            scale=scales(0.25, 0.125, 0.3),
            requant=I8_SHIFTED,
        ),
        sum_pool_vector(
            "pads_differ_by_side",
            uniform("u8", 1, 1, 5, 6),
            (3, 3),
            (2, 3),
            (2, 0, 0, 1),
            x_zero=99,
            scale=Tensor("f32", [ninth]),
            requant=U8_MIDDLE,
        ),
    ]


# The rest


def add_vector(
    name: str, a: Tensor, b: Tensor, a_zero: int, a_mul: int, b_zero: int, b_mul: int, scale=None, requant=None
) -> dict:
    acc = (a.values - a_zero) * a_mul + (b.values - b_zero) * b_mul
    attributes = {"a_zero": a_zero, "a_mul": a_mul, "b_zero": b_zero, "b_mul": b_mul, "requant": requant}
    return vector(name, "Add", attributes, [a, b] if scale is None else [a, b, scale], finish(acc, scale, requant))


def add_vectors() -> list[dict]:
    return [
        add_vector("plain", uniform("u8", 2, 9), uniform("u8", 2, 9), 0, 1, 0, 1),
        add_vector(
            "zero_points_and_weights", uniform("u8", 1, 2, 3, 4), uniform("u8", 1, 2, 3, 4), 128, 17000, 7, 32768
        ),
        add_vector("signed_and_unsigned", uniform("i8", 3, 8), uniform("u8", 3, 8), -4, 3, 200, 5),
        add_vector(
            "requantised",
            uniform("u8", 1, 2, 4, 4),
            uniform("u8", 1, 2, 4, 4),
            120,
            21845,
            130,
            32768,
            scales(0.00002),
            U8_MIDDLE,
        ),
        add_vector(
            "requantised_with_relu",
            uniform("u8", 1, 2, 4, 4),
            uniform("u8", 1, 2, 4, 4),
            120,
            30000,
            130,
            9000,
            scales(0.00003),
            U8_RELU,
        ),
    ]


def table_vectors() -> list[dict]:
    def case(name: str, x: Tensor, table: Tensor) -> dict:
        out = table.values[x.values - RANGES[x.dtype][0]]
        return vector(name, "Table", {}, [x, table], Tensor(table.dtype, out))

    return [
        case("unsigned", Tensor("u8", np.arange(256)[::-1]), uniform("u8", 256)),
        case("signed_starts_at_the_smallest", Tensor("i8", np.arange(-128, 128).reshape(2, 128)), uniform("u8", 256)),
        case("unsigned_to_signed", uniform("u8", 1, 3, 4, 4), uniform("i8", 256)),
        case("signed_to_signed", uniform("i8", 1, 3, 4, 4), uniform("i8", 256)),
    ]


def arg_max_vectors() -> list[dict]:
    def case(name: str, x: Tensor, axis: int, keep_dims: bool) -> dict:
        # NumPy, too, takes the first of equal values.
        out = np.argmax(x.values, axis=axis, keepdims=keep_dims)
        return vector(name, "ArgMax", {"axis": axis, "keep_dims": keep_dims}, [x], Tensor("i32", out))

    few = Tensor("u8", random.integers(0, 3, (3, 4, 5)))
    return [
        case("first_of_all_equal", filled("u8", 9, 1, 10), 1, False),
        case("first_of_two", Tensor("u8", [[0, 7, 3, 7, 1]]), 1, False),
        case("last", Tensor("u8", [[0, 1, 2, 3, 4]]), 1, True),
        case("negative_values", Tensor("i8", [[-128, -3, -3, -90], [-128, -128, -128, -127]]), 1, False),
        case("ties_along_axis_0", few, 0, False),
        case("ties_along_axis_1_kept", few, 1, True),
        case("ties_along_axis_2", few, 2, False),
        case(
            "accumulators",
            Tensor("i32", [[-(2**31), 2**31 - 1, 5, 2**31 - 1], [-(2**31), -(2**31), -(2**31), -(2**31)]]),
            1,
            False,
        ),
    ]


def shape_vectors() -> dict[str, list[dict]]:
    def transpose(name: str, x: Tensor, perm: list[int]) -> dict:
        return vector(name, "Transpose", {"perm": perm}, [x], Tensor(x.dtype, np.transpose(x.values, perm)))

    def pad(name: str, x: Tensor, pads: list[list[int]], value: int) -> dict:
        out = np.pad(x.values, pads, constant_values=value)
        return vector(name, "Pad", {"pads": pads, "value": value}, [x], Tensor(x.dtype, out))

    def reshape(name: str, x: Tensor, *shape: int) -> dict:
        return vector(name, "Reshape", {}, [x], Tensor(x.dtype, x.values.reshape(shape)))

    return {
        "transpose": [
            transpose("matrix", uniform("u8", 3, 5), [1, 0]),
            transpose("channels_last", uniform("u8", 1, 3, 2, 4), [0, 2, 3, 1]),
            transpose("not_its_own_inverse", uniform("i8", 2, 3, 4), [2, 0, 1]),
            transpose("identity", uniform("i32", 2, 3), [0, 1]),
            transpose("rank_six", uniform("u8", 2, 1, 3, 2, 1, 2), [5, 3, 0, 4, 2, 1]),
        ],
        "pad": [
            pad("spatial", uniform("u8", 1, 2, 2, 3), [[0, 0], [0, 0], [1, 2], [3, 0]], 77),
            pad("channels", uniform("i8", 1, 2, 2, 2), [[0, 0], [1, 1], [0, 0], [0, 0]], -128),
            pad("accumulators", uniform("i32", 3), [[2, 1]], -1000000),
            pad("nothing", uniform("u8", 2, 2), [[0, 0], [0, 0]], 5),
        ],
        "reshape": [
            reshape("flatten", uniform("u8", 1, 2, 3, 4), 1, 24),
            reshape("unflatten", uniform("i8", 12), 2, 1, 6),
            reshape("scalar_like", uniform("i32", 1), 1, 1, 1),
        ],
    }


def write(name: str, vectors: list[dict]) -> int:
    names = [item["name"] for item in vectors]
    assert len(set(names)) == len(names), "two vectors of one name"
    lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in vectors)
    text = f"[\n{lines}\n]\n"
    (TESTDATA / f"{name}.json").write_text(text)
    print(f"{name}.json: {len(vectors)} vectors, {len(text):,} bytes")
    return len(text)


def main() -> None:
    TESTDATA.mkdir(parents=True, exist_ok=True)
    files = {
        "requantise": requantise_vectors(),
        "conv": conv_vectors(),
        "mat_mul": matmul_vectors(),
        "max_pool": max_pool_vectors(),
        "sum_pool": sum_pool_vectors(),
        "add": add_vectors(),
        "table": table_vectors(),
        "arg_max": arg_max_vectors(),
        **shape_vectors(),
    }
    total = sum(write(name, vectors) for name, vectors in files.items())
    print(f"{total:,} bytes in all")


if __name__ == "__main__":
    main()
