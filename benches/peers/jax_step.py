"""One step of one network in JAX, for the two programs that use it."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from workloads import data, initial

ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh}
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
# Batch normalisation: of the running estimates, and of the variance.
MOMENTUM, NORM_EPSILON = 0.1, 1e-5


def start(workload, seed):
    """The state of one network: its parameters, its running estimates, its optimizer's memory."""
    layers = initial(workload, seed)
    parameters = [{"weight": weight, "bias": bias} for weight, bias in layers]
    estimates = []
    if workload.batch_norm:
        for layer in parameters[:-1]:
            zeros, ones = np.zeros_like(layer["bias"]), np.ones_like(layer["bias"])
            layer |= {"gamma": ones, "beta": zeros}
            estimates.append((zeros, ones))
    nothing = jax.tree.map(np.zeros_like, parameters)
    memory = (np.float32(0), nothing, nothing) if workload.optimizer == "adam" else ()
    return parameters, estimates, memory


def normalise(layer, z, estimate):
    """z normalised over its rows, and the running estimates moved towards it."""
    mean, variance = z.mean(0), z.var(0)
    unbiased = variance * len(z) / (len(z) - 1)
    moved = [(1 - MOMENTUM) * old + MOMENTUM * new for old, new in zip(estimate, (mean, unbiased))]
    z = layer["gamma"] * (z - mean) * jax.lax.rsqrt(variance + NORM_EPSILON) + layer["beta"]
    return z, tuple(moved)


def risk(workload, parameters, estimates, x, y):
    """The mean loss of a batch, and the new running estimates."""
    h, moved = x, []
    for i, layer in enumerate(parameters):
        z = h @ layer["weight"] + layer["bias"]
        if "gamma" in layer:
            z, estimate = normalise(layer, z, estimates[i])
            moved.append(estimate)
        h = ACTIVATIONS[workload.activation](z)
    if workload.loss == "cross-entropy":
        chosen = jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1)
        return -chosen.mean(), moved
    return jnp.square(z - y).mean(), moved


def adam(lr, parameters, gradients, memory):
    """An update of Adam."""
    t, mean, square = memory
    t = t + 1
    mean = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, mean, gradients)
    square = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, square, gradients)
    rate, scale = lr / (1 - BETA1**t), jax.lax.rsqrt(1 - BETA2**t)
    update = lambda w, m, v: w - rate * m / (jnp.sqrt(v) * scale + EPSILON)
    return jax.tree.map(update, parameters, mean, square), (t, mean, square)


def step(workload, x, y, state, lr, rows):
    """Trains on these rows: the next state, and their loss."""
    parameters, estimates, memory = state
    batch_risk = partial(risk, workload)
    (loss, estimates), gradients = jax.value_and_grad(batch_risk, has_aux=True)(
        parameters, estimates, x[rows], y[rows]
    )
    if workload.optimizer == "adam":
        parameters, memory = adam(lr, parameters, gradients, memory)
    else:
        parameters = jax.tree.map(lambda w, g: w - lr * g, parameters, gradients)
    return (parameters, estimates, memory), loss


def epoch(workload, one_step):
    """`one_step` for each batch of an epoch as one compiled scan, which reuses the state's memory."""

    @partial(jax.jit, donate_argnums=0)
    def scanned(state, lr, batches):
        state, losses = jax.lax.scan(lambda s, rows: one_step(s, lr, rows), state, batches)
        return state, losses.mean(0)

    return scanned


def tensors(workload):
    """x and y."""
    return map(jnp.asarray, data(workload))
