"""Changes after which another answer is right, or known to be wrong: each with its reason, in a data file."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from support.metamorphic.identities import data
from support.metamorphic.running import Violation, run
from support.metamorphic.variants import Subject, Variant


@dataclass(frozen=True)
class Excepted:
    """One entry: patterns (`*`) for the transformation and the subjects' ids, why, and what it may become."""

    family: str
    transformation: str
    subjects: tuple[str, ...]
    reason: str
    becomes: str | None = None

    def about(self, subject: Subject) -> bool:
        """Whether the entry speaks of this subject."""
        return any(fnmatch.fnmatchcase(subject.id, pattern) for pattern in self.subjects)

    def of(self, variant: Variant) -> bool:
        """Whether the entry speaks of this change."""
        return variant.family == self.family and fnmatch.fnmatchcase(variant.transformation, self.transformation)

    def covers(self, violation: Violation) -> bool:
        """Whether the entry is why this violation is none."""
        known = self.becomes in {None, violation.after.verdict}
        return known and self.of(violation.variant) and self.about(violation.subject)

    def needed(self, subjects: Iterable[Subject], *, draws: int = 1) -> bool:
        """Whether some violation is covered; looks no further than the first."""
        for subject in subjects:
            if self.about(subject):
                found = run([subject], families=[self.family], draws=draws, wanted=lambda _, variant: self.of(variant))
                if any(self.covers(violation) for violation in found.violations):
                    return True
        return False


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
