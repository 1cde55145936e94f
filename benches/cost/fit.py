"""Fits the constants of the cost model (src/execute/cost.rs) to the counts and times of runs:

    cargo bench --bench cost -- --counts experiments tables benches/cost/*.toml > counts.csv
    python benches/cost/fit.py counts.csv

Least squares of relative errors with constants of at least 0, by coordinate descent. Needs NumPy.
"""

import sys
from collections import defaultdict

import numpy as np


def main():
    # Sums over the runs of a shape in a file, because runs that train together share their time.
    sums = defaultdict(lambda: defaultdict(lambda: 0))
    for line in open(sys.argv[1]):
        file, executor, precision, together, same, wall, done, *counts = line.strip().split(",")
        counts = np.array(counts, float)
        # Other runs ended before their budget.
        if float(done) > 0.99:
            of_rows, of_steps = counts[:4] / float(same), counts[4:] * float(precision) / float(together)
            shape = (file, tuple(counts[4:] / counts[4]))
            sums[executor][shape] += np.concatenate([[float(wall) * 1e9, 1], of_rows, of_steps])
    for executor, of in sums.items():
        table = np.array(list(of.values()))
        times, counts = table[:, 0], table[:, 1:]
        costs = fit(counts / times[:, None])
        errors = np.exp(np.abs(np.log(counts @ costs / times))) - 1
        print(f"{executor}: {len(times)} shapes, error median {np.median(errors):.0%}, worst {errors.max():.0%}")
        text = [f"{cost:.4g}" for cost in costs]
        print(f"    run: {text[0]},\n    rows: [{', '.join(text[1:5])}],\n    steps: [{', '.join(text[5:])}],")


def fit(a, rounds=20_000):
    """Minimizes |a x - 1|^2 over x >= 0."""
    scale = np.sqrt((a**2).sum(0))
    scale[scale == 0] = 1
    a = a / scale
    x, gram, goal = np.zeros(a.shape[1]), a.T @ a, a.sum(0)
    for _ in range(rounds):
        for i in range(len(x)):
            if gram[i, i]:
                x[i] = max(0.0, x[i] + (goal[i] - gram[i] @ x) / gram[i, i])
    return x / scale


main()
