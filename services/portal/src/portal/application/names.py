"""Names of the people a list of cases is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal.application.answers import Answer, Services, together


async def names_of(cases: Iterable[Mapping[str, Any] | None], services: Services, token: str) -> dict[str, str]:
    """Name by stakeholder id; whom the registry does not name is missing."""
    ids = sorted({str(case["stakeholder_id"]) for case in cases if case and case.get("stakeholder_id")})
    answers = await together(*(services.get("registry", f"/v1/stakeholders/{each}", token) for each in ids))
    return {
        each: str(answer.body["name"])
        for each, answer in zip(ids, answers, strict=True)
        if isinstance(answer, Answer) and answer.body.get("name")
    }
