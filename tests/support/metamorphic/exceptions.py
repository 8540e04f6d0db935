"""Changes after which another answer is right, or known to be wrong: each with its reason, in a data file."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from support.metamorphic.identities import data
from support.metamorphic.running import Violation


@dataclass(frozen=True)
class Excepted:
    """One entry: patterns (`*`) for the transformation and the subjects' ids, why, and what it may become."""

    family: str
    transformation: str
    subjects: tuple[str, ...]
    reason: str
    becomes: str | None = None

    def covers(self, violation: Violation) -> bool:
        variant = violation.variant
        return (
            variant.family == self.family
            and self.becomes in {None, violation.after.verdict}
            and fnmatch.fnmatchcase(variant.transformation, self.transformation)
            and any(fnmatch.fnmatchcase(violation.subject.id, pattern) for pattern in self.subjects)
        )


def exceptions() -> tuple[Excepted, ...]:
    """All entries of `exceptions.yaml`."""
    return tuple(
        Excepted(
            entry["family"],
            entry["transformation"],
            tuple(entry["subjects"]),
            " ".join(entry["reason"].split()),
            entry.get("becomes"),
        )
        for entry in data("exceptions.yaml")["exceptions"] or ()
    )


def unexcepted(violations: Iterable[Violation]) -> list[Violation]:
    """The violations that no entry covers."""
    known = exceptions()
    return [violation for violation in violations if not any(each.covers(violation) for each in known)]
