"""Marks that ask and marks that tag, in the widths and scripts people type them in."""

from __future__ import annotations

QUESTION_MARKS = frozenset("?？؟")  # noqa: RUF001 - the full-width and the Arabic one
HASHES = frozenset("#＃")  # noqa: RUF001 - the full-width one
TAG_MARKS = HASHES | frozenset("@＠")  # noqa: RUF001 - the full-width one
"""What a hashtag or a handle begins with."""
