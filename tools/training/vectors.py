"""Writes the integer operators' test vectors, computed by NumPy from the operators' definitions.

Nothing of the project computes them, and what can be is computed twice: convolutions and matrix products also by
ONNX's reference evaluator, max pooling also by ONNX Runtime, requantisation also in exact rational arithmetic.
See README.md for the format.
"""

import json
from fractions import Fraction
from itertools import product as product_of
from math import isqrt
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


def finish(acc: np.ndarray, scale: Tensor | None, requant: dict | None, dtype: str | None = None) -> Tensor:
    """The accumulator itself, or requantised, to `dtype` or what the clamp says; a scale of several elements runs along dimension 1."""
    if requant is None or scale is None:
        assert requant is None and scale is None
        return Tensor("i32", acc)
    along = [1] * acc.ndim
    if scale.values.size > 1:
        along[1] = scale.values.size
    return Tensor(dtype or out_type(requant), requantise(acc, scale.values.reshape(along), requant))


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


# Kernel version 2: operands of up to 32 bits

I32 = {"zero": 0, "min": -(2**23), "max": 2**23}
I32_SHIFTED = {"zero": -70_000, "min": -(2**22), "max": 2**20 + 1}


def exactly(values: np.ndarray) -> np.ndarray:
    """Python's own integers, which no sum or product leaves."""
    return np.array([int(value) for value in values.ravel()], dtype=object).reshape(values.shape)


def clamped(values: np.ndarray) -> np.ndarray:
    """To 32 bits, once, as the formula's result."""
    low, high = RANGES["i32"]
    clip = [min(max(int(value), low), high) for value in np.asarray(values, dtype=object).ravel()]
    return np.array(clip, dtype=np.int64).reshape(np.shape(values))


def settle(single: np.ndarray, exact: list[Fraction], scale: np.float32, requant: dict) -> np.ndarray:
    """The requantisation of singles, of which the exact values are given as well."""
    assert single.dtype == np.float32
    product = single * scale
    assert product.dtype == np.float32
    out = [min(max(int(v) + requant["zero"], requant["min"]), requant["max"]) for v in np.rint(product).ravel()]
    by_hand = [
        min(max(round(round_to_single(v * Fraction(float(scale)))) + requant["zero"], requant["min"]), requant["max"])
        for v in exact
    ]
    assert out == by_hand, "hardware and rational arithmetic differ"
    return np.array(out, dtype=np.int64).reshape(single.shape)


def wide_finish(acc: np.ndarray, scale: Tensor | None, requant: dict | None, dtype: str | None) -> Tensor:
    """The clamped result itself, or requantised to `dtype`."""
    if requant is None:
        return Tensor("i32", clamped(acc))
    return Tensor(dtype or out_type(requant), requantise(clamped(acc), scale.values.reshape(()), requant))


def with_scale(inputs: list[Tensor], scale: Tensor | None) -> list[Tensor]:
    return inputs if scale is None else [*inputs, scale]


def wide(*shape: int) -> Tensor:
    """Of every size: uniform numbers are nearly all large."""
    bits = random.integers(0, 32, shape)
    return Tensor("i32", random.integers(-(2**31), 2**31, shape) >> bits)


