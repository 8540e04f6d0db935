"""Every workflow case of the release, through the real service; docs/workflow-cases.md is the table of what came out.

`WRITE_DOCS=1 pytest tests/integration/compliance/test_workflow_cases.py` writes the table.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from shared.db.migrations import upgrade
from support import workflow_checks, workflow_money_checks
from support.compliance_stage import Stage
from support.money_stage import MoneyStage
from support.required import NO_PUBLIC_DATA
from support.workflow_checks import Check, World

pytestmark = [pytest.mark.platform, pytest.mark.real_input]

ROOT = Path(__file__).parents[3]
PUBLIC = Path(os.environ.get("RAPPORT_PUBLIC_DATA") or ROOT / ".." / "shared")
DOC = ROOT / "docs" / "workflow-cases.md"
BEGIN, END = "<!-- table: generated -->\n", "<!-- end of table -->\n"
HEAD = "| Case | Expected | What is checked | What the service does | Check |\n|---|---|---|---|---|\n"
CHECKS: Mapping[str, Check] = {
    name.upper(): check
    for module in (workflow_checks, workflow_money_checks)
    for name, check in inspect.getmembers(module, inspect.iscoroutinefunction)
    if name[0] == "t" and name[1:].isdecimal()
}
REFUSED_BY = {"block": ("refused", "not released", "found"), "note": ("accepted", "stored")}


@pytest.fixture(scope="session")
def cases() -> dict[str, dict[str, Any]]:
    """The cases of the release by their ids."""
    file = PUBLIC / "cases" / "workflow.jsonl"
    if not file.is_file():
        pytest.skip(f"{NO_PUBLIC_DATA} {PUBLIC}; name it in RAPPORT_PUBLIC_DATA")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return {each["id"]: each for each in lines if each["part"] == "release"}


@pytest.fixture(scope="session")
def workflow_database(fresh_database: Callable[[str], str], repository: Path) -> str:
    """Of its own: one case is about a database that somebody changed behind the back of the gate."""
    url = fresh_database("workflow")
    upgrade(repository / "services/compliance/alembic.ini", url)
    return url


@pytest.fixture(scope="session")
def table() -> Generator[dict[str, str]]:
    """The rows that were made; written to the page where that is asked for."""
    rows: dict[str, str] = {}
    yield rows
    if os.environ.get("WRITE_DOCS") == "1" and set(rows) == set(CHECKS):
        before, _, rest = DOC.read_text("utf-8").partition(BEGIN)
        written = HEAD + "".join(rows[case] for case in sorted(rows))
        DOC.write_text(before + BEGIN + written + END + rest.partition(END)[2], "utf-8")


@asynccontextmanager
async def world(database: str, folder: Path, case: Mapping[str, Any]) -> AsyncGenerator[World]:
    async with Stage.open(database) as stage:
        await stage.hear_person()
        async with MoneyStage.over(stage) as money:
            yield World(stage=stage, money=money, database=database, folder=folder, text=case["text"])


@pytest.mark.parametrize("case", sorted(CHECKS))
async def test_a_workflow_case_comes_out_as_expected_and_as_the_page_says(
    case: str,
    cases: dict[str, dict[str, Any]],
    workflow_database: str,
    tmp_path: Path,
    table: dict[str, str],
) -> None:
    async with world(workflow_database, tmp_path, cases[case]) as opened:
        outcome = await CHECKS[case](opened)
    assert outcome.startswith(REFUSED_BY[cases[case]["expected"]])
    table[case] = row(case, cases[case], outcome)
    assert os.environ.get("WRITE_DOCS") == "1" or table[case] in DOC.read_text("utf-8"), table[case]


def test_every_case_has_a_check_and_every_check_a_case(cases: dict[str, dict[str, Any]]) -> None:
    assert set(cases) == set(CHECKS)


def test_the_page_has_these_cases_and_no_others() -> None:
    table = DOC.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert table.startswith(HEAD)
    assert [line.split(" ", 2)[1] for line in table.removeprefix(HEAD).splitlines()] == sorted(CHECKS)


def row(case: str, line: Mapping[str, Any], outcome: str) -> str:
    """One row of the page."""
    check = CHECKS[case]
    where = f"[{check.__name__}](../tests/support/{check.__module__.rpartition('.')[2]}.py)"
    told = " ".join((inspect.getdoc(check) or "").split())
    return f"| {case} {line['rules']} | {line['expected']} | {told} | {outcome} | {where} |\n"
