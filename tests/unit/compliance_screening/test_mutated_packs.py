"""Whatever happens to rule files, they are taken whole or refused: no crash, and no rule lost in silence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.adapters.rules.located_yaml import read
from compliance.adapters.rules.rule_packs import rule_set_of
from support.rule_bundles import GOOD, HEAD, alone, refused

SECOND = GOOD.split("rules:\n")[1].replace("TEA-01", "TEA-02").replace("Tea", "Green tea")
TWO = GOOD + SECOND
LINES = TWO.splitlines(keepends=True)
NOTHING_LOST = {"TEA-01", "TEA-02"}
STRANGE = st.sampled_from(
    ["\t", "&a ", "*a", "? ", "- ", "!!str ", "!x ", "'", '"', "{", "}", "[", "]", ": ", "#", "|", ">", "%", "@", "`",
     "\0", "\ufeff", "\u2028", "---\n", "...\n", "<<: ", "no", "~", "1e400", "0x1F", "12:30", "\ud7ff", "é"]
)  # fmt: skip


def ids(text: str) -> set[str] | None:
    """The rules of a file, None where it is refused."""
    try:
        return {rule.id for rule in rule_set_of(alone(text)).rules}
    except UnusableRuleFile as failed:
        problems = failed.problems
    assert all(problem.line >= 1 and problem.wrong and problem.remedy for problem in problems)
    return None


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, len(TWO)), STRANGE)
def test_a_strange_sign_anywhere_loses_no_rule(at: int, sign: str) -> None:
    found = ids(TWO[:at] + sign + TWO[at:])

    assert found is None or found == NOTHING_LOST


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(3, len(LINES) - 1))
def test_without_one_of_its_lines_a_rule_is_refused_or_still_there(at: int) -> None:
    text = "".join(LINES[:at] + LINES[at + 1 :])

    found = ids(text)

    assert found is None or found == NOTHING_LOST


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1))
def test_a_line_that_stands_twice_or_elsewhere_loses_no_rule(one: int, other: int) -> None:
    moved = list(LINES)
    moved.insert(other, LINES[one])

    found = ids("".join(moved))

    assert found is None or found >= NOTHING_LOST


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    try:
        read("x.yaml", raw)
    except UnusableRuleFile as failed:
        problems = failed.problems
    else:
        return
    assert problems


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(TWO)))
def test_a_file_that_was_cut_off_is_refused_unless_it_ends_with_a_rule(at: int) -> None:
    cut = TWO[:at]

    found = ids(cut)

    assert found is None or {f"TEA-0{n}" for n in (1, 2) if f"TEA-0{n}" in cut} <= found


@pytest.mark.parametrize("levels", [21, 1_000, 50_000])
def test_deep_nesting_is_refused_and_ends_no_process(levels: int) -> None:
    (problem,) = refused({"rule-set.yaml": HEAD.encode(), "deep.yaml": b"about: " + b"[" * levels + b"]" * levels})

    assert "nested deeper" in problem.wrong
