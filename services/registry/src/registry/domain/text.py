"""Limits and normal forms of text that people type."""

from __future__ import annotations

import unicodedata

from shared.kernel.errors import InvalidValue

NAME_LIMIT = 200
HANDLE_LIMIT = 200
POLICY_LIMIT = 2_000
REASON_LIMIT = 1_000


def one_line(value: str, *, field: str, limit: int) -> str:
    """`value` in NFC with single spaces. Raises InvalidValue when empty, over-long or with control characters."""
    tidy = " ".join(unicodedata.normalize("NFC", value).split())
    if not tidy:
        raise InvalidValue(f"{field} is empty", field=field, remedy=f"give a {field}")
    if len(tidy) > limit:
        raise InvalidValue(
            f"{field} has {len(tidy)} characters, at most {limit} are allowed",
            field=field,
            remedy=f"shorten it to {limit} characters",
        )
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in tidy):
        raise InvalidValue(f"{field} contains control characters", field=field, remedy="remove them")
    return tidy


def comparable(value: str) -> str:
    """The form under which two spellings of a name or handle are the same."""
    return unicodedata.normalize("NFKC", value).casefold()
