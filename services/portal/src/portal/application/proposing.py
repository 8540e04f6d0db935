"""A proposal of rule files as a form gives it, and its mistakes with the lines they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.application.answers import Problem

COMPANY = "company/"
_NAME = re.compile(r"(company/|lexicons/)?[A-Za-z0-9][A-Za-z0-9._-]*\.(yaml|csv)")
_MOST_NAME = 200
_MOST_CARRIED = 500_000
_MOST_FILES = 40


class NotAProposal(Exception):
    """The form cannot be sent; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that is wrong; `line` is the text of the line where it can be shown."""

    place: str
    message: str
    remedy: str | None
    line: str | None


@dataclass(frozen=True, slots=True)
class Carried:
    """Names of company files that a form carries on, and of those that are too large for one."""

    taken: Sequence[str]
    too_large: Sequence[str]


def carried_files(files: Mapping[str, int]) -> Carried:
    """Which of `files` (characters by name) go onto another version: the company's own, as far as a form holds them."""
    own = sorted(name for name in files if name.startswith(COMPANY))
    small = [name for name in own if files[name] <= _MOST_CARRIED][:_MOST_FILES]
    return Carried(small, [name for name in own if name not in small])


def named(name: str) -> str:
    """The name of a file in the rule set: a bare name is a company's file. Raises NotAProposal."""
    whole = name.strip() if "/" in name else f"{COMPANY}{name.strip()}"
    if len(whole) > _MOST_NAME or not _NAME.fullmatch(whole):
        raise NotAProposal(
            f"“{name}” cannot be a file of a rule set. Use letters, digits, dots and dashes, and end the name with "
            ".yaml for rule packs or .csv for lists of medicine names."
        )
    return whole


def changed(
    texts: Sequence[tuple[str, str]], uploads: Sequence[tuple[str, bytes]], out: Sequence[str]
) -> dict[str, str | None]:
    """Files by name: texts of the form, uploads in their place, None for what is taken out. Raises NotAProposal."""
    for name, text in texts:
        if not name.strip() or not text.strip():
            raise NotAProposal("Give each file you write a name and a text, or leave both empty.")
    files: dict[str, str | None] = {named(name): text for name, text in texts}
    for name, raw in uploads:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise NotAProposal(f"“{name}” is not text in UTF-8. Save it as UTF-8 and upload it again.") from None
        if "\0" in text:
            raise NotAProposal(f"“{name}” is not text. Upload rule packs (.yaml) or lists of medicine names (.csv).")
        files[named(name)] = text
    for name in out:
        whole = named(name)
        if files.get(whole):
            raise NotAProposal(f"“{whole}” is to be changed and to be taken out. Choose one of the two.")
        files[whole] = None
    if not files:
        raise NotAProposal("There is nothing to propose yet: upload a file, or write one.")
    return files


def mistakes(problem: Problem, files: Mapping[str, str | None]) -> list[Mistake]:
    """What the gate refused, each with the line of the file it is about."""
    return [
        Mistake(
            place=each.get("field", ""),
            message=each.get("message", ""),
            remedy=each.get("remedy"),
            line=_line(each.get("field", ""), files),
        )
        for each in problem.errors
    ]


def _line(place: str, files: Mapping[str, str | None]) -> str | None:
    name, _, number = place.rpartition(":")
    lines = (files.get(name) or "").splitlines()
    if not number.isdecimal() or not 1 <= int(number) <= len(lines):
        return None
    return lines[int(number) - 1].strip() or None
