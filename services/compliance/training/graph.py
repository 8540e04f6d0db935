"""The sentence encoder written as an ONNX graph of standard operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from encoder import EPSILON, HEADS, HEADS_OUT, WIDTH, Weights, layers_of
from onnx import TensorProto, helper, numpy_helper

_OPERATORS, _FILE_VERSION = 17, 9


class Graph:
    """Nodes and constants, each under a name of its own."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}

    def constant(self, name: str, value: Any) -> str:
        """Add a constant; its name."""
        self.constants[name] = np.asarray(value)
        return name

    def op(self, kind: str, inputs: list[str], out: str, **attributes: Any) -> str:
        """Add a node; the name of what it gives."""
        self.nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out

    def dense(self, of: str, name: str, out: str) -> str:
        """A matrix and a bias."""
        w, b = (self.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in "wb")
        return self.op("Add", [self.op("MatMul", [of, w], f"{out}.p"), b], out)

    def norm(self, of: str, name: str, out: str) -> str:
        """Layer normalisation."""
        g, b = (self.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in "gb")
        return self.op("LayerNormalization", [of, g, b], out, axis=-1, epsilon=EPSILON)

    def embedded(self) -> str:
        """Words and places."""
        length = self.op("Shape", ["ids"], "length", start=1, end=2)
        zero = self.constant("zero", np.array([0]))
        places = self.op("Slice", [self.constant("place", self.weights["place"]), zero, length, zero], "places")
        words = self.op("Gather", [self.constant("word", self.weights["word"]), "ids"], "words")
        return self.norm(self.op("Add", [words, places], "embedded"), "norm", "x")

    def attention(self, x: str, at: int, away: str) -> str:
        """Every piece looks at every piece that is there."""
        qkv = self.dense(x, f"{at}.qkv", f"{at}.qkv.out")
        parts = [f"{at}.{part}" for part in "qkv"]
        thirds = self.constant("thirds", np.array([WIDTH] * 3))
        self.nodes.append(helper.make_node("Split", [qkv, thirds], parts, axis=-1))
        split = self.constant("split", np.array([0, 0, HEADS, WIDTH // HEADS]))
        turns = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
        q, k, v = (
            self.op("Transpose", [self.op("Reshape", [part, split], f"{part}.heads")], f"{part}.t", perm=turn)
            for part, turn in zip(parts, turns, strict=True)
        )
        scale = self.constant("scale", np.float32(1 / np.sqrt(WIDTH // HEADS)))
        scaled = self.op("Mul", [self.op("MatMul", [q, k], f"{at}.qk"), scale], f"{at}.scaled")
        seen = self.op("Softmax", [self.op("Add", [scaled, away], f"{at}.seen")], f"{at}.attention", axis=-1)
        mixed = self.op("Transpose", [self.op("MatMul", [seen, v], f"{at}.mixed")], f"{at}.mixed.t", perm=turns[0])
        joined = self.op("Reshape", [mixed, self.constant("whole", np.array([0, 0, WIDTH]))], f"{at}.joined")
        return self.dense(joined, f"{at}.out", f"{at}.out.out")

    def widened(self, x: str, at: int) -> str:
        """The two dense steps with GELU between them."""
        up = self.dense(x, f"{at}.up", f"{at}.up.out")
        root = self.constant("root", np.float32(1 / np.sqrt(2)))
        bent = self.op("Erf", [self.op("Mul", [up, root], f"{at}.erf.in")], f"{at}.erf")
        bent = self.op("Mul", [up, self.op("Add", [bent, "one"], f"{at}.erf1")], f"{at}.bent")
        bent = self.op("Mul", [bent, self.constant("half", np.float32(0.5))], f"{at}.gelu")
        return self.dense(bent, f"{at}.down", f"{at}.down.out")

    def judged(self, x: str) -> None:
        """The mean over the pieces of a text, and its log odds."""
        mask = self.op("Unsqueeze", ["mask", self.constant("last", np.array([2]))], "mask3")
        middle = self.constant("middle", np.array([1]))
        total = self.op("ReduceSum", [self.op("Mul", [x, mask], "kept"), middle], "total", keepdims=0)
        count = self.op("ReduceSum", ["mask", middle], "count", keepdims=1)
        self.dense(self.op("Div", [total, count], "mean"), "head", "logits")


def as_onnx(weights: Weights) -> onnx.ModelProto:
    """The graph: ids and mask of [texts, pieces] to log odds of [texts, 2]."""
    graph = Graph(weights)
    x = graph.embedded()
    gone = graph.op("Sub", [graph.constant("one", np.float32(1)), "mask"], "gone")
    away = graph.op("Mul", [gone, graph.constant("far", np.float32(-1e4))], "away")
    away = graph.op("Unsqueeze", [away, graph.constant("axes", np.array([1, 2]))], "away4")
    for at in range(layers_of(weights)):
        sum1 = graph.op("Add", [graph.attention(x, at, away), x], f"{at}.sum1")
        x = graph.norm(sum1, f"{at}.norm1", f"{at}.x1")
        sum2 = graph.op("Add", [graph.widened(x, at), x], f"{at}.sum2")
        x = graph.norm(sum2, f"{at}.norm2", f"{at}.x2")
    graph.judged(x)
    inputs = [
        helper.make_tensor_value_info(name, kind, ["texts", "pieces"])
        for name, kind in (("ids", TensorProto.INT64), ("mask", TensorProto.FLOAT))
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", len(HEADS_OUT)])]
    constants = [numpy_helper.from_array(array, name) for name, array in graph.constants.items()]
    whole = helper.make_graph(graph.nodes, "safety", inputs, outputs, constants)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", _OPERATORS)])
    model.ir_version = _FILE_VERSION
    onnx.checker.check_model(model)
    return model
