"""Whether histories catch a planted bug, and after how many."""

from __future__ import annotations

from dataclasses import dataclass

from soak.account import Broken
from soak.planted import Planted, planted
from soak.running import quiet, run_in, stage


@dataclass(frozen=True, slots=True)
class Caught:
    """`by` the invariants that do not hold any more, after so many `histories`."""

    by: frozenset[str]
    histories: int
    words: str


def catch(bug: Planted, url: str, *, histories: int, of: int) -> Caught | None:
    """None where no history notices."""
    with quiet(), stage(url) as machine, planted(bug):
        try:
            run_in(machine, histories=histories, of=of, shrink=False)
        except Exception as error:
            found = _broken(error)
            if not found:
                raise
            begun = machine.first_broken or machine.begun
            return Caught(frozenset(each.invariant for each in found), begun, str(found[0]))
    return None


def _broken(error: BaseException) -> list[Broken]:
    if isinstance(error, BaseExceptionGroup):
        return [each for one in error.exceptions for each in _broken(one)]
    return [error] if isinstance(error, Broken) else []
