"""What goes wrong on a machine, told with its remedy."""

from __future__ import annotations


class Problem(Exception):
    """Something on this machine stops us. `message` names the place, `remedy` what to do about it."""

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  What to do: {self.remedy}"
