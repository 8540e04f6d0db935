"""An account of a stakeholder on a platform."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain.text import HANDLE_LIMIT, comparable, one_line
from registry.domain.vocabulary import Platform
from shared.kernel.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Handle:
    """Platform and name without the leading @. `key` makes two spellings of one account equal."""

    platform: Platform
    name: str

    @classmethod
    def of(cls, platform: Platform, name: str) -> Handle:
        """The handle, its @ removed. Raises InvalidValue for an empty, over-long or spaced name."""
        tidy = one_line(name, field="handles", limit=HANDLE_LIMIT).removeprefix("@")
        if not tidy or " " in tidy:
            raise InvalidValue(
                f"handles: {name!r} is not an account name", field="handles", remedy="give one name without spaces"
            )
        return cls(platform, tidy)

    @property
    def key(self) -> tuple[str, str]:
        return (self.platform.value, comparable(self.name))


def distinct(handles: tuple[Handle, ...]) -> tuple[Handle, ...]:
    """`handles` in order, each account once."""
    return tuple({handle.key: handle for handle in reversed(handles)}.values())[::-1]
