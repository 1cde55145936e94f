"""PyTorch as most people write it: torch.nn and torch.optim, one network after the other."""

import torch
from torch import nn
from torch.nn import functional

import harness
from workloads import data

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}
LOSSES = {"mse": functional.mse_loss, "cross-entropy": functional.cross_entropy}
# The fused updates are the fastest of the three that PyTorch has.
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


def network(workload):
    """The layers, with PyTorch's own initial weights."""
    layers = []
    for n_in, n_out in workload.sizes():
        layers.append(nn.Linear(n_in, n_out))
        if len(layers) < len(workload.hidden) * (3 if workload.batch_norm else 2):
            if workload.batch_norm:
                layers.append(nn.BatchNorm1d(n_out))
            layers.append(ACTIVATIONS[workload.activation]())
    return nn.Sequential(*layers)


class Run:
    """One network in training."""

    def __init__(self, workload, seed):
        torch.manual_seed(seed)
        self.order = torch.Generator().manual_seed(seed)
        self.network = network(workload).train()
        self.optimizer = OPTIMIZERS[workload.optimizer](
            self.network.parameters(), lr=workload.lr, fused=True
        )
        self.risk = LOSSES[workload.loss]
        self.batch = workload.batch

    def epoch(self, x, y):
        """Trains for an epoch and returns the mean loss of its batches."""
        total = torch.zeros(())
        batches = torch.randperm(len(x), generator=self.order).split(self.batch)
        for rows in batches:
            loss = self.risk(self.network(x.index_select(0, rows)), y.index_select(0, rows))
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            total += loss.detach()
        return total.item() / len(batches)


def make(workload, seeds, threads):
    """Networks of these seeds, ready to be trained one at a time."""
    torch.set_num_threads(threads)
    x, y = map(torch.tensor, data(workload))
    y = y.long() if workload.loss == "cross-entropy" else y
    runs = [Run(workload, seed) for seed in seeds]

    def train(epochs):
        losses = [[run.epoch(x, y) for _ in range(epochs)][-1] for run in runs]
        return sum(losses) / len(losses)

    return train


if __name__ == "__main__":
    # A step takes the same time in every network: a few are enough.
    harness.main(make, __doc__, most=8)
