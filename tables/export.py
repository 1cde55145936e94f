"""Writes scikit-learn's bundled tables in the formats that `sweep` reads: diabetes as CSV, digits as an
archive of NumPy's and in the format of MNIST.

pip install scikit-learn; python tables/export.py
"""

import gzip
import struct
from pathlib import Path

import numpy as np
from sklearn.datasets import load_diabetes, load_digits

HERE = Path(__file__).parent


def diabetes():
    """Age, sex, body mass index, blood pressure and six measurements of blood serum, in their own units."""
    table = load_diabetes(scaled=False)
    names = [*table.feature_names, "progression"]
    rows = np.column_stack([table.data, table.target])
    lines = [",".join(f"{value:g}" for value in row) for row in rows]
    (HERE / "diabetes.csv").write_text("\n".join([",".join(names), *lines]) + "\n")


def idx(name, array):
    """Bytes with their dimensions in front; the packed file has no time in it, so that it is always the same."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    packed = gzip.compress(header + array.astype(np.uint8).tobytes(), 9, mtime=0)
    (HERE / f"{name}-idx{array.ndim}-ubyte.gz").write_bytes(packed)


def digits():
    table = load_digits()
    pixels, labels = table.data.astype(np.uint8), table.target.astype(np.uint8)
    np.savez_compressed(HERE / "digits.npz", x=pixels, y=labels)
    idx("digits-images", pixels.reshape(-1, 8, 8))
    idx("digits-labels", labels)


diabetes()
digits()
