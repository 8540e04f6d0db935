"""The histories are worth something: each branch that is switched off is noticed, by the invariant it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from soak.catching import catch
from soak.databases import Databases
from soak.planted import BUGS, Planted

pytestmark = [pytest.mark.platform, pytest.mark.timeout(600)]
AT_MOST = 1_000
"""Histories; docs/invariants.md tells how many it takes."""
SEED = 1


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_histories_notice_that(bug: Planted, soak_databases: Databases) -> None:
    caught = catch(bug, soak_databases.new(), histories=AT_MOST, of=SEED)
    assert caught is not None, "no history noticed"
    assert caught.by & set(bug.invariants), caught.words


def test_every_invariant_that_histories_hold_has_a_planted_bug() -> None:
    assert {each.invariants[0] for each in BUGS} >= {f"I{number}" for number in range(1, 9)}


def test_the_page_tells_of_every_planted_bug(repository: Path) -> None:
    page = (repository / "docs/invariants.md").read_text("utf-8")
    assert [bug.what for bug in BUGS if f"| {bug.what} |" not in page] == []
