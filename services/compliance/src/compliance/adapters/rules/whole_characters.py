"""Texts as the engines of other languages take them."""

from __future__ import annotations


def whole_characters(text: str) -> str:
    """The text with a question mark for each half of a surrogate pair, which is no character; nothing else moves."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
