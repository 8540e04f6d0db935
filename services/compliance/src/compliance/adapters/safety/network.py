"""The costly half of the safety model: a small sentence encoder, run by ONNX Runtime on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from compliance.adapters.safety.passages import WordPieces

_REMEMBERED = 4096


class SentenceNetwork:
    """Log odds of a passage. One passage at a time: what else is asked must not change an answer."""

    def __init__(self, network: bytes, vocabulary: Path) -> None:
        """Raises ValueError for bytes that are no network."""
        runtime: Any = onnxruntime
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._pieces = WordPieces(vocabulary)
        try:
            self._session = runtime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        except Exception as failed:
            raise ValueError(f"ONNX Runtime cannot load the network: {failed}") from failed
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self.read)

    def score(self, words: Sequence[str]) -> tuple[float, float]:
        """Log odds of (a reaction, a special situation); remembered, because an action is judged several times."""
        return self._remembered(tuple(words))

    def read(self, words: Sequence[str]) -> tuple[float, float]:
        """The same, worked out anew."""
        ids = np.array([self._pieces.numbers(words)], np.int64)
        given: dict[str, Any] = {"ids": ids, "mask": np.ones(ids.shape, np.float32)}
        logits = self._session.run(None, given)[0][0]
        return float(logits[0]), float(logits[1])
