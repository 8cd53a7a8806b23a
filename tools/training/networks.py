"""The two classifiers and their training: plain functions over a dictionary of arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax

from digits import SIDE, Part

Weights = dict[str, jax.Array]


@dataclass(frozen=True)
class Network:
    """`shapes` are ONNX's: convolutions `[O, I, kh, kw]`, dense layers `[O, I]`, biases `[O]`."""

    name: str
    shapes: dict[str, tuple[int, ...]]
    logits: Callable[[Weights, jax.Array], jax.Array]
    epochs: int


def dense(weights: Weights, layer: str, x: jax.Array) -> jax.Array:
    return x @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"]


def convolve(weights: Weights, layer: str, x: jax.Array) -> jax.Array:
    y = jax.lax.conv_general_dilated(
        x, weights[f"{layer}.weight"], (1, 1), ((1, 1), (1, 1)), dimension_numbers=("NCHW", "OIHW", "NCHW")
    )
    return y + weights[f"{layer}.bias"][None, :, None, None]


def mlp_logits(weights: Weights, x: jax.Array) -> jax.Array:
    return dense(weights, "fc2", jax.nn.relu(dense(weights, "fc1", x)))


def cnn_logits(weights: Weights, x: jax.Array) -> jax.Array:
    x = x.reshape(-1, 1, SIDE, SIDE)
    window = (1, 1, 2, 2)
    x = jax.nn.relu(convolve(weights, "conv1", x))
    x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")
    x = jax.nn.relu(convolve(weights, "conv2", x))
    x = jax.lax.reduce_window(x, 0.0, jax.lax.add, window, window, "VALID") / 4
    x = jax.nn.relu(dense(weights, "fc1", x.reshape(x.shape[0], -1)))
    return dense(weights, "fc2", x)


MLP = Network(
    name="digits-mlp",
    shapes={"fc1.weight": (32, 64), "fc1.bias": (32,), "fc2.weight": (10, 32), "fc2.bias": (10,)},
    logits=mlp_logits,
    epochs=200,
)

CNN = Network(
    name="digits-cnn",
    shapes={
        "conv1.weight": (8, 1, 3, 3),
        "conv1.bias": (8,),
        "conv2.weight": (16, 8, 3, 3),
        "conv2.bias": (16,),
        "fc1.weight": (32, 64),
        "fc1.bias": (32,),
        "fc2.weight": (10, 32),
        "fc2.bias": (10,),
    },
    logits=cnn_logits,
    epochs=200,
)

BATCH = 64


def initial_weights(network: Network, key: jax.Array) -> Weights:
    """He's initialisation for weights, zero for biases."""
    keys = jax.random.split(key, len(network.shapes))
    return {
        name: jnp.zeros(shape)
        if name.endswith(".bias")
        else jax.random.normal(k, shape) * np.sqrt(2 / np.prod(shape[1:]))
        for k, (name, shape) in zip(keys, network.shapes.items(), strict=True)
    }


def jitter(key: jax.Array, x: jax.Array) -> jax.Array:
    """Moves each image by at most one pixel each way, half of them not at all."""
    still_key, move_key = jax.random.split(key)
    still = jax.random.bernoulli(still_key, 0.5, (x.shape[0], 1))
    moves = jnp.where(still, 1, jax.random.randint(move_key, (x.shape[0], 2), 0, 3))
    padded = jnp.pad(x.reshape(-1, SIDE, SIDE), ((0, 0), (1, 1), (1, 1)))
    moved = jax.vmap(lambda image, at: jax.lax.dynamic_slice(image, at, (SIDE, SIDE)))(padded, moves)
    return moved.reshape(x.shape)


def train(network: Network, part: Part, seed: int) -> dict[str, np.ndarray]:
    """AdamW with a cosine schedule for a fixed number of epochs: nothing is chosen by looking at other data."""
    x, y = jnp.asarray(part.pixels()), jnp.asarray(part.labels.astype(np.int32))
    steps = len(y) // BATCH
    optimiser = optax.adamw(optax.cosine_decay_schedule(3e-3, network.epochs * steps), weight_decay=1e-3)

    def loss(weights: Weights, images: jax.Array, labels: jax.Array) -> jax.Array:
        logits = network.logits(weights, images)
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    @jax.jit
    def epoch(weights: Weights, state: optax.OptState, key: jax.Array):
        order_key, key = jax.random.split(key)
        batches = jax.random.permutation(order_key, len(y))[: steps * BATCH].reshape(steps, BATCH)

        def step(carry, batch):
            weights, state = carry
            rows, jitter_key = batch
            value, slope = jax.value_and_grad(loss)(weights, jitter(jitter_key, x[rows]), y[rows])
            updates, state = optimiser.update(slope, state, weights)
            return (optax.apply_updates(weights, updates), state), value

        (weights, state), losses = jax.lax.scan(step, (weights, state), (batches, jax.random.split(key, steps)))
        return weights, state, losses.mean()

    start_key, key = jax.random.split(jax.random.key(seed))
    weights = initial_weights(network, start_key)
    state = optimiser.init(weights)
    for number, epoch_key in enumerate(jax.random.split(key, network.epochs), start=1):
        weights, state, mean = epoch(weights, state, epoch_key)
        if number % 50 == 0:
            print(f"{network.name}: epoch {number}, mean loss {float(mean):.4f}")
    return {name: np.asarray(value, dtype=np.float32) for name, value in weights.items()}
