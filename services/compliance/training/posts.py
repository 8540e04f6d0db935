"""Synthetic short posts: the choices and slots of `templates.yaml` filled at random, then typed badly."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

TEMPLATES = Path(__file__).parent / "templates.yaml"
MASK = "drug"
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_TYPOS, _ANSWERS, _BARE = 0.25, 0.15, 0.3
_SHORTEST_MISTYPED = 4


def synthetic_posts(
    kinds: Mapping[str, int], medicines: Sequence[str], *, named: float, seed: int
) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, template, text); as many of each kind as asked for, templates in turn, texts not repeated.

    A share `named` of them names a medicine, the others say MASK.
    """
    chance = random.Random(seed)
    given: dict[str, Any] = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    seen: set[str] = set()
    for kind, wanted in kinds.items():
        made, tries = 0, 0
        while made < wanted and tries < wanted * 20:
            template = given[kind][tries % len(given[kind])]
            name = chance.choice(medicines) if chance.random() < named else MASK
            text = _typed(_filled(template, given["slots"], name, chance), chance)
            tries += 1
            if text not in seen:
                seen.add(text)
                made += 1
                yield kind, template, text


def _filled(template: str, slots: Mapping[str, Sequence[str]], name: str, chance: random.Random) -> str:
    text = _CHOICE.sub(lambda found: chance.choice(found.group(1).split("|")), template)

    def of_slot(found: re.Match[str]) -> str:
        return name if found.group(1) == "d" else chance.choice(slots[found.group(1)])

    return " ".join(_SLOT.sub(of_slot, text).split())


def _typed(text: str, chance: random.Random) -> str:
    if chance.random() < _TYPOS:
        words = text.split()
        at = chance.randrange(len(words))
        word = words[at]
        if len(word) > _SHORTEST_MISTYPED and word != MASK:
            cut = chance.randrange(1, len(word) - 1)
            words[at] = chance.choice(
                (
                    word[:cut] + word[cut + 1 :],
                    word[:cut] + word[cut] + word[cut:],
                    word[: cut - 1] + word[cut] + word[cut - 1] + word[cut + 1 :],
                )
            )
        text = " ".join(words)
    if chance.random() < _ANSWERS:
        text = f"@{chance.choice(('sam', 'kate', 'drjones', 'bob_x'))} {text}"
    if chance.random() < _BARE:
        text = text.replace("'", "")
    return re.sub(r"\bhttp\b", "http://t.co/x", text)
