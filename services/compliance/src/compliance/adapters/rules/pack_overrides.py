"""The leave of a rule to override its objections; without one, nobody may."""

from __future__ import annotations

import re

from compliance.adapters.rules.located_yaml import Mapping
from compliance.adapters.rules.pack_scopes import Header
from compliance.adapters.rules.pack_values import Pack
from compliance.domain.findings import OverridePermission
from compliance.domain.review.steps import REVIEWER
from compliance.domain.screening.rules import ACTIONS, Scope

_KEYS = frozenset({"allowed", "by", "source", "dated"})
_CAPACITY = re.compile(r"(person:\S+|[a-z][a-z0-9_]*)")


def override_of(
    pack: Pack, entry: Mapping, *, severity: str, scope: Scope, header: Header
) -> OverridePermission | None:
    """What `override` of a rule says, None where it says no or nothing; what is wrong with it is noted."""
    if "override" not in entry:
        return None
    given, line = pack.mapping(entry, "override"), entry.lines["override"]
    pack.only(given, _KEYS)
    if given.get("allowed") is False:
        return None
    if given.get("allowed") is not True:
        pack.wrong(
            given.lines.get("allowed", line), "override needs `allowed`", "write `allowed: true` or leave it out"
        )
    if severity != "block":
        pack.wrong(line, "only a block is overridden", "take `override` out; what is for review is decided there")
    if scope.subjects != ACTIONS:
        pack.wrong(line, "the objection to a plan is not overridden", "take `override` out of a rule for plans")
    if header.jurisdiction is not None:
        wrong = f"a rule of the law or code of {header.jurisdiction} is not overridden"
        pack.wrong(line, wrong, "take `override` out; only a rule of the company leaves room for a judgement")
    dated = pack.day(given, "dated")
    if dated is None and "dated" not in given:
        pack.text(given, "dated")
    return OverridePermission(by=_capacities(pack, given, line), source=pack.text(given, "source"), dated=dated or "")


def _capacities(pack: Pack, given: Mapping, line: int) -> tuple[str, ...]:
    named = pack.texts(given, "by")
    for each in named:
        if each == REVIEWER or not _CAPACITY.fullmatch(each):
            wrong = f"override.by: {each!r} is no role of its own"
            pack.wrong(given.lines["by"], wrong, "name roles as in `review.steps`, such as signatory; not everybody")
    if not named:
        pack.wrong(given.lines.get("by", line), "override.by names nobody", "name the roles, as `by: [signatory]`")
    return tuple(sorted(set(named)))
