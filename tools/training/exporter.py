"""From trained weights to ONNX files: the float model, and its QDQ int8 variant."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from digits import PIXEL_MAX, SOURCE

OPSET = 17
IR_VERSION = 8
CLASSES = 10

MLP_NODES = [
    helper.make_node("Gemm", ["image", "fc1.weight", "fc1.bias"], ["fc1"], name="fc1", transB=1),
    helper.make_node("Relu", ["fc1"], ["fc1.relu"], name="fc1.relu"),
    helper.make_node("Gemm", ["fc1.relu", "fc2.weight", "fc2.bias"], ["logits"], name="fc2", transB=1),
]

CONV = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [1, 1], "dilations": [1, 1], "group": 1}
POOL = {"kernel_shape": [2, 2], "strides": [2, 2], "pads": [0, 0, 0, 0]}
CNN_NODES = [
    helper.make_node("Conv", ["image", "conv1.weight", "conv1.bias"], ["conv1"], name="conv1", **CONV),
    helper.make_node("Relu", ["conv1"], ["conv1.relu"], name="conv1.relu"),
    helper.make_node("MaxPool", ["conv1.relu"], ["pool1"], name="pool1", **POOL),
    helper.make_node("Conv", ["pool1", "conv2.weight", "conv2.bias"], ["conv2"], name="conv2", **CONV),
    helper.make_node("Relu", ["conv2"], ["conv2.relu"], name="conv2.relu"),
    helper.make_node("AveragePool", ["conv2.relu"], ["pool2"], name="pool2", **POOL),
    helper.make_node("Flatten", ["pool2"], ["flat"], name="flat", axis=1),
    helper.make_node("Gemm", ["flat", "fc1.weight", "fc1.bias"], ["fc1"], name="fc1", transB=1),
    helper.make_node("Relu", ["fc1"], ["fc1.relu"], name="fc1.relu"),
    helper.make_node("Gemm", ["fc1.relu", "fc2.weight", "fc2.bias"], ["logits"], name="fc2", transB=1),
]

NODES = {"digits-mlp": MLP_NODES, "digits-cnn": CNN_NODES}
INPUT_SHAPES = {"digits-mlp": [1, 64], "digits-cnn": [1, 1, 8, 8]}


def write_float(name: str, weights: dict[str, np.ndarray], path: Path, seed: int) -> None:
    """Writes the float32 model; every shape in it is fixed, the batch is one image."""
    graph = helper.make_graph(
        NODES[name],
        name,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, INPUT_SHAPES[name])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, CLASSES])],
        [numpy_helper.from_array(value, key) for key, value in weights.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="veritrace-training"
    )
    helper.set_model_props(model, metadata(name, seed))
    model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def write_qdq(name: str, float_path: Path, path: Path, calibration: np.ndarray, seed: int) -> None:
    """Static quantisation: uint8 activations, symmetric int8 weights with a scale per output channel."""
    images = iter([{"image": image.reshape(INPUT_SHAPES[name])} for image in calibration])

    class Images(CalibrationDataReader):
        def get_next(self) -> dict[str, np.ndarray] | None:
            return next(images, None)

    quantize_static(
        float_path,
        path,
        Images(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        extra_options={"ActivationSymmetric": False, "WeightSymmetric": True},
    )
    model = onnx.load(path)
    # The quantiser adds its contrib domain and notes of its own; keep what the nodes use, and our notes.
    used = {node.domain for node in model.graph.node}
    kept = [opset for opset in model.opset_import if opset.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(kept)
    helper.set_model_props(model, metadata(name, seed))
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def metadata(name: str, seed: int) -> dict[str, str]:
    return {
        "model": name,
        "input": f"image: float32 {INPUT_SHAPES[name]}, row-major, pixel / {PIXEL_MAX}, so in [0, 1]",
        "output": "logits: float32 [1, 10], one per digit, no softmax",
        "dataset": SOURCE["citation"],
        "dataset_licence": SOURCE["licence"],
        "seed": str(seed),
    }
