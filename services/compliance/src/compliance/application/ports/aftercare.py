"""Where the records of aftercare are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from compliance.application.money.ports import Records
from compliance.domain.aftercare.take_down import TakeDown
from compliance.domain.aftercare.watch import Watch


class Watches(Records[Watch], Protocol):
    """Watches."""

    async def open_about(self, post_keys: Sequence[str]) -> Sequence[Watch]:
        """The open ones about a post that one of these keys names, locked, in order of their ids."""
        ...


class Aftercare(Protocol):
    """What is looked after once an action is out, by the id of the action."""

    @property
    def take_downs(self) -> Records[TakeDown]: ...
    @property
    def watches(self) -> Watches: ...
