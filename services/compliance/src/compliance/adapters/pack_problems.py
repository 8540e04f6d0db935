"""What is wrong with rule files: every mistake with file, line and what to do, not only the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_MOST_SAID = 200


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake; `line` counts from 1."""

    file: str
    line: int
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.wrong}: {self.remedy}"


class UnusableRuleFile(ValueError):
    """Rule files that cannot be used; each line of the message is `file:line: what is wrong: what to do`."""

    def __init__(self, file: Path | str, line: int, wrong: str, remedy: str = "correct the file") -> None:
        self._tell((Problem(str(file), line, wrong, remedy),))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> UnusableRuleFile:
        """Several mistakes together; in order of file and line."""
        one = cls("", 0, "")
        one._tell(tuple(sorted(set(problems))))
        return one

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        more = len(problems) - _MOST_SAID
        lines = [str(problem) for problem in problems[:_MOST_SAID]]
        self.args = ("\n".join([*lines, f"... and {more} more"] if more > 0 else lines),)

    @property
    def line(self) -> int:
        """The line of the first mistake."""
        return self.problems[0].line

    @property
    def problem(self) -> str:
        """The first mistake and its remedy."""
        return f"{self.problems[0].wrong}: {self.problems[0].remedy}"
