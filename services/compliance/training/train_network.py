"""Fine-tune the first layers of the sentence encoder on the corpus; about 15 minutes on two cores."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
from corpus import Row, masking, medicine_names, psytar, training_rows
from encoder import EPSILON, HEADS, HEADS_OUT, Weights, encoder_weights, layers_of
from posts import MASK
from safetensors.numpy import save_file
from sklearn.metrics import roc_auc_score

from compliance.adapters.safety.passages import LONGEST, WordPieces, words_of

LAYERS, EPOCHS, BATCH, RATE = 4, 2, 32, 1e-4
WORDS_LOST, NAMED = 0.08, 0.2
LENGTHS = (12, 18, 26, 36, LONGEST)
FROZEN = ("word", "place")
Batch = tuple[np.ndarray, np.ndarray, np.ndarray]


def logits(weights: Weights, ids: jnp.ndarray, mask: jnp.ndarray) -> jnp.ndarray:
    """The same computation as the ONNX graph."""

    def norm(x: jnp.ndarray, name: str) -> jnp.ndarray:
        middle = x.mean(-1, keepdims=True)
        spread = jnp.square(x - middle).mean(-1, keepdims=True)
        return (x - middle) * jax.lax.rsqrt(spread + EPSILON) * weights[f"{name}.g"] + weights[f"{name}.b"]

    def dense(x: jnp.ndarray, name: str) -> jnp.ndarray:
        return x @ weights[f"{name}.w"] + weights[f"{name}.b"]

    texts, pieces = ids.shape
    x = norm(weights["word"][ids] + weights["place"][:pieces], "norm")
    away = (1 - mask)[:, None, None, :] * -1e4
    for at in range(layers_of(weights)):
        q, k, v = (
            part.reshape(texts, pieces, HEADS, -1).transpose(0, 2, 1, 3)
            for part in jnp.split(dense(x, f"{at}.qkv"), 3, axis=-1)
        )
        seen = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) / np.sqrt(q.shape[-1]) + away, axis=-1)
        x = norm(dense((seen @ v).transpose(0, 2, 1, 3).reshape(x.shape), f"{at}.out") + x, f"{at}.norm1")
        x = norm(dense(jax.nn.gelu(dense(x, f"{at}.up"), approximate=False), f"{at}.down") + x, f"{at}.norm2")
    mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return dense(mean, "head")


def batches(rows: list[tuple[list[str], int, int]], pieces: WordPieces, chance: np.random.Generator) -> list[Batch]:
    """Batches of alike length in random order; some words are lost at random."""
    read: dict[int, list[tuple[list[int], int, int]]] = {length: [] for length in LENGTHS}
    for words, *labels in rows:
        numbers = pieces.numbers([word for word in words if chance.random() >= WORDS_LOST] or words)
        read[next(length for length in LENGTHS if len(numbers) <= length)].append((numbers, *labels))
    found: list[Batch] = []
    for length, group in read.items():
        order = chance.permutation(len(group))
        for start in range(0, len(group), BATCH):
            found += [_batch([group[at] for at in order[start : start + BATCH]], length)]
    return [found[at] for at in chance.permutation(len(found))]


def _batch(group: list[tuple[list[int], int, int]], length: int) -> Batch:
    ids = np.zeros((BATCH, length), np.int32)
    mask = np.zeros((BATCH, length), np.float32)
    mask[:, 0] = 1
    labels = np.full((BATCH, len(HEADS_OUT)), -1, np.float32)
    for row, (numbers, *known) in enumerate(group):
        ids[row, : len(numbers)], mask[row, : len(numbers)] = numbers, 1
        labels[row] = known
    return ids, mask, labels


def loss_of(trained: Weights, frozen: Weights, batch: Batch) -> jnp.ndarray:
    """Mean cross entropy of the labels that are known."""
    ids, mask, labels = batch
    each = optax.sigmoid_binary_cross_entropy(logits(trained | frozen, ids, mask), jnp.clip(labels, 0, 1))
    known = labels >= 0
    return (each * known).sum() / known.sum()


def scores(weights: Weights, texts: list[str], pieces: WordPieces) -> np.ndarray:
    """Logits of texts, in their order."""
    run = jax.jit(logits)
    out: list[np.ndarray] = []
    numbers = [pieces.numbers(words_of(text)) for text in texts]
    for start in range(0, len(numbers), BATCH):
        ids, mask, _ = _batch([(n, 0, 0) for n in numbers[start : start + BATCH]], LONGEST)
        out.append(np.asarray(run(weights, ids, mask)))
    return np.concatenate(out)[: len(texts)]


def main() -> None:
    """Train and write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--encoder", type=Path, required=True, help="folder with model.safetensors and vocab.txt")
    options.add_argument("--psytar", type=Path, required=True, help="folder with binary_{train,dev,test}.csv")
    options.add_argument("--out", type=Path, required=True, help="the weights, .safetensors")
    given = options.parse_args()
    chance = np.random.default_rng(1)
    pieces = WordPieces(given.encoder / "vocab.txt")
    weights = encoder_weights(given.encoder / "model.safetensors", LAYERS)
    weights |= {
        "place": weights["place"][:LONGEST],
        "head.w": chance.normal(0, 0.02, (weights["word"].shape[1], len(HEADS_OUT))).astype(np.float32),
        "head.b": np.zeros(len(HEADS_OUT), np.float32),
    }
    frozen = {name: jnp.asarray(weights[name]) for name in FROZEN}
    trained = {name: jnp.asarray(value) for name, value in weights.items() if name not in FROZEN}
    hide = masking(medicine_names())
    real, synthetic = training_rows(given.psytar, named=NAMED)
    real = [(hide.sub(MASK, text), *labels) for text, *labels in real]
    rows = [(words_of(text), *labels) for text, *labels in real + synthetic]
    dev: list[Row] = psytar(given.psytar, part="dev")
    dev_texts, dev_labels = [hide.sub(MASK, row[0]) for row in dev], [row[1] for row in dev]

    steps = EPOCHS * (len(rows) // BATCH + len(LENGTHS))
    rate = optax.warmup_cosine_decay_schedule(0, RATE, steps // 15, steps, RATE / 50)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=0.01))
    state = optimiser.init(trained)

    @jax.jit
    def step(trained: Weights, state: optax.OptState, batch: Batch) -> tuple[Weights, optax.OptState, jnp.ndarray]:
        loss, slope = jax.value_and_grad(loss_of)(trained, frozen, batch)
        change, state = optimiser.update(slope, state, trained)
        return optax.apply_updates(trained, change), state, loss

    began, done = time.monotonic(), 0
    for epoch in range(EPOCHS):
        recent: list[float] = []
        for batch in batches(rows, pieces, chance):
            trained, state, loss = step(trained, state, batch)
            recent.append(float(loss))
            done += 1
            if done % 50 == 0:
                print(
                    f"step {done}/{steps} loss {np.mean(recent[-50:]):.3f} {time.monotonic() - began:.0f} s", flush=True
                )
        found = scores(trained | frozen, dev_texts, pieces)
        print(f"epoch {epoch + 1}: PsyTAR dev AUC {roc_auc_score(dev_labels, found[:, 0]):.4f}", flush=True)
        save_file({name: np.asarray(value) for name, value in (trained | frozen).items()}, given.out)


if __name__ == "__main__":
    main()
