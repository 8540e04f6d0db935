"""What follows from a change of a case follows from every such change, those added later included."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.application.policies import CAPPED
from compliance.domain import case_events as happened

HOLDS_NOTHING = {
    happened.CaseOpened,
    happened.CaseScreened,
    happened.CaseOverrideSigned,
    happened.CaseOverridden,
    happened.CaseVoted,
    happened.CaseChangesRequested,
    happened.CaseRejected,
    happened.CaseStopsChanged,
    happened.CaseErased,
}
"""They lead neither to an approval nor away from one."""


def test_caps_follow_every_change_that_may_take_of_them_or_give_back() -> None:
    assert set(CAPPED) == set(kinds_of(happened.CaseChanged)) - HOLDS_NOTHING


def kinds_of(event: type[happened.CaseChanged]) -> Iterator[type[happened.CaseChanged]]:
    """`dataclass(slots=True)` makes each class twice; the one of the module counts."""
    for kind in event.__subclasses__():
        if getattr(happened, kind.__name__) is kind:
            yield kind
        yield from kinds_of(kind)
