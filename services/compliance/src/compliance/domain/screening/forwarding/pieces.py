"""Which texts of an action, of a captured post, and of what could not be read belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from compliance.domain.findings import Evidence
from compliance.domain.screening.facts.values import is_blank
from compliance.domain.screening.forwarding.forwarding import Piece
from compliance.domain.screening.text.fields import OWN_WORDS, TextField, text_fields

_PAGES = ("links[", "target.links[")
_RECENT = "target.recent_texts["
_DEEPEST, _MOST = 12, 200


def pieces_of_action(snapshot: Mapping[str, Any]) -> tuple[Piece, ...]:
    """The texts of an ActionSnapshot that came in or would be passed on, and our own words. Pages count as received."""
    by_piece: dict[str, list[TextField]] = {}
    for field in text_fields(snapshot):
        name = _piece_of(field.path)
        if name is not None:
            by_piece.setdefault(name, []).append(field)
    return tuple(_piece(name, tuple(fields), snapshot) for name, fields in by_piece.items())


def piece_of_post(text: str, media_text: str | None, author: str) -> Piece:
    """A captured post with the words in its pictures."""
    given = (("text", text), ("media_text", media_text))
    fields = tuple(TextField(path, value, "target") for path, value in given if value)
    return Piece(fields=fields, author=_named("author_handle", author))


def pieces_of_wreck(values: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Every text in values that are no snapshot: each by itself, because nobody knows what it was."""
    texts = (TextField(path, text, "inbound") for path, text in _strings(values, "snapshot", _DEEPEST))
    return tuple(Piece(fields=(field,)) for field, _ in zip(texts, range(_MOST), strict=False))


def _piece_of(path: str) -> str | None:
    if path in OWN_WORDS:
        return "own"
    if path.startswith(_PAGES):
        return None if path.endswith(".url") else path.rpartition(".")[0]
    if path.startswith(_RECENT) or path == "inbound_text":
        return path
    return "target" if path in ("target.text", "target.media_text") else None


def _piece(name: str, fields: tuple[TextField, ...], snapshot: Mapping[str, Any]) -> Piece:
    target: Mapping[str, Any] = snapshot.get("target") or {}
    author = target.get("author")
    if name == "inbound_text":
        return Piece(fields=fields, author=Evidence("inbound_text"), addressed=True)
    wrote = name == "target" or name.startswith(_RECENT)
    return Piece(fields=fields, author=_named("target.author", author) if wrote else None, ours=name == "own")


def _named(path: str, author: str | None) -> Evidence | None:
    """Where the author is named; a name of which nothing can be seen names nobody."""
    return Evidence(path, 0, len(author), author) if author and not is_blank(author) else None


def _strings(value: Any, path: str, deepest: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value.strip():
            yield path, value
    elif deepest and isinstance(value, Mapping):
        for name, inner in cast("Mapping[str, Any]", value).items():
            yield from _strings(inner, f"{path}.{name}", deepest - 1)
    elif deepest and isinstance(value, list):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from _strings(inner, f"{path}[{index}]", deepest - 1)
