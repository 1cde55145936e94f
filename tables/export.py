"""Writes scikit-learn's bundled data sets in formats that `sweep` reads: diabetes as CSV, digits as a NumPy
archive (npz) and as IDX files.

pip install scikit-learn; python tables/export.py
"""

import gzip
import struct
from pathlib import Path

import numpy as np
from sklearn.datasets import load_diabetes, load_digits

HERE = Path(__file__).parent


def diabetes():
    """Writes age, sex, body mass index, blood pressure and six blood serum measurements, unscaled."""
    table = load_diabetes(scaled=False)
    names = [*table.feature_names, "progression"]
    rows = np.column_stack([table.data, table.target])
    lines = [",".join(f"{value:g}" for value in row) for row in rows]
    (HERE / "diabetes.csv").write_text("\n".join([",".join(names), *lines]) + "\n")


def idx(name, array):
    """Writes an IDX file, compressed with gzip. The archive contains no time stamp, so that its bytes never change."""
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
