"""Train the linear half, quantise the network, set the thresholds, write the model folder with its hashes."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from corpus import SEED, training_rows
from graph import as_onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.adapters.safety.linear import BUCKETS, features_of
from compliance.adapters.safety.model import DESCRIPTION, FORMAT, LINEAR, NETWORK, VOCABULARY
from compliance.adapters.safety.passages import words_of
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.safety.model import Passage, passages_of
from compliance.domain.screening.safety.signals import signals_of
from compliance.domain.screening.text.fields import TextField

STRENGTH = 4.0
ABOUT = "Possible adverse reactions in short posts; see docs/safety-model.md."


def passages(text: str, lexicon: Lexicon) -> list[Passage]:
    """What the scan asks the model about a text by itself."""
    field = TextField("text", text, "inbound")
    reading = Reading((field,), (), lexicon)
    return [passage for found in signals_of(reading, (field,)) for passage in passages_of(reading, found)]


def matrix(rows: Sequence[Sequence[int]]) -> csr_matrix:
    """Features by row, scaled as the linear model scales them."""
    indices = np.concatenate([np.asarray(row, np.int64) for row in rows])
    data = np.concatenate([np.full(len(row), 1 / np.sqrt(len(row))) for row in rows])
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return csr_matrix((data, indices, starts), shape=(len(rows), BUCKETS))


def linear_half(psytar: Path, lexicon: Lexicon) -> LogisticRegression:
    """Weights of the linear model; a long text counts by each passage."""
    real, synthetic = training_rows(psytar, named=0.9)
    rows: list[list[int]] = []
    labels: list[int] = []
    for text, reaction, special in real + synthetic:
        if special == 1 and reaction == 0:
            continue  # special situations are the word lists' work; here they are neither
        found = passages(text, lexicon)
        if found and (len(found) == 1 or not reaction):
            rows.extend(features_of(words_of(each.text), each.signals) for each in found)
            labels.extend([reaction] * len(found))
    return LogisticRegression(C=STRENGTH, max_iter=400, random_state=SEED).fit(matrix(rows), labels)


def quantised(weights: Path, out: Path) -> None:
    """The network with weights of seven bits, which every processor multiplies alike."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        onnx.save(as_onnx(load_file(weights)), whole)
        quantize_dynamic(
            whole,
            out,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )


def describe(folder: Path, bias: float, thresholds: dict[str, float], sources: Any) -> None:
    """Write model.json: hashes last, so that it names exactly what lies beside it."""
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (LINEAR, NETWORK, VOCABULARY)}
    description = {
        "format": FORMAT,
        "about": ABOUT,
        "sources": sources,
        "bias": bias,
        "thresholds": thresholds,
        "files": files,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Build."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--network", type=Path, required=True, help="weights written by train_network.py")
    options.add_argument("--encoder", type=Path, required=True, help="folder with vocab.txt")
    options.add_argument("--psytar", type=Path, required=True)
    options.add_argument("--thresholds", type=Path, default=Path(__file__).parent / "thresholds.json")
    options.add_argument("--out", type=Path, required=True)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    quantised(given.network, given.out / NETWORK)
    shutil.copyfile(given.encoder / VOCABULARY, given.out / VOCABULARY)
    linear = linear_half(given.psytar, load_rule_set().lexicon)
    np.save(given.out / LINEAR, linear.coef_[0].astype(np.float16))
    settings = json.loads(given.thresholds.read_text(encoding="utf-8"))
    describe(given.out, round(float(linear.intercept_[0]), 6), settings["thresholds"], settings["sources"])


if __name__ == "__main__":
    main()
