from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Any, Literal

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError

from shared.auth import Principal, require
from shared.kernel.errors import (
    ConcurrentChange,
    DomainError,
    Forbidden,
    InvalidTransition,
    InvalidValue,
    NotFound,
    TransientError,
    Unavailable,
)
from shared.web.body_limit import MAX_BODY_BYTES
from shared.web.problem import STATUS_BY_CODE, status_of
from support.web import ISSUER, a_client


class Handle(BaseModel):
    model_config = ConfigDict(extra="forbid")
    platform: Literal["x", "blog"]


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    handles: list[Handle] = []


class SlotPassed(InvalidTransition):
    code = "slot_passed"


def failing_with(error: Exception) -> APIRouter:
    router = APIRouter()

    @router.get("/v1/things/{thing_id}")
    async def show(thing_id: str) -> None:
        raise error

    return router


def accepting() -> APIRouter:
    router = APIRouter()

    @router.post("/v1/people", status_code=201)
    async def add(person: Person, limit: int = 3) -> Person:
        return person

    @router.get("/v1/mine")
    async def mine(principal: Annotated[Principal, Depends(require("audit:read"))]) -> dict[str, str]:
        return {"subject": principal.subject}

    return router


async def answer_to(error: Exception) -> httpx.Response:
    async with a_client(failing_with(error)) as client:
        response = await client.get("/v1/things/7")
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["correlation_id"] == response.headers["x-correlation-id"]
    assert body["code"] == body["type"].rpartition(":")[2]
    return response


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DomainError("no"), 409),
        (InvalidValue("no"), 400),
        (NotFound("no"), 404),
        (InvalidTransition("no"), 409),
        (SlotPassed("no"), 409),
        (ConcurrentChange("no"), 409),
        (Forbidden("no"), 403),
        (Unavailable("no"), 503),
    ],
)
async def test_a_refusal_keeps_its_code_and_gets_its_status(error: DomainError, status: int) -> None:
    response = await answer_to(error)
    assert response.status_code == status
    assert response.json()["code"] == error.code
    assert status_of(error) == status


@pytest.mark.parametrize(("sent", "status"), [({}, 409), ({"If-Match": '"v3"'}, 412)])
async def test_a_lost_race_is_a_failed_precondition_for_who_named_a_version(sent: dict[str, str], status: int) -> None:
    async with a_client(failing_with(ConcurrentChange("somebody was faster", current_version=4))) as client:
        response = await client.get("/v1/things/7", headers=sent)
    assert response.status_code == status
    assert response.json()["code"] == ("precondition_failed" if sent else "concurrent_change")
    assert response.headers["ETag"] == '"v4"'


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"name": "Andr\u00e9"}'.encode("latin-1"), "the body is not UTF-8: byte 0xE9 at 14"),
        (b"[" * 200_000, "the body is nested too deeply"),
    ],
)
async def test_a_body_that_is_no_json_at_all_is_told_why(body: bytes, detail: str) -> None:
    async with a_client(accepting()) as client:
        response = await client.post("/v1/people", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["detail"]) == (400, detail)
    assert response.json()["remedy"]


async def test_a_refusal_names_field_and_remedy() -> None:
    body = (await answer_to(InvalidValue("country is not one", field="country", remedy="use DE"))).json()
    assert body["detail"] == "country is not one"
    assert body["remedy"] == "use DE"
    assert body["errors"] == [{"field": "country", "message": "country is not one", "remedy": "use DE"}]


async def test_several_refusals_at_once_are_all_named() -> None:
    several = InvalidValue("two fields are wrong")
    several.parts = (InvalidValue("a", field="name"), InvalidValue("b", field="type", remedy="c"))
    errors = (await answer_to(several)).json()["errors"]
    assert errors == [{"field": "name", "message": "a"}, {"field": "type", "message": "b", "remedy": "c"}]


async def test_an_unexpected_error_tells_nothing_but_the_correlation_id() -> None:
    response = await answer_to(ValueError("secret dsn postgresql://u:p@h/db"))
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "ValueError" not in response.text
    assert response.json()["code"] == "internal"


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.InvalidPasswordError("wrong password for user u"),
        asyncpg.ConnectionDoesNotExistError("gone"),
        OperationalError("SELECT 1", {}, ConnectionRefusedError()),
        ConnectionRefusedError(111, "refused"),
        TimeoutError(),
        TransientError("later"),
        httpx.ConnectError("http://10.0.0.1 refused"),
    ],
)
async def test_something_that_does_not_answer_is_unavailable_not_a_bug(error: Exception) -> None:
    response = await answer_to(error)
    assert response.status_code == 503
    body = response.json()
    assert body["code"] == "unavailable"
    assert body["remedy"]
    assert response.headers["retry-after"]
    assert "10.0.0.1" not in response.text
    assert "user u" not in response.text


