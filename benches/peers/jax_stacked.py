"""JAX with all networks at once: a compiled scan over the steps of an epoch, `vmap` over networks.

Rows are gathered inside the scan. Their order is drawn outside it, with numpy, which takes a fraction
of the time of `jax.random.permutation` on a CPU and goes on while the epoch before is computed.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import harness
from jax_step import epoch, start, step, tensors


def make(workload, seeds, threads):
    """The networks of these seeds as one stack. JAX takes the cores that the process has."""
    x, y = tensors(workload)
    state = jax.tree.map(lambda *parts: jnp.stack(parts), *(start(workload, seed) for seed in seeds))
    lr = jnp.full(len(seeds), workload.lr)
    orders = [np.random.default_rng(seed) for seed in seeds]
    run = epoch(workload, jax.vmap(partial(step, workload, x, y)))

    def batches():
        order = np.stack([draws.permutation(workload.rows) for draws in orders]).astype(np.int32)
        order = order.reshape(len(seeds), -1, workload.batch)
        return np.ascontiguousarray(order.swapaxes(0, 1))

    def train(epochs):
        nonlocal state
        for _ in range(epochs):
            state, losses = run(state, lr, batches())
        jax.block_until_ready(state)
        return float(losses.mean())

    return train


if __name__ == "__main__":
    harness.main(make, __doc__)