def conv_transpose_vector(
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
    more=(0, 0),
    x_zero: int = 0,
    w_zero: int = 0,
    dtype: str | None = None,
) -> dict:
    """w `[O, C/groups, kh, kw]`; each element is spread over the output."""
    (n, c, height, width), (o, depth, kh, kw) = x.values.shape, w.values.shape
    whole = [
        (size - 1) * stride + (side - 1) * dilation + 1 + extra
        for size, stride, side, dilation, extra in zip((height, width), strides, (kh, kw), dilations, more, strict=True)
    ]
    spread = np.zeros((n, o, *whole), dtype=np.int64)
    for b, out, inner, h, v, i, j in np.ndindex(n, o, depth, height, width, kh, kw):
        channel = out // (o // groups) * depth + inner
        product = (x.values[b, channel, h, v] - x_zero) * (w.values[out, inner, i, j] - w_zero)
        spread[b, out, h * strides[0] + i * dilations[0], v * strides[1] + j * dilations[1]] += product
    acc = spread[:, :, pads[0] : whole[0] - pads[2], pads[1] : whole[1] - pads[3]]
    # ONNX: channels first in the weights, and doubles, in which these sums are exact.
    theirs = (w.values - w_zero).reshape(groups, o // groups, depth, kh, kw).transpose(0, 2, 1, 3, 4)
    node = helper.make_node(
        "ConvTranspose",
        ["x", "w"],
        ["y"],
        group=groups,
        strides=list(strides),
        pads=list(pads),
        dilations=list(dilations),
        output_padding=list(more),
        kernel_shape=[kh, kw],
    )
    theirs = theirs.reshape(c, o // groups, kh, kw)
    graph = helper.make_graph(
        [node],
        "reference",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, x.values.shape),
            helper.make_tensor_value_info("w", TensorProto.FLOAT, theirs.shape),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    assert np.abs(acc).max() < 2**24, "a single does not hold every sum"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    reference = session.run(
        ["y"], {"x": (x.values - x_zero).astype(np.float32), "w": theirs.astype(np.float32)}
    )[0]
    assert np.array_equal(acc, reference.astype(np.int64)), f"{name}: ONNX Runtime disagrees"
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
    return vector(name, "ConvTranspose", attributes, inputs, finish(acc, scale, requant, dtype))


def conv_transpose_vectors() -> list[dict]:
    case = conv_transpose_vector
    return [
        case("one_by_one", uniform("u8", 1, 3, 2, 3), uniform("i8", 2, 3, 1, 1)),
        case("doubles_the_sides", uniform("u8", 1, 3, 3, 4), uniform("i8", 2, 3, 2, 2), biases(2), strides=(2, 2)),
        case("overlapping", uniform("u8", 1, 2, 3, 3), uniform("i8", 2, 2, 3, 3), strides=(2, 2), x_zero=120),
        case(
            "pads_and_more",
            uniform("u8", 1, 2, 3, 3),
            uniform("i8", 2, 2, 3, 3),
            strides=(2, 2),
            pads=(1, 1, 1, 1),
            more=(1, 1),
            x_zero=17,
            w_zero=-3,
        ),
        case(
            "axes_differ",
            uniform("i8", 2, 2, 2, 4),
            uniform("u8", 1, 2, 3, 2),
            biases(1),
            strides=(3, 1),
            pads=(0, 1, 2, 0),
            more=(2, 0),
            w_zero=131,
        ),
        case("stride_beyond_the_filter", uniform("u8", 1, 1, 3, 2), uniform("i8", 2, 1, 2, 2), strides=(3, 4)),
        case(
            "dilations_share_a_factor_with_the_stride",
            uniform("u8", 1, 2, 3, 4),
            uniform("i8", 2, 2, 3, 3),
            strides=(4, 2),
            dilations=(2, 3),
            pads=(1, 0, 0, 2),
            x_zero=77,
        ),
        case("dilation_is_the_stride", uniform("u8", 1, 1, 3, 3), uniform("i8", 1, 1, 3, 3), strides=(2, 2), dilations=(2, 2)),
        case("groups", uniform("u8", 1, 4, 2, 3), uniform("i8", 6, 2, 2, 2), biases(6), groups=2, strides=(2, 2)),
        case("depthwise", uniform("u8", 1, 3, 3, 3), uniform("i8", 3, 1, 2, 2), groups=3, strides=(1, 2), x_zero=90),
        case(
            "requantised_per_channel",
            uniform("u8", 1, 3, 3, 3),
            uniform("i8", 2, 3, 2, 2),
            biases(2),
            scales(0.003, 0.001),
            U8_MIDDLE,
            strides=(2, 2),
            x_zero=128,
        ),
        case(
            "requantised_to_32_bits",
            uniform("u8", 1, 2, 3, 3),
            uniform("i8", 2, 2, 2, 2),
            None,
            scales(3.7),
            I32_SHIFTED,
            strides=(2, 2),
            dtype="i32",
        ),
    ]


def batch_mat_mul_vectors() -> list[dict]:
    def case(name: str, a: Tensor, b: Tensor, a_zero=0, b_zero=0, scale=None, requant=None, dtype=None) -> dict:
        acc = np.matmul(a.values - a_zero, (b.values - b_zero).transpose(0, 2, 1))
        if b.values.shape[0] == a.values.shape[0]:
            swapped = Tensor(b.dtype, b.values.transpose(0, 2, 1))
            reference = evaluate_reference("MatMulInteger", a, swapped, a_zero, b_zero, {})
            assert np.array_equal(acc, reference), f"{name}: ONNX's reference evaluator disagrees"
        attributes = {"a_zero": a_zero, "b_zero": b_zero, "requant": requant}
        output = wide_finish(acc, scale, requant, dtype)
        return vector(name, "BatchMatMul", attributes, with_scale([a, b], scale), output)

    return [
        case("one_group", uniform("u8", 1, 3, 5), uniform("i8", 1, 4, 5)),
        case("groups", uniform("u8", 3, 2, 7), uniform("u8", 3, 4, 7), 130, 97),
        case("shared", uniform("i8", 3, 2, 6), uniform("i8", 1, 5, 6), -3, 20),
        case("long_rows", uniform("u8", 2, 2, 300), uniform("i8", 2, 3, 300), 7),
        case("requantised", uniform("u8", 2, 3, 24), uniform("u8", 2, 3, 24), 120, 128, scales(0.0011), U8_MIDDLE),
        case("requantised_to_32_bits", uniform("u8", 2, 3, 4), uniform("i8", 2, 3, 4), 3, 0, scales(1.7), I32, "i32"),
    ]


def binary_vectors() -> dict[str, list[dict]]:
    edges = Tensor("i32", [-(2**31), -(2**31) + 1, -(2**24) - 1, -1, 0, 1, 3, 2**24 + 1, 2**31 - 1])

    def column(tensor: Tensor) -> Tensor:
        return Tensor(tensor.dtype, tensor.values[:, None])

    def weighted(name: str, a, b, zeros=(0, 0), muls=(1, 1), scale=None, requant=None, dtype=None) -> dict:
        acc = (exactly(a.values) - zeros[0]) * muls[0] + (exactly(b.values) - zeros[1]) * muls[1]
        attributes = {
            "a_zero": zeros[0],
            "a_mul": muls[0],
            "b_zero": zeros[1],
            "b_mul": muls[1],
            "requant": requant,
        }
        return vector(name, "WeightedSum", attributes, with_scale([a, b], scale), wide_finish(acc, scale, requant, dtype))

    def product(name: str, a, b, zeros=(0, 0), scale=None, requant=None, dtype=None) -> dict:
        acc = (exactly(a.values) - zeros[0]) * (exactly(b.values) - zeros[1])
        attributes = {"a_zero": zeros[0], "b_zero": zeros[1], "requant": requant}
        return vector(name, "Product", attributes, with_scale([a, b], scale), wide_finish(acc, scale, requant, dtype))

    def quotient(name: str, a, b, scale, requant, zeros=(0, 0), dtype=None) -> dict:
        over, under = clamped(exactly(a.values) - zeros[0]), clamped(exactly(b.values) - zeros[1])
        over, under = np.broadcast_arrays(over, np.maximum(under, 1))
        single = over.astype(np.float32) / under.astype(np.float32)
        exact = [
            round_to_single(round_to_single(Fraction(int(p))) / round_to_single(Fraction(int(q))))
            for p, q in zip(over.ravel(), under.ravel(), strict=True)
        ]
        attributes = {"a_zero": zeros[0], "b_zero": zeros[1], "requant": requant}
        out = Tensor(dtype or out_type(requant), settle(single, exact, scale.values[0], requant))
        return vector(name, "Quotient", attributes, [a, b, scale], out)

    def root(name: str, x, scale, requant, x_zero=0, dtype=None) -> dict:
        under = np.maximum(clamped(exactly(x.values) - x_zero), 0)
        single = np.sqrt(under.astype(np.float32))
        exact = [round_to_single(root_of(round_to_single(Fraction(int(value))))) for value in under.ravel()]
        attributes = {"x_zero": x_zero, "requant": requant}
        out = Tensor(dtype or out_type(requant), settle(single, exact, scale.values[0], requant))
        return vector(name, "SquareRoot", attributes, [x, scale], out)

    squares = np.array([side * side + nudge for side in (2, 3, 255, 4096, 4097, 46340) for nudge in (-1, 0, 1)])
    powers = np.array([2**bits for bits in range(31)])
    return {
        "weighted_sum": [
            weighted("same_shape", uniform("u8", 1, 2, 2, 3), uniform("i8", 1, 2, 2, 3), (3, -7), (5, -11)),
            weighted("difference", wide(2, 9), wide(2, 9), (0, 0), (1, -1)),
            weighted("clamped", column(edges), edges, (-(2**23), 2**23), (-(2**15), 2**15)),
            weighted("broadcast_both_ways", uniform("u8", 3, 1, 4), uniform("i8", 2, 1), (9, 1), (2, 3)),
            weighted("broadcast_scalar", uniform("i8", 2, 3), Tensor("i32", np.array(-100_000)), (4, 0), (-3, 1)),
            weighted("one_channel_of_rank_four", uniform("u8", 1, 3, 2, 2), uniform("i8", 3, 1, 1), (0, 0), (7, 300)),
            weighted("requantised", uniform("u8", 2, 5), wide(5), (12, 0), (400, 1), scales(0.004), U8_MIDDLE),
            weighted("requantised_to_32_bits", wide(3, 3), wide(3, 1), (77, -5), (3, -2), scales(0.001), I32, "i32"),
        ],
        "product": [
            product("same_shape", uniform("u8", 1, 2, 2, 3), uniform("i8", 1, 2, 2, 3), (3, -7)),
            product("clamped", column(edges), edges),
            product("clamped_with_zero_points", column(edges), edges, (2**23, -(2**23))),
            product("broadcast", uniform("u8", 2, 1, 3), uniform("i8", 4, 1), (100, 5)),
            product("requantised", uniform("u8", 3, 4), uniform("u8", 3, 4), (128, 100), scales(0.01), U8_MIDDLE),
            product("requantised_of_32_bits", wide(4, 5), wide(5), (0, 0), scales(1e-7), I8_SHIFTED),
            product("requantised_to_32_bits", wide(4, 5), uniform("u8", 4, 1), (1, 2), scales(0.01), I32_SHIFTED, "i32"),
        ],
        "quotient": [
            quotient("same_shape", uniform("u8", 2, 9), uniform("u8", 2, 9), scales(3.3), U8_MIDDLE, (100, 20)),
            quotient("every_edge_by_every_edge", column(edges), edges, scales(0.37), I32, dtype="i32"),
            quotient("clamped_differences", column(edges), edges, scales(1.0), I32, (2**23, -(2**23)), "i32"),
            quotient("sizes", wide(1, 40), wide(3, 1), scales(255.0), I32_SHIFTED, dtype="i32"),
            quotient("shares", uniform("u8", 2, 10), Tensor("i32", [[900], [1700]]), scales(255.0), U8),
            quotient("thirds_scaled_to_halves", Tensor("i32", np.arange(-9, 10)), filled("i32", 3, 1), scales(1.5), I8),
        ],
        "square_root": [
            root("of_8_bits", Tensor("u8", np.arange(256)), scales(15.9), U8),
            root("negative_is_zero", Tensor("i8", np.arange(-128, 128)), scales(11.0), U8_RELU, 9),
            root("perfect_squares_and_beside", Tensor("i32", squares), scales(1.0), I32, dtype="i32"),
            root("powers_of_two", Tensor("i32", powers), scales(100.0), I32_SHIFTED, dtype="i32"),
            root("sizes", wide(1, 3, 4, 5), scales(0.01), U8_MIDDLE, -1000),
            root("edges", edges, scales(0.5), I32, -(2**23), "i32"),
        ],
    }


def root_of(value: Fraction) -> Fraction:
    """The root, or what lies on the same side of every single and every middle of two."""
    if value == 0:
        return value
    assert value.denominator == 1
    moved = int(value) << 100
    found = isqrt(moved)
    return Fraction(found, 2**50) if found * found == moved else Fraction(2 * found + 1, 2**51)


def choosing_vectors() -> dict[str, list[dict]]:
    def concat(name: str, axis: int, *inputs: Tensor) -> dict:
        out = np.concatenate([tensor.values for tensor in inputs], axis=axis)
        return vector(name, "Concat", {"axis": axis}, list(inputs), Tensor(inputs[0].dtype, out))

    def cut(name: str, x: Tensor, ranges: list, counts: list[int]) -> dict:
        out = x.values
        for axis, ((start, step), count) in enumerate(zip(ranges, counts, strict=True)):
            out = np.take(out, [start + k * step for k in range(count)], axis=axis)
        return vector(name, "Slice", {"ranges": ranges}, [x], Tensor(x.dtype, out))

    def gather(name: str, x: Tensor, indices: Tensor, axis: int) -> dict:
        out = np.take(x.values, np.clip(indices.values, 0, x.values.shape[axis] - 1), axis=axis)
        return vector(name, "Gather", {"axis": axis}, [x, indices], Tensor(x.dtype, out))

    def lookup(name: str, x: Tensor, table: Tensor) -> dict:
        return vector(name, "Lookup", {}, [x, table], Tensor("i32", table.values[x.values - RANGES[x.dtype][0]]))

    def resize(name: str, x: Tensor, rows, columns, x_zero=0, scale=None, requant=None, dtype=None) -> dict:
        def places(values: list[int], size: int) -> list[tuple[int, int, int]]:
            split = [(min(max(value // 256, 0), size - 1), min(value % 256, 128)) for value in values]
            return [(index, min(index + 1, size - 1), weight) for index, weight in split]

        n, c, height, width = x.values.shape
        down, along = places(rows, height), places(columns, width)
        acc = np.zeros((n, c, len(rows), len(columns)), dtype=np.int64)
        for (i, (top, bottom, v)), (j, (left, right, u)) in product_of(enumerate(down), enumerate(along)):
            at = x.values - x_zero
            acc[:, :, i, j] = (
                (128 - v) * (128 - u) * at[:, :, top, left]
                + (128 - v) * u * at[:, :, top, right]
                + v * (128 - u) * at[:, :, bottom, left]
                + v * u * at[:, :, bottom, right]
            )
            if requant is None:
                acc[:, :, i, j] = x.values[:, :, top, left]
        output = Tensor(x.dtype, acc) if requant is None else wide_finish(acc, scale, requant, dtype)
        inputs = with_scale([x, Tensor("i32", rows), Tensor("i32", columns)], scale)
        return vector(name, "Resize", {"x_zero": x_zero, "requant": requant}, inputs, output)

    def linear(size: int, to: int) -> list[int]:
        """Half-pixel places, as a compiler makes them."""
        out = []
        for k in range(to):
            place = max((k + 0.5) * size / to - 0.5, 0)
            out.append(min(int(place), size - 1) * 256 + round((place - int(place)) * 128))
        return out

    nearest = [0, 256, 256, 512, 512, 300]
    odd = [-1, -256, -129, 0, 128, 200, 255, 256 + 64, 512 + 127, 768 + 1, 2**31 - 1, -(2**31)]
    return {
        "concat": [
            concat("channels", 1, uniform("u8", 1, 2, 2, 3), uniform("u8", 1, 1, 2, 3), uniform("u8", 1, 3, 2, 3)),
            concat("rows", 0, uniform("i8", 2, 3), uniform("i8", 1, 3)),
            concat("last_of_four", 2, *[wide(2, 2, size) for size in (1, 3, 2, 1)]),
            concat("alone", 0, uniform("u8", 4)),
        ],
        "slice": [
            cut("middle", uniform("u8", 1, 4, 5, 5), [[0, 1], [1, 1], [2, 2], [0, 3]], [1, 2, 2, 2]),
            cut("every_third", uniform("i8", 10), [[1, 3]], [3]),
            cut("one_with_a_long_step", wide(3, 4), [[2, 2**31], [3, 7]], [1, 1]),
            cut("scalar", Tensor("u8", np.array(7)), [], []),
        ],
        "gather": [
            gather("rows", uniform("u8", 5, 3), Tensor("i32", [4, 0, 0, 2]), 0),
            gather("matrix_of_indices", uniform("i8", 2, 6, 2), Tensor("u8", [[5, 0], [3, 3], [1, 2]]), 1),
            gather("scalar_index", wide(3, 4), Tensor("i8", np.array(2)), 1),
            gather("clamped", uniform("u8", 1, 4, 2, 2), Tensor("i32", [-(2**31), -1, 3, 4, 2**31 - 1]), 1),
            gather("last_axis", uniform("u8", 2, 7), Tensor("i8", [6, -5, 100]), 1),
        ],
        "resize": [
            resize("nearest", uniform("u8", 1, 2, 3, 3), nearest, [0, 512]),
            resize("nearest_with_odd_places", uniform("i8", 2, 1, 3, 4), odd, odd, 5),
            resize("doubled", uniform("u8", 1, 2, 3, 4), linear(3, 6), linear(4, 8), 0, scales(2.0**-14), U8),
            resize("shrunk", uniform("i8", 1, 2, 5, 4), linear(5, 3), linear(4, 2), 3, scales(2.0**-14), U8_MIDDLE),
            resize("odd_places", uniform("u8", 1, 1, 4, 3), odd, odd, 128, scales(0.00006), I8_SHIFTED),
            resize("to_32_bits", uniform("u8", 1, 1, 2, 2), linear(2, 5), linear(2, 3), 7, scales(0.5), I32, "i32"),
        ],
        "lookup": [
            lookup("unsigned", Tensor("u8", np.arange(256)[::-1]), wide(256)),
            lookup("signed_starts_at_the_smallest", uniform("i8", 1, 3, 4, 4), uniform("i32", 256)),
        ],
    }


def ordering_vectors() -> dict[str, list[dict]]:
    def reduce(name: str, x: Tensor, reduction: str, axes, keep, x_zero=0, scale=None, requant=None, dtype=None) -> dict:
        values = exactly(x.values)
        if reduction in ("Max", "Min"):
            by = np.max if reduction == "Max" else np.min
            output = Tensor(x.dtype, by(x.values, axis=tuple(axes), keepdims=keep))
        else:
            terms = values - x_zero
            terms = terms * terms if reduction == "SumOfSquares" else terms
            acc = np.sum(terms, axis=tuple(axes), keepdims=keep)
            output = wide_finish(np.asarray(acc, dtype=object), scale, requant, dtype)
        attributes = {
            "reduction": reduction,
            "axes": list(axes),
            "keep_dims": keep,
            "x_zero": x_zero,
            "requant": requant,
        }
        return vector(name, "Reduce", attributes, with_scale([x], scale), output)

    def top(name: str, x: Tensor, axis: int, count: int, largest: bool, indices: bool) -> dict:
        order = np.argsort(-x.values if largest else x.values, axis=axis, kind="stable")
        order = np.take(order, range(count), axis=axis)
        values = np.take_along_axis(x.values, order, axis=axis)
        node = helper.make_node("TopK", ["x", "k"], ["values", "indices"], axis=axis, largest=int(largest), sorted=1)
        graph = helper.make_graph(
            [node],
            "reference",
            [
                helper.make_tensor_value_info("x", TensorProto.INT32, x.values.shape),
                helper.make_tensor_value_info("k", TensorProto.INT64, [1]),
            ],
            [
                helper.make_tensor_value_info("values", TensorProto.INT32, None),
                helper.make_tensor_value_info("indices", TensorProto.INT64, None),
            ],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        theirs = session.run(None, {"x": x.values.astype(np.int32), "k": np.array([count])})
        assert np.array_equal(values, theirs[0]), f"{name}: ONNX Runtime disagrees"
        assert np.array_equal(order, theirs[1]), f"{name}: ONNX Runtime disagrees"
        attributes = {"axis": axis, "largest": largest, "indices": indices}
        output = Tensor("i32", order) if indices else Tensor(x.dtype, values)
        return vector(name, "TopK", attributes, [x], output)

    few = Tensor("i8", random.integers(-2, 2, (2, 6, 3)))
    large = Tensor("i32", [[2**31 - 1, 2**31 - 1, -1], [-(2**31), -(2**31), 1], [2**30, 2**30, 2**30]])
    return {
        "reduce": [
            reduce("sum_of_the_last", uniform("u8", 2, 3, 4), "Sum", [2], False, 100),
            reduce("sum_of_the_first_kept", uniform("i8", 2, 3, 4), "Sum", [0], True, -5),
            reduce("sum_of_two_apart", uniform("u8", 2, 3, 4), "Sum", [0, 2], False),
            reduce("sum_over_the_image", uniform("u8", 1, 3, 4, 5), "Sum", [2, 3], True, 9, scales(0.05), U8_MIDDLE),
            reduce("sum_of_all", uniform("i8", 2, 2, 2, 2), "Sum", [0, 1, 2, 3], False),
            reduce("sum_clamped", large, "Sum", [1], False),
            reduce("sum_clamped_with_zero_point", large, "Sum", [1], True, 2**23),
            reduce("sum_requantised_to_32_bits", wide(3, 7), "Sum", [1], True, 3, scales(0.0001), I32, "i32"),
            reduce("squares", uniform("u8", 3, 30), "SumOfSquares", [1], True, 128),
            reduce("squares_clamped", large, "SumOfSquares", [1], False, -(2**23)),
            reduce("squares_near_the_clamp", Tensor("i32", [[46340, 300, 5], [46341, 0, 0]]), "SumOfSquares", [1], False),
            reduce("squares_requantised", uniform("i8", 1, 2, 3, 4), "SumOfSquares", [1], True, 3, scales(0.01), U8),
            reduce("largest", uniform("i8", 2, 3, 4), "Max", [1], False),
            reduce("largest_of_32_bits", wide(2, 3, 4), "Max", [0, 1], True),
            reduce("smallest", uniform("u8", 1, 2, 3, 4), "Min", [1, 3], True),
            reduce("smallest_of_32_bits", large, "Min", [0], False),
        ],
        "top_k": [
            top("largest", uniform("u8", 2, 9), 1, 4, True, False),
            top("largest_indices", uniform("u8", 2, 9), 1, 4, True, True),
            top("smallest", uniform("i8", 5, 3), 0, 5, False, False),
            top("smallest_indices", uniform("i8", 5, 3), 0, 2, False, True),
            top("ties_of_largest", few, 1, 6, True, True),
            top("ties_of_smallest", few, 1, 6, False, True),
            top("channels", uniform("u8", 1, 7, 2, 2), 1, 3, True, False),
            top("edges", Tensor("i32", [-(2**31), 2**31 - 1, 0, -1, 2**31 - 1, -(2**31)]), 0, 6, True, True),
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
        "conv_transpose": conv_transpose_vectors(),
        "batch_mat_mul": batch_mat_mul_vectors(),
        **binary_vectors(),
        **choosing_vectors(),
        **ordering_vectors(),
    }
    total = sum(write(name, vectors) for name, vectors in files.items())
    print(f"{total:,} bytes in all")


if __name__ == "__main__":
    main()