@pytest.mark.parametrize("error", [asyncpg.UniqueViolationError("twice"), KeyError("x"), OSError(2, "no such file")])
async def test_a_bug_is_not_passed_off_as_unavailable(error: Exception) -> None:
    assert (await answer_to(error)).status_code == 500


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({}, ["name"]),
        ({"name": "A", "nmae": "B"}, ["nmae"]),
        ({"name": 7}, ["name"]),
        ({"name": "A", "handles": [{"platform": "fax"}]}, ["handles.0.platform"]),
        ({"handles": [{}], "extra": 1}, ["name", "handles.0.platform", "extra"]),
        ([], ["body"]),
        ("text", ["body"]),
    ],
)
async def test_a_malformed_body_names_every_wrong_field_with_a_remedy(content: Any, fields: list[str]) -> None:
    async with a_client(accepting()) as client:
        response = await client.post("/v1/people", json=content)
    assert response.status_code == 422
    body = response.json()
    assert body["code"] == "malformed"
    assert [error["field"] for error in body["errors"]] == fields
    assert all(error["message"] and error["remedy"] for error in body["errors"])


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"name": NaN', b""])
async def test_a_body_that_is_not_json_is_malformed_and_never_echoed(content: bytes) -> None:
    async with a_client(accepting()) as client:
        response = await client.post("/v1/people", content=content, headers={"content-type": "application/json"})
    assert response.status_code in {400, 422}
    assert response.headers["content-type"] == "application/problem+json"
    assert "input" not in response.text


async def test_a_wrong_query_parameter_is_named() -> None:
    async with a_client(accepting()) as client:
        response = await client.post("/v1/people?limit=many", json={"name": "A"})
    assert [error["field"] for error in response.json()["errors"]] == ["limit"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/v1/people", 405)])
async def test_errors_of_the_framework_are_problems_too(method: str, path: str, status: int) -> None:
    async with a_client(accepting()) as client:
        response = await client.request(method, path)
    assert (response.status_code, response.json()["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["remedy"]
    assert (status == 405) == ("allow" in response.headers)


async def test_a_body_that_is_too_large_is_refused_as_such() -> None:
    async def chunks() -> AsyncGenerator[bytes]:
        for _ in range(33):
            yield b"x" * (1024 * 1024)

    async with a_client(accepting()) as client:
        declared = await client.post("/v1/people", content=b"x", headers={"content-length": str(MAX_BODY_BYTES + 1)})
        streamed = await client.post("/v1/people", content=chunks(), headers={"transfer-encoding": "chunked"})
    for response in (declared, streamed):
        assert (response.status_code, response.json()["code"]) == (413, "content_too_large")


async def test_without_a_token_or_scope_the_caller_learns_what_is_missing() -> None:
    async with a_client(accepting()) as client:
        nobody = await client.get("/v1/mine")
        rubbish = await client.get("/v1/mine", headers={"Authorization": "Bearer x"})
        other = await client.get("/v1/mine", headers={"Authorization": "Basic eDp5"})
        scopeless = await client.get("/v1/mine", headers=ISSUER.authorization("audit:write"))
        allowed = await client.get("/v1/mine", headers=ISSUER.authorization("audit:read"))
    assert [each.status_code for each in (nobody, rubbish, other, scopeless, allowed)] == [401, 401, 401, 403, 200]
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    assert scopeless.json()["code"] == "insufficient_scope"
    assert "audit:read" in scopeless.json()["detail"]
    assert all(each.json()["remedy"] for each in (nobody, rubbish, other, scopeless))
    assert allowed.json() == {"subject": "amira.medical"}


async def test_the_openapi_document_names_the_access_token() -> None:
    async with a_client(accepting()) as client:
        document = (await client.get("/openapi.json")).json()
    assert document["paths"]["/v1/mine"]["get"]["security"] == [{"accessToken": []}]
    assert "security" not in document["paths"]["/v1/people"]["post"]


def test_every_status_in_the_table_is_an_error() -> None:
    assert all(400 <= status < 600 for status in STATUS_BY_CODE.values())
    assert [code for code, status in STATUS_BY_CODE.items() if status == 422] == ["malformed"]
