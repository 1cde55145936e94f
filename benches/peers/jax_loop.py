"""JAX with one network after the other: a compiled scan over the steps of an epoch of one network."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import harness
from jax_step import epoch, start, step, tensors


def make(workload, seeds, threads):
    """Networks of these seeds, ready to be trained one at a time. JAX takes the cores of the process."""
    x, y = tensors(workload)
    states = [jax.tree.map(jnp.array, start(workload, seed)) for seed in seeds]
    lr = jnp.float32(workload.lr)
    orders = [np.random.default_rng(seed) for seed in seeds]
    run = epoch(workload, partial(step, workload, x, y))

    def train(epochs):
        losses = []
        for i, draws in enumerate(orders):
            for _ in range(epochs):
                order = draws.permutation(workload.rows).astype(np.int32)
                states[i], loss = run(states[i], lr, order.reshape(-1, workload.batch))
            losses.append(loss)
        jax.block_until_ready(states)
        return float(sum(losses)) / len(losses)

    return train


if __name__ == "__main__":
    # A step takes the same time in every network: a few are enough.
    harness.main(make, __doc__, most=8)
