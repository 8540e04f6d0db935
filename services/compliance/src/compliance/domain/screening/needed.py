"""Which rules have to be asked about an action: most are silent for want of one flag or fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from compliance.domain.screening.wants import NOWHERE, Path, Want, value_at, wants_of

_wants = lru_cache(maxsize=4096)(wants_of)


class Needs(NamedTuple):
    """What a rule cannot speak without: that one of `wants` is met, or one of the facts it `reads` is unknown."""

    wants: frozenset[Want] | None
    reads: tuple[str, ...]


def needs_of(when: str, given: str | None, reads: Sequence[str]) -> Needs:
    """What a rule of these conditions needs. One that does not concern the action says nothing of unknown facts.

    Of a rule with `given`, nothing is told by `when`: where `given` cannot be decided, the rule says so.
    """
    return Needs(_wants(when), tuple(reads)) if given is None else Needs(_wants(given), ())


class Needed:
    """Rules by what they need, so that only those that may speak are asked; their numbers stand for them."""

    def __init__(self, needs: Iterable[Needs]) -> None:
        """The number of a rule is its place among `needs`."""
        self._always: list[int] = []
        wanted: dict[Want, list[int]] = {}
        unknown: dict[str, list[int]] = {}
        for number, (wants, reads) in enumerate(needs):
            if wants is None:
                self._always.append(number)
                continue
            for want in wants:
                wanted.setdefault(want, []).append(number)
            for path in reads:
                unknown.setdefault(path, []).append(number)
        self._wanted = _by_root(wanted)
        self._unknown = [(tuple(path.split(".")), numbers) for path, numbers in unknown.items()]

    def numbers(self, facts: Mapping[str, Any]) -> list[int]:
        """The rules that may speak, in order. All others are silent about these facts."""
        speak = set(self._always)
        for root, (flags, others) in self._wanted.items():
            part = facts.get(root, NOWHERE)
            if flags:
                given: Mapping[str, Any] = part if part.__class__ is dict else {}
                for name, numbers in flags:
                    if given.get(name) is not False:
                        speak.update(numbers)
            for rest, settles, numbers in others:
                if not settles(value_at(part, rest)):
                    speak.update(numbers)
        for path, numbers in self._unknown:
            value = value_at(facts, path)
            if value is None or value is NOWHERE:
                speak.update(numbers)
        return sorted(speak)


_Flags = list[tuple[str, list[int]]]
"""Names of flags of one family, each with the rules that want it."""
_Others = list[tuple[Path, Callable[[Any], bool], list[int]]]
"""What is left of a path, what settles that it is not as wanted, and who wants it."""


def _by_root(wanted: Mapping[Want, list[int]]) -> dict[str, tuple[_Flags, _Others]]:
    roots: dict[str, tuple[_Flags, _Others]] = {}
    for want, numbers in wanted.items():
        root, *rest = want.path
        flags, others = roots.setdefault(root, ([], []))
        if want.kind == "flag" and len(rest) == 1:
            flags.append((rest[0], numbers))
        else:
            others.append((tuple(rest), want.settles(), numbers))
    return roots
