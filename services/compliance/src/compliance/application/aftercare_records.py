"""Where the records of aftercare are kept."""

from __future__ import annotations

from typing import Protocol

from compliance.application.money.ports import Records
from compliance.domain.aftercare.take_down import TakeDown


class Aftercare(Protocol):
    """What is looked after once an action is out, by the id of the action."""

    @property
    def take_downs(self) -> Records[TakeDown]: ...
