"""The engager: one of our own people who may act towards stakeholders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from registry.domain.text import NAME_LIMIT, one_line
from registry.domain.vocabulary import Function, Platform, Relation
from shared.kernel.events import Aggregate, DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagerState:
    """`trained_until` None: no valid training is known. `authorised_platforms`: where they may speak."""

    id: str
    version: int
    name: str
    function: Function
    relation: Relation
    trained_until: date | None = None
    authorised_platforms: tuple[Platform, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagerUpdated(DomainEvent):
    """An engager was added (`before` None) or changed."""

    state: EngagerState
    before: EngagerState | None
    by: str


class Engager(Aggregate):
    def __init__(self, state: EngagerState) -> None:
        super().__init__(version=state.version)
        self.state = state

    @classmethod
    def add(cls, state: EngagerState, *, by: str) -> Engager:
        """A new engager at version 1. Raises InvalidValue for an empty or over-long name."""
        engager = cls(_checked(replace(state, version=1)))
        engager.record(EngagerUpdated(state=engager.state, before=None, by=by))
        return engager

    def change(self, state: EngagerState, *, by: str) -> None:
        """Take over all facts of `state`; its id and version are ignored."""
        wanted = _checked(replace(state, id=self.state.id, version=self.version))
        if wanted == self.state:
            return
        before, self.state = self.state, replace(wanted, version=self.version + 1)
        self.version = self.state.version
        self.record(EngagerUpdated(state=self.state, before=before, by=by))


def _checked(state: EngagerState) -> EngagerState:
    platforms = tuple(dict.fromkeys(state.authorised_platforms))
    return replace(state, name=one_line(state.name, field="name", limit=NAME_LIMIT), authorised_platforms=platforms)
