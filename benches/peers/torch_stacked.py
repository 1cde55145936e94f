"""PyTorch with all networks in one tensor: `baddbmm` over parameters stacked by hand.

A network's rows are columns here (networks × width × rows), so that batch normalisation finds the
values of one unit side by side, as PyTorch's own kernel wants them.
"""

import numpy as np
import torch
from torch.nn import functional

import harness
from workloads import data, initial

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh}
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class Sgd:
    """w ← w − lr · g, with a learning rate for every network."""

    def __init__(self, parameters, lr):
        self.parameters, self.minus_lr = parameters, -lr

    def step(self, gradients):
        for w, g in zip(self.parameters, gradients):
            w.addcmul_(g, self.minus_lr)


class Adam:
    """Adam with a learning rate for every network."""

    def __init__(self, parameters, lr):
        self.minus_lr, self.t = -lr, 0
        self.memory = [(w, torch.zeros_like(w), torch.zeros_like(w)) for w in parameters]

    def step(self, gradients):
        self.t += 1
        rate = self.minus_lr / (1 - BETA1**self.t)
        scale = (1 - BETA2**self.t) ** 0.5
        for (w, mean, square), g in zip(self.memory, gradients):
            mean.lerp_(g, 1 - BETA1)
            square.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
            w.addcdiv_(mean * rate, square.sqrt().div_(scale).add_(EPSILON))


class Stack:
    """Networks of one shape in training."""

    def __init__(self, workload, seeds):
        self.workload, self.networks = workload, len(seeds)
        self.orders = [torch.Generator().manual_seed(seed) for seed in seeds]
        starts = zip(*(start(workload, seed) for seed in seeds))
        # Copied, since torch aligns its memory for vectors and numpy does not.
        self.parameters = [torch.tensor(np.stack(s), requires_grad=True) for s in starts]
        lr = torch.full((self.networks, 1, 1), workload.lr)
        self.optimizer = {"sgd": Sgd, "adam": Adam}[workload.optimizer](self.parameters, lr)
        units = [self.networks * width for width in workload.hidden]
        self.estimates = [(torch.zeros(n), torch.ones(n)) for n in units]

    def losses(self, x, y):
        """The loss of every network on its batch."""
        parameters = iter(self.parameters)
        h = x
        for mean, variance in self.estimates:
            weight, bias = next(parameters), next(parameters)
            h = torch.baddbmm(bias, weight, h)
            if self.workload.batch_norm:
                gamma, beta, shape = next(parameters), next(parameters), h.shape
                h = functional.batch_norm(
                    h.view(1, -1, shape[2]), mean, variance,
                    gamma.view(-1), beta.view(-1), training=True, momentum=0.1,
                ).view(shape)  # fmt: skip
            h = ACTIVATIONS[self.workload.activation](h)
        weight, bias = next(parameters), next(parameters)
        h = torch.baddbmm(bias, weight, h)
        if self.workload.loss == "cross-entropy":
            return functional.cross_entropy(h, y, reduction="none").mean(1)
        return functional.mse_loss(h, y, reduction="none").mean((1, 2))

    def epoch(self, x, y):
        """Trains for an epoch and returns every network's mean loss over its batches."""
        total = torch.zeros(self.networks)
        order = torch.stack([torch.randperm(len(x), generator=g) for g in self.orders])
        batches = order.split(self.workload.batch, dim=1)
        for rows in batches:
            losses = self.losses(gather(x, rows), gather(y, rows))
            gradients = torch.autograd.grad(losses.sum(), self.parameters)
            with torch.no_grad():
                self.optimizer.step(gradients)
                total += losses
        return total / len(batches)


def start(workload, seed):
    """The initial parameters of one network in the order in which they are used."""
    layers = initial(workload, seed)
    for i, (weight, bias) in enumerate(layers):
        yield np.ascontiguousarray(weight.T)
        yield bias[:, None]
        if workload.batch_norm and i < len(workload.hidden):
            yield np.ones_like(bias)[:, None]
            yield np.zeros_like(bias)[:, None]


def gather(values, rows):
    """These rows for every network: networks × columns × rows, or the networks' classes."""
    chosen = values.index_select(0, rows.reshape(-1)).view(*rows.shape, *values.shape[1:])
    return chosen.transpose(1, 2) if values.dim() == 2 else chosen


def make(workload, seeds, threads):
    """The networks of these seeds as one stack."""
    torch.set_num_threads(threads)
    x, y = map(torch.tensor, data(workload))
    y = y.long() if workload.loss == "cross-entropy" else y
    stack = Stack(workload, seeds)

    def train(epochs):
        for _ in range(epochs):
            losses = stack.epoch(x, y)
        return losses.mean().item()

    return train


if __name__ == "__main__":
    harness.main(make, __doc__)
