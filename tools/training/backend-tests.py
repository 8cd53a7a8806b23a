"""Writes ONNX's own backend tests of quantised operators as fixtures of the compiler.

The cases, inputs and expected outputs are made by the `onnx` package (Apache-2.0), not by us. A test's scales, zero
points and weights are inputs of its model; here they become initialisers, which is what they are in real models. Models
of a newer operator set than the compiler's newest are given that one, if ONNX's checker takes them so.
"""

import base64
import json
import re
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, checker, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

FOLDER = Path(__file__).resolve().parents[2] / "tools" / "compiler" / "testdata" / "onnx-backend"
NAMES = re.compile(
    r"^test_(qlinearconv|qlinearmatmul|convinteger|matmulinteger|quantizelinear|dequantizelinear|dynamicquantizelinear)"
)
NEWEST_OPSET = 22
EXPANDED = "_expanded"


def as_proto(value: np.ndarray | TensorProto) -> TensorProto:
    return value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value))


def described(value: np.ndarray | TensorProto) -> dict:
    """Element type, shape and little-endian bytes, as in a tensor's raw data."""
    proto = as_proto(value)
    raw = proto.raw_data
    if not raw:
        raw = numpy_helper.to_array(proto).tobytes()
    return {
        "type": TensorProto.DataType.Name(proto.data_type).lower(),
        "shape": list(proto.dims),
        "data": base64.b64encode(raw).decode(),
    }


def with_constants(model: onnx.ModelProto, values: list) -> onnx.ModelProto:
    """The model with all inputs but the first as initialisers."""
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    for info, value in list(zip(model.graph.input, values, strict=True))[1:]:
        tensor = as_proto(value)
        initialiser = changed.graph.initializer.add()
        initialiser.CopyFrom(tensor)
        initialiser.name = info.name
    del changed.graph.input[1:]
    return changed


def with_known_opset(model: onnx.ModelProto) -> onnx.ModelProto:
    if all(opset.version <= NEWEST_OPSET for opset in model.opset_import):
        return model
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    del changed.opset_import[:]
    changed.opset_import.append(helper.make_opsetid("", NEWEST_OPSET))
    try:
        checker.check_model(changed, full_check=True)
    except Exception as error:  # of many kinds, which here all mean the same
        print(f"{model.graph.name} stays at its operator set: {str(error).splitlines()[0]}", file=sys.stderr)
        return model
    return changed


def main() -> None:
    cases = []
    for case in sorted(collect_testcases(None), key=lambda case: case.name):
        if not NAMES.match(case.name) or EXPANDED in case.name or case.model is None:
            continue
        inputs, outputs = case.data_sets[0]
        model = with_known_opset(with_constants(case.model, inputs))
        cases.append(
            {
                "name": case.name,
                "operator": case.model.graph.node[0].op_type,
                "opset": case.model.opset_import[0].version,
                "model": base64.b64encode(model.SerializeToString(deterministic=True)).decode(),
                "input": described(inputs[0]),
                "outputs": [described(output) for output in outputs],
            }
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {
        "source": f"onnx {onnx.__version__}, onnx.backend.test.case.node",
        "licence": "Apache-2.0, ONNX Project Contributors",
        "cases": cases,
    }
    (FOLDER / "quantised.json").write_text(json.dumps(content, indent=1) + "\n")
    print(f"{len(cases)} cases")


if __name__ == "__main__":
    main()
