"""The sentence encoder (BERT shape, 12 heads of 32) as plain arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

HEADS = 12
WIDTH = 384
EPSILON = 1e-12
HEADS_OUT = ("reaction", "special")

Weights = dict[str, np.ndarray]


def encoder_weights(file: Path, layers: int) -> Weights:
    """The first `layers` layers of a BERT checkpoint under short names; query, key and value in one matrix."""
    raw = {name.removeprefix("bert."): array.astype(np.float32) for name, array in load_file(file).items()}
    word = raw["embeddings.word_embeddings.weight"]
    place = raw["embeddings.position_embeddings.weight"] + raw["embeddings.token_type_embeddings.weight"][0]
    weights: Weights = {
        "word": word,
        "place": place,
        "norm.g": raw["embeddings.LayerNorm.weight"],
        "norm.b": raw["embeddings.LayerNorm.bias"],
    }
    for layer in range(layers):
        old = f"encoder.layer.{layer}."
        heads = [raw[f"{old}attention.self.{part}.weight"].T for part in ("query", "key", "value")]
        biases = [raw[f"{old}attention.self.{part}.bias"] for part in ("query", "key", "value")]
        weights |= {f"{layer}.qkv.w": np.concatenate(heads, 1), f"{layer}.qkv.b": np.concatenate(biases)}
        for new, name in (("out", "attention.output.dense"), ("up", "intermediate.dense"), ("down", "output.dense")):
            weights[f"{layer}.{new}.w"] = raw[f"{old}{name}.weight"].T.copy()
            weights[f"{layer}.{new}.b"] = raw[f"{old}{name}.bias"]
        for new, name in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
            weights[f"{layer}.{new}.g"] = raw[f"{old}{name}.weight"]
            weights[f"{layer}.{new}.b"] = raw[f"{old}{name}.bias"]
    return weights


def layers_of(weights: Weights) -> int:
    """How many layers there are."""
    return sum(name.endswith(".qkv.w") for name in weights)
