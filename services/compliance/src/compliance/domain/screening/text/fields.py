"""The texts of a snapshot, each with its field path and the part it plays in what goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from compliance.domain.screening.text.marks import TAG_MARKS
from compliance.domain.screening.text.normal import Normalised, Words, normalise

Part = Literal["own", "target", "profile", "inbound", "declared", "planned"]
_SHORT = 64
_POST = 10_000
PUBLISHED: frozenset[Part] = frozenset({"own", "target"})
OWN_WORDS = ("text", "media_text")
"""Paths of what we say ourselves."""
RECEIVED = ("inbound_text", "target.text", "target.media_text", "target.recent_texts")
"""Beginnings of the paths of what others wrote to us or where we answer; linked pages apart."""


class TextField:
    """One text. `third_party` marks the body of a page that is not ours; `joined` may hold run-together words."""

    __slots__ = ("_streams", "_tokens", "joined", "part", "path", "text", "third_party", "url")

    def __init__(
        self, path: str, text: str, part: Part, *, third_party: bool = False, joined: bool = False, url: bool = False
    ) -> None:
        self.path = path
        self.text = text
        self.part: Part = part
        self.third_party = third_party
        self.joined = joined
        self.url = url
        self._tokens: Words | None = None
        self._streams: tuple[Words, ...] = ()

    @property
    def read(self) -> Normalised:
        return self.tokens.read

    @property
    def tokens(self) -> Words:
        """Words as written."""
        if self._tokens is None:
            self._tokens = _cut(self.text, self.url)
        return self._tokens

    @property
    def parts_of_words(self) -> Words:
        """Words, cut where camel case joins them (`#MigrelanWorks`); the same object as `tokens` where nothing is."""
        return self.tokens.parts

    @property
    def word_streams(self) -> tuple[Words, ...]:
        """The ways to cut the text into words that are worth looking at."""
        if not self._streams:
            whole = self.tokens
            tagged = self.joined or any(mark in self.text for mark in TAG_MARKS)
            self._streams = (whole, whole.parts) if tagged and whole.parts is not whole else (whole,)
        return self._streams


def _words_of(text: str, url: bool) -> Words:  # noqa: FBT001 - the positions are the key it is remembered by
    return Words(normalise(text, url=url))


_words_of_short = lru_cache(maxsize=8192)(_words_of)  # tags, names of events and declarations come again and again
_words_of_post = lru_cache(maxsize=512)(_words_of)  # a target is read while somebody types, submits, and at release


def _cut(text: str, url: bool) -> Words:  # noqa: FBT001 - handed on by position
    if len(text) <= _SHORT:
        return _words_of_short(text, url)
    return _words_of_post(text, url) if len(text) <= _POST else _words_of(text, url)


def text_fields(snapshot: Mapping[str, Any]) -> tuple[TextField, ...]:
    """All non-empty texts of a snapshot in a fixed order."""
    return tuple(field for field in _all(snapshot) if field.text)


def _all(snapshot: Mapping[str, Any]) -> Iterator[TextField]:
    yield from _texts(snapshot, OWN_WORDS, "own")
    yield from _listed(snapshot.get("hashtags"), "hashtags", "own")
    yield from _listed(snapshot.get("mentions"), "mentions", "own")
    yield from _pages(snapshot.get("links"), "links", "own")
    yield from _texts(snapshot.get("event") or {}, ("name", "venue"), "own", "event.")
    yield from _texts(snapshot.get("training") or {}, ("subject",), "own", "training.")
    yield from _target(snapshot.get("target") or {})
    yield from _texts(snapshot, ("inbound_text",), "inbound")
    yield from _texts(snapshot, ("declaration",), "declared")
    yield from _texts(snapshot, ("purpose", "value_statement", "kpi"), "planned")
    yield from _texts(snapshot.get("training") or {}, ("conditions",), "planned", "training.")


def _target(target: Mapping[str, Any]) -> Iterator[TextField]:
    part: Part = "profile" if target.get("kind") == "profile" else "target"
    yield from _texts(target, OWN_WORDS, part, "target.")
    yield from _texts(target, ("url",), "target", "target.", url=True)
    yield from _texts(target, ("author",), "target", "target.")
    yield from _pages(target.get("links"), "target.links", "target")
    for index, text in enumerate(target.get("recent_texts") or ()):
        yield TextField(f"target.recent_texts[{index}]", text, "profile")


def _texts(
    holder: Mapping[str, Any], names: Sequence[str], part: Part, prefix: str = "", *, url: bool = False
) -> Iterator[TextField]:
    for name in names:
        value = holder.get(name)
        if isinstance(value, str):
            yield TextField(prefix + name, value, part, joined=url, url=url)


def _listed(values: Sequence[str] | None, name: str, part: Part) -> Iterator[TextField]:
    for index, value in enumerate(values or ()):
        yield TextField(f"{name}[{index}]", value, part, joined=True)


def _pages(pages: Sequence[Mapping[str, Any]] | None, name: str, part: Part) -> Iterator[TextField]:
    for index, page in enumerate(pages or ()):
        prefix = f"{name}[{index}]."
        foreign = page.get("own_domain") is not True
        yield from _texts(page, ("url",), part, prefix, url=True)
        yield from _texts(page, ("title",), part, prefix)
        text = page.get("text")
        if isinstance(text, str):
            yield TextField(prefix + "text", text, part, third_party=foreign)
