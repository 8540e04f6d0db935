"""Every party computes the same bytes from the same values, whichever way they are computed here."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.hashing import canonical

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_the_short_way_writes_what_the_standard_writes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(texts | st.sampled_from(["\U0001f600", "\uff21", "a", "B"]), st.integers(0, 9)))
def test_keys_are_sorted_as_the_standard_sorts_them(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud83d", {"a": ["\udc00"]}, {1: "a"}])
def test_what_json_cannot_carry_is_refused(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)
