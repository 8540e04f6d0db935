"""The cheap half of the safety model: hashed words, pairs, letter groups and signals, with one weight each."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import sqrt

import numpy as np
import numpy.typing as npt

BUCKETS = 1 << 17
_LETTERS = (3, 4, 5)
_SHORTEST_FOR_LETTERS = 4
_SIGNAL_WEIGHT = 3

Weights = npt.NDArray[np.float32]


def bucket(feature: str) -> int:
    """The weight a feature reads; alike on every machine."""
    return zlib.crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[int, ...]:
    found = [bucket(f"w {word}")]
    if len(word) >= _SHORTEST_FOR_LETTERS:
        edged = f"<{word}>"
        found += (bucket(f"c {edged[at : at + n]}") for n in _LETTERS for at in range(len(edged) - n + 1))
    return tuple(found)


def features_of(words: Sequence[str], signals: Sequence[str]) -> list[int]:
    """The buckets of a passage; signals count several times, because there are few of them."""
    found: list[int] = []
    for word in words:
        found += _of_word(word)
    found += (bucket(f"p {one} {two}") for one, two in pairwise(words))
    found += [bucket(f"s {signal}") for signal in signals] * _SIGNAL_WEIGHT
    return found


class LinearModel:
    """Weights by bucket and a bias; a score is a log odds."""

    def __init__(self, weights: Weights, bias: float) -> None:
        self.weights = weights
        self.bias = bias

    def score(self, features: Sequence[int]) -> float:
        """The log odds of a passage with these features."""
        if not features:
            return self.bias
        total = float(self.weights.take(features).sum(dtype=np.float64))
        return self.bias + total / sqrt(len(features))
