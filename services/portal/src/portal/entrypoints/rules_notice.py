"""What everybody who may change the rules has to see: proposals that wait, rules that are not the ones in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.application.answers import Answer, Problem, together
from portal.application.deciding import REVIEW_SCOPE
from portal.application.rules_view import RULES_SCOPE, is_release
from portal.application.sessions import Session
from portal.entrypoints.console import Console

_SEES = frozenset({RULES_SCOPE, REVIEW_SCOPE})
_NOT_FOUND = 404


async def rules_notice(console: Console, session: Session) -> Mapping[str, Any] | None:
    """For the template `rules_notice.html`; None where there is nothing to say, or nobody to say it to."""
    if not _SEES.intersection(session.principal.scopes):
        return None
    get, token = console.services.get, session.token
    current, proposed = await together(
        get("compliance", "/v1/rule-sets/current", token),
        get("compliance", "/v1/rule-sets", token, state="proposed", limit=50),
    )
    waiting = proposed.items if isinstance(proposed, Answer) else []
    notice: dict[str, Any] = {
        "unknown": proposed if isinstance(proposed, Problem) else None,
        "none_in_force": isinstance(current, Problem) and current.status == _NOT_FOUND,
        "stale": isinstance(current, Answer) and current.body.get("in_use") != current.body["rule_set"],
        "release": [each for each in waiting if is_release(each)],
        "proposed": [each for each in waiting if not is_release(each)],
    }
    return notice if any(notice.values()) else None
