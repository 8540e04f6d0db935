"""What a rule set consists of, for people and programs that compare, check and list rule sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from compliance.domain.screening.lexicon import Figure
from compliance.domain.screening.listed_phrases import ListedPhrase
from compliance.domain.screening.rules import Rule

Dated = tuple[tuple[str, frozenset[str]], ...]
"""Sets of countries, each from its ISO date on; the first from ever."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A packaged rule or figure that a company's own takes the place of, and why, in the company's words."""

    subject: str
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetContents:
    """Everything the files of a rule set say, before it is made fast.

    `listed` are phrases by label (`disease:` before those of diseases), `words` single words by list, `name_lists`
    the hash of each file of medicine names, `examples_as_of` the ISO date the examples are written for.
    """

    name: str = ""
    examples_as_of: str | None = None
    rules: tuple[Rule, ...] = ()
    phrases: tuple[ListedPhrase, ...] = ()
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    words: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    figures: tuple[Figure, ...] = ()
    groups: Mapping[str, Dated] = field(default_factory=dict[str, Dated])
    name_lists: Mapping[str, str] = field(default_factory=dict[str, str])
    replaced: tuple[Replaced, ...] = ()
    catalogue: frozenset[str] = frozenset()
