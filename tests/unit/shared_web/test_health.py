from __future__ import annotations

import asyncio

import httpx
import pytest

from shared.observability import health
from shared.observability.health import probe, probes


async def fine() -> None: ...


async def broken() -> None:
    raise OSError("secret-host refused")


async def silent() -> None:
    await asyncio.sleep(60)


async def test_readiness_names_what_fails_and_never_its_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.05)
    readiness = await probe("audit", {"database": fine, "kafka": broken, "issuer": silent})
    assert not readiness.ready
    assert readiness.checks["database"] == "ok"
    assert readiness.checks["kafka"] == "failed: OSError"
    assert readiness.checks["issuer"].startswith("no answer")
    assert "secret-host" not in str(readiness.body())


@pytest.mark.parametrize(("check", "status"), [(fine, 200), (broken, 503)])
async def test_a_worker_answers_health_readiness_and_metrics(check: health.Check, status: int) -> None:
    worker = probes(service="audit", ready={"kafka": check})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(worker), base_url="http://test") as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == status
        metrics = await client.get("/metrics")
        assert "rapport_outbox_oldest_seconds" in metrics.text
        assert metrics.headers["content-type"].startswith("text/plain")
        assert (await client.get("/nowhere")).status_code == 404
