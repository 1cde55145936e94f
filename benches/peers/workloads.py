"""What is trained, and on which rows: the same for every program."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Workload:
    """Networks of one shape. Each has its own seed, weights, learning rate and order of rows."""

    features: int
    hidden: tuple
    outputs: int
    networks: int
    rows: int = 512
    batch: int = 32
    activation: str = "relu"
    batch_norm: bool = False
    loss: str = "mse"
    optimizer: str = "sgd"
    lr: float = 0.01

    def sizes(self):
        """(inputs, outputs) of every layer."""
        widths = (self.features, *self.hidden, self.outputs)
        return list(zip(widths, widths[1:]))


WORKLOADS = {
    "relu-4x10": Workload(features=1, hidden=4 * (10,), outputs=1, networks=256),
    "relu-50x10": Workload(features=1, hidden=50 * (10,), outputs=1, networks=64),
    "tanh-bn-adam-4x10": Workload(
        features=1, hidden=4 * (10,), outputs=1, networks=256,
        activation="tanh", batch_norm=True, optimizer="adam", lr=0.001,
    ),
    "relu-3x64": Workload(features=8, hidden=3 * (64,), outputs=1, networks=64),
    "alone-4x10": Workload(features=1, hidden=4 * (10,), outputs=1, networks=1),
    "wide-784": Workload(
        features=784, hidden=(256, 256), outputs=10, networks=8,
        rows=2048, batch=64, loss="cross-entropy",
    ),
}  # fmt: skip


def data(workload):
    """x as rows × features; y as rows × 1, or the class of every row."""
    draws = np.random.default_rng(0)
    if workload.features == 1:
        x = draws.uniform(-3, 3, (workload.rows, 1))
        y = np.sin(2 * x)
    else:
        x = draws.standard_normal((workload.rows, workload.features))
        y = x @ draws.standard_normal((workload.features, workload.outputs))
        y = y.argmax(1) if workload.loss == "cross-entropy" else np.tanh(y)
    return x.astype(np.float32), y.astype(np.int32 if y.ndim == 1 else np.float32)


def initial(workload, seed):
    """Weights (inputs × outputs) and biases of one network, by layer, drawn as torch.nn.Linear does."""
    draws = np.random.default_rng(seed)

    def layer(n_in, n_out):
        bound = n_in**-0.5
        weight = draws.uniform(-bound, bound, (n_in, n_out))
        return weight.astype(np.float32), draws.uniform(-bound, bound, n_out).astype(np.float32)

    return [layer(*size) for size in workload.sizes()]
