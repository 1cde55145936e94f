"""NumPy (with OpenBLAS) doing what `examples/solvers.rs` does: a table of least squares.

solvers.py ROWS FEATURES [gd] [sgd] [normal]: a pass of gradient descent as `X @ w` and `X.T @ r` in turn, 13,900 steps of
stochastic gradient descent with batches of 16, and the normal equations by `X.T @ X` and `solve`.
"""

import sys
import time

import numpy as np

STEPS, BATCH, PASSES = 13_900, 16, 21


def made(n, d, rng):
    """Rows of the same kind, made in blocks: no second copy of X is ever there."""
    x = np.empty((n, d))
    for start in range(0, n, 1_000):
        rng.standard_normal(out=x[start : start + 1_000])
    w = rng.standard_normal(d)
    return x, x @ (w / np.linalg.norm(w)) + rng.standard_normal(n)


def descent(x, y, rate):
    """The seconds of one iteration, the mean of as many as the example needs passes."""
    w = np.zeros(x.shape[1])
    start = time.perf_counter()
    for _ in range(PASSES):
        r = x @ w - y
        w -= rate * (2 / len(y)) * (x.T @ r)
    return (time.perf_counter() - start) / PASSES


def stochastic(x, y, rate, rng):
    """The seconds of all steps."""
    n, d = x.shape
    w = np.zeros(d)
    start = time.perf_counter()
    for _ in range(STEPS):
        batch = rng.integers(0, n, BATCH)
        rows = x[batch]
        w -= rate * (2 / BATCH) * (rows.T @ (rows @ w - y[batch]))
    return time.perf_counter() - start


def normal(x, y):
    """The seconds of the whole."""
    start = time.perf_counter()
    np.linalg.solve(x.T @ x, x.T @ y)
    return time.perf_counter() - start


def main():
    n, d = int(sys.argv[1]), int(sys.argv[2])
    wanted = sys.argv[3:] or ["gd", "sgd", "normal"]
    rng = np.random.default_rng(0)
    x, y = made(n, d, rng)
    if "gd" in wanted:
        print(f"gd               {descent(x, y, 0.3):10.4f} s per iteration")
    if "sgd" in wanted:
        print(f"sgd              {stochastic(x, y, 8e-4, rng):10.4f} s for {STEPS} steps")
    if "normal" in wanted:
        print(f"normal equations {normal(x, y):10.4f} s")


if __name__ == "__main__":
    main()
