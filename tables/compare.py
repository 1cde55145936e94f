"""Compares networks of scikit-learn and `sweep` on the same training and validation rows.

pip install scikit-learn; python tables/compare.py [SWEEP]

Both use the same layers, batches, epochs, learning rate and optimizer (Adam). Their initial weights differ. The
script prints the mean over seeds of the validation R² or accuracy.
"""

import csv
import io
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

HERE = Path(__file__).parent
SWEEP = sys.argv[1] if len(sys.argv) > 1 else "sweep"
warnings.filterwarnings("ignore")  # Hides the warning that the budget ends before convergence.


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def rows(sweep, seed):
    """Yields X and y of the training rows, then of the validation rows, as `sweep` standardizes them."""
    text = run("cargo", "run", "-q", "--example", "split", "--", str(sweep), str(seed))
    table = list(csv.reader(io.StringIO(text)))[1:]
    for part in ["train", "validation"]:
        of = np.array([row[1:] for row in table if row[0] == part], dtype=float)
        yield of[:, 1:], of[:, 0]


def compare(name, network, column, where, seeds):
    """Prints the mean scores of scikit-learn and `sweep`, and their difference. Without `column` the score is R²."""
    sweep = HERE / f"{name}.toml"
    theirs, variance = [], {}
    for seed in seeds:
        (x, y), (x_held_out, y_held_out) = rows(sweep, seed)
        variance[str(seed)] = y_held_out.var()
        theirs.append(network(random_state=seed).fit(x, y).score(x_held_out, y_held_out))
    with tempfile.TemporaryDirectory() as out:
        run(SWEEP, "run", str(sweep), "--out", out, "--quiet")
        run(SWEEP, "export", str(sweep), "--out", out, "--into", f"{out}/csv", "--to", "csv")
        with open(f"{out}/csv/{name}/runs.csv") as file:
            runs = [run for run in csv.DictReader(file) if all(run[k] == v for k, v in where.items())]
    r_squared = lambda run: 1 - float(run["validation_loss"]) / variance[run["seed"]]
    ours = [float(run[column]) if column else r_squared(run) for run in runs]
    print(f"{name:10} scikit-learn {np.mean(theirs):.4f}   sweep {np.mean(ours):.4f}   {np.mean(ours) - np.mean(theirs):+.4f}")


def digits(**how):
    return MLPClassifier(hidden_layer_sizes=(64,), learning_rate_init=0.001, batch_size=32, max_iter=30, alpha=0, tol=0, n_iter_no_change=99, **how)


class Shifted(MLPRegressor):
    """An MLPRegressor for centered targets. `sweep` gets the same effect from `output_bias`."""

    def fit(self, x, y):
        self.mean = y.mean()
        return super().fit(x, y - self.mean)

    def predict(self, x):
        return super().predict(x) + self.mean


def diabetes(**how):
    return Shifted(hidden_layer_sizes=(16,), learning_rate_init=0.03, batch_size=32, max_iter=100, alpha=0.003, tol=0, n_iter_no_change=999, **how)


compare("digits", digits, "validation_accuracy", {"lr": "0.001"}, range(3))
compare("diabetes", diabetes, None, {"model": "mlp"}, range(5))
