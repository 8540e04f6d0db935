"""Planted bugs: one branch of the gate switched off, by reference, so that a renamed branch fails here and loudly."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from compliance.adapters import unit_of_work
from compliance.adapters.proof import sequencer
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.application import expiry, people, safety, submission
from compliance.application.caps import reserving
from compliance.application.forwarding import Forwarded
from compliance.domain.caps.reservation import CapReservation
from compliance.domain.case import Case
from compliance.domain.permit import ReleasePermit

Swap = tuple[Any, str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """`invariants`: those it may be caught by, the one it is planted for first."""

    what: str
    invariants: tuple[str, ...]
    swaps: Callable[[], list[Swap]]

    @property
    def name(self) -> str:
        return self.what.replace(" ", "_").replace(",", "")


@contextmanager
def planted(bug: Planted) -> Generator[None]:
    """Switch the branch off for the block. Raises AttributeError where there is no such branch any more."""
    undo: list[Swap] = []
    try:
        for owner, name, other in bug.swaps():
            undo.append((owner, name, owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)))
            setattr(owner, name, other)
        yield
    finally:
        for owner, name, before in reversed(undo):
            setattr(owner, name, before)


async def _nothing(*_given: Any, **_named: Any) -> None:
    """Instead of a coroutine function that does something."""


async def _not_forwarded(*_given: Any, **_named: Any) -> Forwarded:
    return Forwarded()


def _asks_as_if_for_the_first_time() -> list[Swap]:
    asked = ReleasePermit.answers_again

    def never(permit: ReleasePermit, client_id: str, content_sha256: str) -> bool:
        asked(permit, client_id, content_sha256)
        return False

    return [(ReleasePermit, "answers_again", never)]


def _without_commitment() -> list[Swap]:
    return [(RecordedUnitOfWork, "written", lambda *_given: None)]


BUGS = (
    Planted("authors approve what they wrote", ("I1",), lambda: [(Case, "_is_author", lambda *_given: False)]),
    Planted(
        "one approval is enough for every route",
        ("I1",),
        lambda: [(Case, "missing_steps", lambda case, _route: () if case.approvals else _route)],
    ),
    Planted("asking again is asking anew", ("I2",), _asks_as_if_for_the_first_time),
    Planted("a lost permit stays in force", ("I3", "I4"), lambda: [(ReleasePermit, "stop", lambda *_given: None)]),
    Planted("a stop signal is not carried", ("I4",), lambda: [(people, "carry_stops", _nothing)]),
    Planted(
        "a safety case holds nothing",
        ("I4",),
        lambda: [(safety, "hold_for", _nothing), (submission, "hold_for", _nothing)],
    ),
    Planted("nothing expires", ("I5",), lambda: [(expiry, "change_case", _nothing)]),
    Planted("nothing is recorded", ("I6",), lambda: [(unit_of_work, "recording", lambda publish: publish)]),
    Planted("an entry does not commit to its row", ("I6",), _without_commitment),
    Planted(
        "leaves are hashed like nodes",
        ("I6",),
        lambda: [(sequencer, "leaf_hash", lambda leaf: sha256(b"\x01" + leaf).digest())],
    ),
    Planted("actions are not scanned", ("I7",), lambda: [(submission, "forward_action", _not_forwarded)]),
    Planted("posts open no case", ("I7",), lambda: [(safety, "forward", _not_forwarded)]),
    Planted("approvals take nothing of the caps", ("I8",), lambda: [(reserving, "_reserve", _nothing)]),
    Planted("what ended keeps its room", ("I8",), lambda: [(CapReservation, "give_back", lambda *_given: None)]),
)
