from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Generator

import pytest
import structlog
from fastapi import APIRouter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.observability import configure_logging, tracing
from shared.observability.context import current_message
from shared.observability.tracing import configure_tracing, span
from support.web import ISSUER, a_client, an_app

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def restored_logging() -> Generator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def echoing() -> APIRouter:
    router = APIRouter()

    @router.get("/v1/context/{person}")
    async def show(person: str) -> dict[str, str | None]:
        await asyncio.sleep(0)
        context = current_message()
        return {"correlation_id": context.correlation_id, "traceparent": context.traceparent}

    return router


async def test_a_correlation_id_comes_in_and_goes_out() -> None:
    async with a_client(echoing()) as client:
        response = await client.get("/v1/context/p", headers={"X-Correlation-ID": "visit-42"})
    assert response.headers["x-correlation-id"] == "visit-42"
    assert response.json()["correlation_id"] == "visit-42"


@pytest.mark.parametrize("value", ["", "a b", "x" * 129, 'a"b', "naïve"])
async def test_an_unusable_correlation_id_is_replaced(value: str) -> None:
    async with a_client(echoing()) as client:
        response = await client.get("/v1/context/p", headers={b"X-Correlation-ID": value.encode()})
    assert len(response.headers["x-correlation-id"]) == 36


async def test_requests_at_the_same_time_keep_their_contexts_apart() -> None:
    async with a_client(echoing()) as client:
        answers = await asyncio.gather(
            *(client.get("/v1/context/p", headers={"X-Correlation-ID": f"visit-{n}"}) for n in range(20))
        )
    assert [answer.json()["correlation_id"] for answer in answers] == [f"visit-{n}" for n in range(20)]
    assert current_message().correlation_id is None


async def test_a_trace_is_handed_on_and_a_missing_one_is_begun() -> None:
    async with a_client(echoing()) as client:
        given = await client.get("/v1/context/p", headers={"traceparent": PARENT})
        begun = await client.get("/v1/context/p")
        broken = await client.get("/v1/context/p", headers={"traceparent": "00-zz-yy-01"})
    assert given.json()["traceparent"] == PARENT
    assert tracing.valid_traceparent(begun.json()["traceparent"])
    assert tracing.valid_traceparent(broken.json()["traceparent"])


async def test_recorded_spans_form_one_trace_from_request_to_message() -> None:
    exporter = InMemorySpanExporter()
    configure_tracing("test", None, exporter=exporter)
    try:
        async with a_client(echoing()) as client:
            answer = await client.get("/v1/context/p", headers={"traceparent": PARENT})
        with span("registry.stakeholder.registered.v1", parent=answer.json()["traceparent"]):
            pass
        tracing.flush()
    finally:
        configure_tracing("test", None)
    request, message = exporter.get_finished_spans()
    assert request.name == "GET /v1/context/{person}"
    assert f"{request.context.trace_id:032x}" == PARENT.split("-")[1]
    assert message.parent is not None
    assert message.parent.span_id == request.context.span_id
    assert not tracing.is_recording()


async def test_the_access_log_names_the_route_and_no_personal_data(
    restored_logging: None, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("test")
    async with a_client(echoing()) as client:
        await client.get("/v1/context/Maria-Muster?q=secret", headers={"X-Correlation-ID": "visit-1"})
        await client.get("/healthz")
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["event"] == "http.request"
    assert (line["route"], line["status"], line["service"]) == ("/v1/context/{person}", 200, "test")
    assert line["correlation_id"] == "visit-1"
    assert "Maria" not in json.dumps(line)
    assert "secret" not in json.dumps(line)


def test_logs_withhold_personal_fields_and_carry_library_logs(
    restored_logging: None, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("test", "DEBUG")
    structlog.get_logger().info("stakeholder.imported", stakeholder_id="7", name="Maria Muster", email="m@x.test")
    logging.getLogger("a_library.consumer").warning("broker %s is away", "b1")
    try:
        raise KeyError("x")  # noqa: TRY301 - a traceback is what the line is about
    except KeyError:
        structlog.get_logger().exception("import.failed")
    first, second, third = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first["name"], first["email"], first["stakeholder_id"]) == ("[withheld]", "[withheld]", "7")
    assert (second["event"], second["level"], second["service"]) == ("broker b1 is away", "warning", "test")
    assert "KeyError" in third["exception"]


async def test_the_operations_routes_answer_without_a_token() -> None:
    async def fine() -> None: ...

    async def broken() -> None:
        raise ConnectionRefusedError("postgresql://user:password@db")

    app = an_app(echoing(), ready={"database": broken, "kafka": fine})
    async with a_client(app) as client:
        await client.get("/v1/context/p")
        alive, ready, metrics = [await client.get(path) for path in ("/healthz", "/readyz", "/metrics")]
    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": "failed: ConnectionRefusedError", "kafka": "ok"}
    assert "password" not in ready.text
    assert 'rapport_http_request_seconds_count{method="GET",route="/v1/context/{person}",status="200"}' in metrics.text
    assert ISSUER.url not in metrics.text
