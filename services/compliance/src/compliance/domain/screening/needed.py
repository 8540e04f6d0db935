"""Which detectors must have found something before a rule can say anything: most rules are silent for want of one."""

from __future__ import annotations

import re
from functools import lru_cache

from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.rules import Rule

_NAME = re.compile(r"[a-z_]+\.[a-z_]+")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def may_speak(rule: Rule, detected: Detected) -> bool:
    """Whether the rule's conditions have to be asked. False only where a false flag settles them, whatever else holds.

    A rule that speaks of unknown facts is asked even where its objection cannot hold.
    """
    if rule.given is not None:
        needed = _conjuncts(rule.given)
    elif rule.reads:
        return True
    else:
        needed = _conjuncts(rule.when)
    return all(detected.get(name, True) for name in needed)


@lru_cache(maxsize=4096)
def _conjuncts(expression: str) -> tuple[str, ...]:
    """The plain names an expression joins with `&&` at its top level; none where it says `||` or `?` there, too."""
    plain = _QUOTED.sub(lambda quoted: "'" * len(quoted.group()), expression)
    depth, start, parts = 0, 0, list[str]()
    for at, sign in enumerate(plain):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and (plain.startswith("||", at) or sign == "?"):
            return ()
        if depth == 0 and plain.startswith("&&", at):
            parts.append(plain[start:at])
            start = at + 2
    return tuple(part.strip() for part in (*parts, plain[start:]) if _NAME.fullmatch(part.strip()))
