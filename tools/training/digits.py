"""The handwritten digits: loading, the seeded split, and the files scenarios read."""

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 20261123
TEST_COUNT = 400
CALIBRATION_COUNT = 100
SIDE = 8
PIXEL_MAX = 16

SOURCE = {
    "name": "Optical Recognition of Handwritten Digits (the test file, as shipped by scikit-learn's load_digits)",
    "url": "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    "licence": "CC BY 4.0",
    "citation": (
        "Alpaydin, E. and Kaynak, C. (1998). Optical Recognition of Handwritten Digits [Dataset]. "
        "UCI Machine Learning Repository. https://doi.org/10.24432/C50P49"
    ),
}


@dataclass(frozen=True)
class Part:
    """Images `[N, 8, 8]` of bytes 0..16, labels `[N]`, and each image's row in load_digits."""

    images: np.ndarray
    labels: np.ndarray
    rows: np.ndarray

    def pixels(self) -> np.ndarray:
        """float32 `[N, 64]` in [0, 1]: what the models take. Sixteenths are exact in float32."""
        return self.images.reshape(-1, SIDE * SIDE).astype(np.float32) / np.float32(PIXEL_MAX)


def split() -> dict[str, Part]:
    """Train, calibration and held-out test; every class has its share of each."""
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, SIDE, SIDE).astype(np.uint8)
    labels = labels.astype(np.uint8)
    assert images.max() == PIXEL_MAX
    rest, test = train_test_split(np.arange(len(labels)), test_size=TEST_COUNT, random_state=SEED, stratify=labels)
    train, calibration = train_test_split(rest, test_size=CALIBRATION_COUNT, random_state=SEED, stratify=labels[rest])
    parts = {"train": train, "calibration": calibration, "test": test}
    return {name: Part(images[rows], labels[rows], rows) for name, rows in parts.items()}


def write_inputs(parts: dict[str, Part], folder: Path) -> None:
    """Raw bytes for programs, ten PNGs for people, and an index that says what they are."""
    folder.mkdir(parents=True, exist_ok=True)
    index: dict = {
        "source": SOURCE,
        "splitSeed": SEED,
        "counts": {name: len(part.labels) for name, part in parts.items()},
        "image": {
            "shape": [SIDE, SIDE],
            "dtype": "uint8",
            "range": [0, PIXEL_MAX],
            "order": "row-major, one image after the other",
            "modelInput": f"float32, pixel / {PIXEL_MAX}",
        },
        "sets": {},
        "samples": [],
    }
    for name in ("test", "calibration"):
        part = parts[name]
        index["sets"][name] = {
            "count": len(part.labels),
            "images": write(folder, f"{name}-images.u8", part.images.tobytes()),
            "labels": write(folder, f"{name}-labels.u8", part.labels.tobytes()),
        }
    test = parts["test"]
    scale = 255 // PIXEL_MAX
    (folder / "samples").mkdir(exist_ok=True)
    for digit in range(10):
        at = int(np.flatnonzero(test.labels == digit)[0])
        path = f"samples/{digit}-{at}.png"
        entry = write(folder, path, grey_png(test.images[at] * np.uint8(scale)))
        index["samples"].append({"digit": digit, "testIndex": at, "pixelScale": scale, **entry})
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n")


def write(folder: Path, path: str, data: bytes) -> dict:
    """Writes the file and returns its entry in the index."""
    (folder / path).write_bytes(data)
    return {"file": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def grey_png(pixels: np.ndarray) -> bytes:
    """An 8-bit greyscale PNG of a `[height, width]` uint8 array."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    height, width = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
