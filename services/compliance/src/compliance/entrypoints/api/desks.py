"""Forwarded cases over HTTP: safety cases and questions for Medical Information, the same way."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from starlette.status import HTTP_204_NO_CONTENT

from compliance.application.desk_work import CASES, DeskName
from compliance.application.exports import question_export, safety_export
from compliance.domain.safety_case import CRITERIA, QUALIFICATIONS
from compliance.entrypoints.api.desk_schemas import (
    ClosingBody,
    CorrectionBody,
    ForwardedCaseRead,
    MedicalInformationCaseRead,
    SafetyCaseRead,
)
from compliance.entrypoints.api.ports import GatePorts, Ports, ensure_person
from compliance.entrypoints.api.schemas import ReasonBody
from shared.auth.dependencies import require
from shared.auth.principal import InsufficientScope, Principal
from shared.kernel.errors import InvalidValue, NotFound
from shared.web.etag import IfMatchIfGiven, etag
from shared.web.pages import Cursor, Page, page

REVIEW, SAFETY, QUESTIONS = "compliance:review", "safety:handle", "medical_information:handle"
READ_SAFETY, READ_QUESTIONS = "safety:read", "medical_information:read"
Caller = Annotated[Principal, Depends(require())]
Wanted = Annotated[
    Literal["open", "acknowledged", "handed_over", "closed", "waiting", "overdue"] | None,
    Query(description="waiting: open or acknowledged; overdue: waiting although the time is over"),
]
_COUNTRY_LETTERS = 2


def _desk_router(desk: DeskName, prefix: str, kind: type[ForwardedCaseRead], scopes: tuple[str, str]) -> APIRouter:
    """The routes that every desk has, with the scopes that read and handle its cases.

    Handing over is confirmed by a reviewer too; the rest is the desk's own. Authors see none of it: a case quotes
    people and says what is known about patients.
    """
    reads, scope = scopes
    router = APIRouter(prefix=prefix, tags=[desk.replace("_", " ")])
    key = f"{'safety_case' if desk == 'drug_safety' else 'medical_information_case'}_id"

    @router.get("", response_model=Page[kind], dependencies=[Depends(require(reads))])
    async def list_cases(ports: Ports, cursor: Cursor, state: Wanted = None) -> Any:  # pyright: ignore[reportUnusedFunction] - the router holds it
        """Cases, soonest due first."""
        rows = await ports.forwarded.cases(desk, state=state, after=cursor.after, limit=cursor.limit + 1)
        found = [kind.model_validate(row) for row in rows]
        return page(found, cursor, key=lambda case: f"{case.due_at.isoformat()}~{getattr(case, key)}")

    @router.get("/{case_id}", response_model=kind, dependencies=[Depends(require(reads))])
    async def read_case(case_id: str, ports: Ports, response: Response) -> Any:  # pyright: ignore[reportUnusedFunction] - the router holds it
        """One case; its ETag may be sent with every step."""
        case = await _case(desk, case_id, kind, ports)
        response.headers["ETag"] = etag(case.version)
        return case

    @router.post("/{case_id}/acknowledgement", status_code=HTTP_204_NO_CONTENT)
    async def acknowledge(case_id: str, *, caller: Caller, expected: IfMatchIfGiven, ports: Ports) -> None:  # pyright: ignore[reportUnusedFunction] - the router holds it
        """Somebody of the desk has seen it; the clock runs on."""
        _ensure(caller, scope)
        await ports.change_forwarded(
            desk, case_id, lambda case, now: case.acknowledge(now), caller.subject, "acknowledged", expected=expected
        )

    @router.post("/{case_id}/hand-over", status_code=HTTP_204_NO_CONTENT)
    async def hand_over(case_id: str, *, caller: Caller, expected: IfMatchIfGiven, ports: Ports) -> None:  # pyright: ignore[reportUnusedFunction] - the router holds it
        """Confirm that the desk has it; what waited for it goes on."""
        _ensure(caller, REVIEW, scope)
        await ports.change_forwarded(
            desk, case_id, lambda case, now: case.hand_over(now), caller.subject, "handed over", expected=expected
        )

    @router.post("/{case_id}/closing", status_code=HTTP_204_NO_CONTENT)
    async def close(  # pyright: ignore[reportUnusedFunction] - the router holds it
        case_id: str, body: ClosingBody, *, caller: Caller, expected: IfMatchIfGiven, ports: Ports
    ) -> None:
        """What the desk made of it, with its own number; that it is none, with the reason."""
        _ensure(caller, scope)
        await ports.change_forwarded(
            desk,
            case_id,
            lambda case, now: case.close(body.outcome, now, reference=body.reference, reason=body.reason),
            caller.subject,
            body.reason or body.outcome,
            expected=expected,
        )

    @router.post("/{case_id}/reopening", status_code=HTTP_204_NO_CONTENT)
    async def reopen(  # pyright: ignore[reportUnusedFunction] - the router holds it
        case_id: str, body: ReasonBody, *, caller: Caller, expected: IfMatchIfGiven, ports: Ports
    ) -> None:
        """Undo a wrong closing."""
        _ensure(caller, scope)
        await ports.change_forwarded(
            desk, case_id, lambda case, now: case.reopen(now), caller.subject, body.reason, expected=expected
        )

    return router


safety = _desk_router("drug_safety", "/v1/safety-cases", SafetyCaseRead, (READ_SAFETY, SAFETY))
medical_information = _desk_router(
    "medical_information", "/v1/medical-information-cases", MedicalInformationCaseRead, (READ_QUESTIONS, QUESTIONS)
)


@safety.post("/{case_id}/corrections", status_code=HTTP_204_NO_CONTENT)
async def correct(
    case_id: str, body: CorrectionBody, *, caller: Caller, expected: IfMatchIfGiven, ports: Ports
) -> None:
    """Set right what was found about a criterion, the qualification or the country; earlier values stay readable."""
    _ensure(caller, SAFETY)
    value = _corrected(body)
    await ports.change_forwarded(
        "drug_safety",
        case_id,
        lambda case, now: case.correct(body.name, value, body.reason, now),
        caller.subject,
        body.reason,
        expected=expected,
    )


@safety.get("/{case_id}/export", dependencies=[Depends(require(READ_SAFETY))])
async def export_safety_case(case_id: str, ports: Ports, response: Response) -> dict[str, Any]:
    """The case as JSON named after the data elements of ICH E2B(R3), without names."""
    case = await _case("drug_safety", case_id, SafetyCaseRead, ports)
    response.headers["Content-Disposition"] = f'attachment; filename="safety-case-{case.safety_case_id}.json"'
    document = safety_export(case.model_dump(), company=ports.gate.company, now=ports.gate.clock.now())
    return document.model_dump(mode="json", by_alias=True)


@medical_information.get("/{case_id}/export", dependencies=[Depends(require(READ_QUESTIONS))])
async def export_question(case_id: str, ports: Ports, response: Response) -> dict[str, Any]:
    """The question as JSON, without names."""
    case = await _case("medical_information", case_id, MedicalInformationCaseRead, ports)
    name = f"medical-information-case-{case.medical_information_case_id}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return question_export(case.model_dump(), now=ports.gate.clock.now()).model_dump(mode="json")


async def _case(desk: DeskName, case_id: str, kind: Any, ports: GatePorts) -> Any:
    row = await ports.forwarded.case(desk, case_id)
    if row is None:
        raise NotFound(f"there is no case {case_id} that is {CASES[desk]}")
    return kind.model_validate(row)


def _ensure(caller: Principal, *scopes: str) -> None:
    if not caller.scopes.intersection(scopes):
        raise InsufficientScope(
            f"this needs the scope {' or '.join(scopes)}", remedy=f"use an account that has it, not {caller.subject}"
        )
    ensure_person(caller, "decides on a forwarded case")


def _corrected(body: CorrectionBody) -> Any:
    if body.name in CRITERIA:
        return body.known or None
    if body.name == "qualification":
        if body.value not in QUALIFICATIONS:
            raise InvalidValue(f"value is one of {', '.join(QUALIFICATIONS)}", field="value")
        return body.value
    if body.value is None or len(body.value) != _COUNTRY_LETTERS or not body.value.isupper():
        raise InvalidValue("value is a country of two capital letters, such as DE", field="value")
    return body.value
