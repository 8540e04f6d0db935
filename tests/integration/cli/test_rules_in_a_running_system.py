"""`rapport rules propose` and `activate` against the real gate over HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from click.testing import CliRunner

from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.adapters.rules.rules_follower import RulesFollower
from compliance.application.rules.rules_in_use import RulesInUse
from rapport.main import cli
from rapport.problem import Problem
from shared.db.migrations import upgrade
from shared.testing import TestIssuer
from support.compliance_stage import Stage
from support.gate_api import PACKAGED, begin_with_packaged_rules, gate_app
from support.rule_bundles import unicorns

pytestmark = pytest.mark.platform
ISSUER = TestIssuer()
ROSA, SAM, JONAS = "rosa.reviewer", "sam.signatory", "jonas.comms"
PACK = unicorns()


@pytest_asyncio.fixture
async def gate(fresh_database: Any, repository: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[str]:
    """A gate that listens, with the packaged rules in force; its hash."""
    url = fresh_database("cli_rules")
    await asyncio.to_thread(upgrade, repository / "services/compliance/alembic.ini", url)
    for name, scopes in ((ROSA, ("compliance:rules",)), (SAM, ("compliance:rules",)), (JONAS, ())):
        token = ISSUER.token("compliance:read", *scopes, subject=name)
        monkeypatch.setenv(f"RAPPORT_TOKEN_{name.upper().replace('.', '_')}", token)
    async with Stage.open(url) as stage:
        await begin_with_packaged_rules(stage)
        in_use = RulesInUse()
        follower = RulesFollower(in_use, RuleSetQueries(stage.reads))
        app = gate_app(stage, ISSUER, rule_set=lambda: in_use.sha256)
        async with follower.running(), listening(app) as address:
            monkeypatch.setenv("RAPPORT_COMPLIANCE_URL", address)
            yield PACKAGED


@asynccontextmanager
async def listening(app: Any) -> AsyncGenerator[str]:
    """The address of `app`, answered in this process."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        task = asyncio.create_task(server.serve(sockets=[held]))
        try:
            yield f"http://127.0.0.1:{held.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


async def rapport(*words: str, answers: str = "") -> tuple[int, str]:
    """Exit code and everything the command said."""

    def run() -> tuple[int, str]:
        result = CliRunner().invoke(cli, words, input=answers)
        if isinstance(result.exception, Problem):
            return 1, f"{result.output}{result.exception}"
        return result.exit_code, result.output

    return await asyncio.to_thread(run)


def a_folder(where: Path, pack: str = PACK) -> Path:
    folder = where / "ours"
    folder.mkdir(exist_ok=True)
    (folder / "policy.yaml").write_text(pack, "utf-8")
    (folder / "notes.md").write_text("Why we want it.", "utf-8")
    return folder


async def test_rules_go_from_a_folder_into_force_by_two_people(gate: str, tmp_path: Path) -> None:
    folder = str(a_folder(tmp_path))
    code, said = await rapport("rules", "propose", folder, "--check", "--as", ROSA)
    assert (code, "nothing was kept" in said) == (0, True), said
    code, said = await rapport("rules", "propose", folder, "--note", "see policy 7", "--as", ROSA)
    assert code == 0, said
    for told in (gate, "adds company/policy.yaml", "1 stricter", "HAV-01 No talk of unicorns", "by a second person"):
        assert told in said
    short = said.partition("rapport rules activate ")[2].split()[0]
    why = ("--reason", "agreed in the board")
    code, said = await rapport("rules", "activate", short, *why, "--as", ROSA, "--yes")
    assert code == 1
    assert "whoever proposed a rule set does not put it in force" in said
    assert "let a second person activate it: rapport rules activate ... --as SOMEBODY-ELSE" in said
    code, said = await rapport("rules", "activate", short, *why, "--as", SAM, answers="n\n")
    assert (code, "nothing was changed" in said) == (1, True)
    code, said = await rapport("rules", "activate", short, *why, "--as", SAM, answers="y\n")
    assert code == 0, said
    assert "proposed by rosa.reviewer: see policy 7" in said
    assert "compliance judges by them now" in said
    assert "in force already" in (await rapport("rules", "activate", short, *why, "--as", SAM))[1]
    code, said = await rapport("rules", "propose", folder, "--note", "again", "--as", SAM)
    assert (code, "replaces company/policy.yaml" in said, "in force already" in said) == (0, True, True)


async def test_what_only_stands_in_force_is_left_or_taken_out_and_told(gate: str, tmp_path: Path) -> None:
    assert gate
    await rapport("rules", "propose", str(a_folder(tmp_path)), "--note", "first", "--as", ROSA)
    other = tmp_path / "other"
    other.mkdir()
    (other / "second.yaml").write_text(PACK.replace("HAV-01", "HAV-02").replace("unicorn", "dragon"), "utf-8")
    _, said = await rapport("rules", "propose", str(a_folder(tmp_path)), "--note", "first", "--as", ROSA)
    short = said.partition("rapport rules activate ")[2].split()[0]
    await rapport("rules", "activate", short, "--reason", "agreed", "--as", SAM, "--yes")
    _, said = await rapport("rules", "propose", str(other), "--check", "--as", ROSA)
    assert "leaves company/policy.yaml (--only takes it out)" in said
    _, said = await rapport("rules", "propose", str(other), "--only", "--note", "new", "--as", ROSA)
    assert "takes out company/policy.yaml" in said
    assert "weaker: HAV-01 No talk of unicorns (removed)" in said


async def test_a_mistake_is_told_at_its_place_in_the_folder(gate: str, tmp_path: Path) -> None:
    assert gate
    folder = a_folder(tmp_path, PACK.replace("A horse", "A unicorn"))
    code, said = await rapport("rules", "propose", str(folder), "--note", "x", "--as", ROSA)
    assert code == 1
    assert f"{folder}/policy.yaml:" in said
    assert "the rules in force stay as they are" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("propose", "FOLDER", "--note", "x", "--as", JONAS), "use an account that has compliance:rules"),
        (("propose", "FOLDER", "--as", ROSA), 'add --note "..."'),
        (("propose", "FOLDER/nowhere", "--note", "x", "--as", ROSA), "is not a folder"),
        (("activate", "abcdef0123", "--reason", "x", "--as", SAM), "there is no rule set abcdef0123"),
        (("activate", "newest", "--reason", "x", "--as", SAM), "is no hash of a rule set"),
        (("activate", "0" * 64, "--reason", "x"), "Missing option '--as'"),
    ],
)
async def test_what_cannot_be_done_is_said_with_what_to_do(
    gate: str, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    assert gate
    folder = str(a_folder(tmp_path))
    code, said = await rapport("rules", *(word.replace("FOLDER", folder) for word in words))
    assert code != 0
    assert told in said


async def test_files_that_would_be_left_out_are_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "more.yml").write_text(PACK, "utf-8")
    code, said = await rapport("rules", "propose", str(folder), "--note", "x", "--as", ROSA)
    assert (code, "more.yml is not read" in said) == (1, True)
