"""All texts of an action at once, for a first look: what stands in none of them need not be looked for in each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from compliance.domain.screening.text.fields import TextField


class Together:
    """Several texts as one."""

    def __init__(self, fields: Sequence[TextField]) -> None:
        self.fields = fields

    @cached_property
    def text(self) -> str:
        """The texts as given, one a line."""
        return "\n".join([field.text for field in self.fields])

    @cached_property
    def folded(self) -> str:
        """The normalised texts, one a line."""
        return "\n".join([field.read.text for field in self.fields])

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word once, in all ways to cut the texts into words."""
        return frozenset[str]().union(*[words.texts for field in self.fields for words in field.word_streams])

    @cached_property
    def letters(self) -> str:
        """The words in any order, with one space between."""
        return " ".join(self.words)
