"""Where the platform is required, a test that needs it and is skipped has failed. A pytest plugin."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Mapping

import pytest

PLATFORM_FIXTURES = frozenset({"postgres_url", "kafka_servers", "fresh_database"})
NO_PUBLIC_DATA = "the public data folder is not at"
"""How the one reason to skip a platform test begins: `real_input` tests need a folder not every checkout has."""


def required(environment: Mapping[str, str]) -> bool:
    return environment.get("CI", "").lower() in {"1", "true"} or environment.get("RAPPORT_REQUIRE_PLATFORM") == "1"


def must_run(markers: Collection[str], fixtures: Collection[str], reason: str) -> bool:
    """Whether a test with these markers and fixtures, skipped for `reason`, ought to have run."""
    needs_platform = "platform" in markers or not PLATFORM_FIXTURES.isdisjoint(fixtures)
    return needs_platform and not ("real_input" in markers and NO_PUBLIC_DATA in reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn such a skip into a failure."""
    report = yield
    if not report.skipped or hasattr(report, "wasxfail") or not required(os.environ):
        return report
    reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
    markers = {marker.name for marker in item.iter_markers()}
    if must_run(markers, getattr(item, "fixturenames", ()), reason):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs PostgreSQL and Kafka and was skipped: {reason}"
    return report
