"""Tells a story in numbered steps; a step that fails names itself, what was expected, and where to look."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rapport.problem import Problem

Say = Callable[[str], None]


class StepFailed(Problem):
    """One step of the story did not happen."""


class Telling:
    """Numbers the steps and measures the whole."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._number = 0
        self._started = time.monotonic()

    @contextmanager
    def step(self, title: str, *, expected: str, look: str) -> Generator[Say]:
        """Tell what happens inside, indented under the step's title. Raises StepFailed when it does not."""
        self._number += 1
        self._say(f"{self._number:2}. {title}")
        try:
            yield self._line
        except Problem as problem:
            raise StepFailed(
                f"step {self._number} failed: {title}\n  Expected: {expected}\n  Instead:  {problem.message}",
                remedy=f"{problem.remedy}; look at {look}",
            ) from problem

    def expect(self, holds: object, otherwise: str) -> None:
        """Raises Problem with `otherwise` unless it holds."""
        if not holds:
            raise Problem(otherwise, remedy="this should never differ; it is worth a bug report with this output")

    def finish(self) -> None:
        """Say how long it took."""
        self._say(f"\nAll {self._number} steps happened, in {time.monotonic() - self._started:.1f} s.")

    def _line(self, text: str) -> None:
        self._say(f"      {text}")
