"""One pack being read: typed access to its values; what is wrong is noted with its line and reading goes on."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from datetime import date
from typing import Any, cast

from compliance.adapters.pack_problems import Problem
from compliance.adapters.rules.located_yaml import Mapping

_MOST_LISTED = 40


class Pack:
    """A rule file by its name in the bundle. `company` packs come on top of the packaged ones."""

    def __init__(self, file: str, content: Mapping, problems: list[Problem], *, company: bool) -> None:
        self.file = file
        self.content = content
        self.company = company
        self._problems = problems

    def wrong(self, line: int, wrong: str, remedy: str) -> None:
        """Note a mistake; the rule set will be refused."""
        self._problems.append(Problem(self.file, line, wrong, remedy))

    def mapping(self, holder: Mapping, name: str) -> Mapping:
        """The mapping under `name`, empty when there is none."""
        value = holder.get(name)
        if isinstance(value, Mapping):
            return value
        if value is not None or name in holder:
            self.wrong(holder.lines[name], f"{name} is a mapping", "write its keys below it, or leave it out")
        return Mapping.empty()

    def mappings(self, holder: Mapping, name: str) -> list[Mapping]:
        """The list of mappings under `name`, empty when there is none."""
        found: list[Mapping] = []
        for value in self._list(holder, name):
            if isinstance(value, Mapping):
                found.append(value)
            else:
                self.wrong(holder.lines[name], f"{name} is a list of mappings", "begin each entry with `- key: value`")
        return found

    def texts(self, holder: Mapping, name: str) -> list[str]:
        """The list of texts under `name`, empty when there is none."""
        found: list[str] = []
        for value in self._list(holder, name):
            if isinstance(value, str):
                found.append(value)
            else:
                problem = f"{name} lists {value!r}, which YAML does not read as a text"
                self.wrong(holder.lines[name], problem, "put it in quotes")
        return found

    def text(self, holder: Mapping, name: str, *, needed: bool = True) -> str:
        """The text under `name` on one line; empty, and noted where it is needed, when there is none."""
        value = holder.get(name)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
        if needed or (value is not None and not isinstance(value, str)):
            self.wrong(holder.lines.get(name, holder.line), f"needs a text for {name!r}", f"write `{name}: ...`")
        return ""

    def day(self, holder: Mapping, name: str) -> str | None:
        """The ISO date under `name`."""
        value = holder.get(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.wrong(holder.lines[name], f"{name} is not a date", "write it as 2026-01-31")
            return None

    def period(self, holder: Mapping) -> tuple[str | None, str | None]:
        """`valid_from` and `valid_until`, in order."""
        since, until = self.day(holder, "valid_from"), self.day(holder, "valid_until")
        if since and until and until < since:
            problem = f"would end on {until}, before it begins on {since}"
            self.wrong(holder.lines["valid_until"], problem, "correct one of the two dates")
        return since, until

    def only(self, given: Mapping, known: frozenset[str] | Lookup[str, Any]) -> None:
        """Note every key that is not known."""
        for key in given:
            if key not in known:
                self.wrong(given.lines[key], f"unknown key {key!r}", f"known are {listed(known)}")

    def one_of(self, holder: Mapping, name: str, value: str, known: tuple[str, ...]) -> bool:
        """Whether `value`, found under `name`, is known; noted where not."""
        if value not in known:
            self.wrong(
                holder.lines.get(name, holder.line), f"{name}: {value!r} is not known", f"one of {listed(known)}"
            )
        return value in known

    def _list(self, holder: Mapping, name: str) -> list[object]:
        value = holder.get(name)
        if isinstance(value, list):
            return cast("list[object]", value)
        if value is not None:
            self.wrong(holder.lines[name], f"{name} is a list", "begin each entry with `- `, or put brackets around it")
        return []


def listed(known: frozenset[str] | Lookup[str, Any] | tuple[str, ...]) -> str:
    """The known names as a message gives them."""
    names = known if isinstance(known, tuple) else sorted(known)
    return ", ".join(names[:_MOST_LISTED]) + (", ..." if len(names) > _MOST_LISTED else "")
