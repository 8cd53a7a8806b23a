"""Trains both digit classifiers and writes models and inputs into scenarios/. See README.md."""

import os

# One thread: the order of float sums, hence every weight, is then the same in every run on a machine.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402

import exporter  # noqa: E402
from digits import SEED, Part, split, write_inputs  # noqa: E402
from networks import CNN, MLP, train  # noqa: E402

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


def predictions(path: Path, name: str, part: Part) -> np.ndarray:
    """The digit chosen for each image. The optimiser is off, so that a QDQ model is computed as it is written."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    shape = exporter.INPUT_SHAPES[name]
    logits = [session.run(["logits"], {"image": image.reshape(shape)})[0][0] for image in part.pixels()]
    return np.argmax(logits, axis=1)


def main() -> None:
    parts = split()
    print(f"seed {SEED};", ", ".join(f"{name} {len(part.labels)}" for name, part in parts.items()))
    write_inputs(parts, SCENARIOS / "inputs" / "digits")
    table = ["| model | held-out correct | accuracy | bytes |", "|---|---|---|---|"]
    for network in (MLP, CNN):
        folder = SCENARIOS / "models" / network.name
        folder.mkdir(parents=True, exist_ok=True)
        weights = train(network, parts["train"], SEED)
        exporter.write_float(network.name, weights, folder / "model.onnx", SEED)
        exporter.write_qdq(
            network.name, folder / "model.onnx", folder / "model.qdq.onnx", parts["calibration"].pixels(), SEED
        )
        for file in ("model.onnx", "model.qdq.onnx"):
            right = int((predictions(folder / file, network.name, parts["test"]) == parts["test"].labels).sum())
            total = len(parts["test"].labels)
            size = (folder / file).stat().st_size
            table.append(f"| {network.name}/{file} | {right} of {total} | {right / total:.2%} | {size:,} |")
    print("\n".join(table))


if __name__ == "__main__":
    main()
