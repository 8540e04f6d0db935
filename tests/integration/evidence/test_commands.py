"""`rapport evidence` makes a pack and checks one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from compliance.commands import evidence
from rapport.commands.evidence import join, write_pack
from rapport.problem import Problem
from rapport.story.client import Addresses, Caller
from support.evidence_builders import INSPECTOR, Packs

pytestmark = pytest.mark.platform


async def command(*arguments: str | Path) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, evidence, [str(each) for each in arguments])


def alone(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Python without anything but its own folders."""
    return subprocess.run([sys.executable, "-I", *command], capture_output=True, text=True, check=False)


async def test_the_command_says_whether_a_pack_is_true(packs: Packs) -> None:
    await packs.redeemed()
    file = packs.folder / "pack.html"
    file.write_text(await packs.pack(), "utf-8")
    keys = ("--ledger-key", packs.folder / "ledger.key", "--permit-key", packs.folder / "permits.json")
    good = await command("verify", file, *keys)
    assert (good.exit_code, good.stdout[:6]) == (0, "true: ")
    file.write_text(file.read_text("utf-8").replace("reviewed for", "reviewed without"), "utf-8")
    bad = await command("verify", file, *keys)
    assert (bad.exit_code, bad.stderr[:7]) == (1, "WRONG: ")


async def test_the_checker_works_where_nothing_of_ours_is_installed(packs: Packs) -> None:
    await packs.redeemed()
    text = await packs.pack()
    (packs.folder / "pack.html").write_text(text, "utf-8")
    assert (await command("checker", packs.folder / "elsewhere")).exit_code == 0
    script = packs.folder / "elsewhere" / "check_evidence.py"
    assert len(script.read_text("utf-8").splitlines()) <= 60
    keys = ("--ledger-key", packs.folder / "ledger.key", "--permit-key", packs.folder / "permits.json")
    run = await asyncio.to_thread(alone, script, packs.folder / "pack.html", *keys)
    assert (run.returncode, run.stderr) == (0, "")
    assert "compliance" not in script.read_text("utf-8")


def answering(*answers: httpx.Response) -> Caller:
    left = list(answers)
    http = httpx.Client(transport=httpx.MockTransport(lambda _request: left.pop(0)))
    return Caller("sam", "token", http, Addresses("http://issuer", {"compliance": "http://gate"}))


def test_the_command_waits_for_the_checkpoint_and_writes_what_only_its_owner_reads(tmp_path: Path) -> None:
    waits = httpx.Response(503, json={"code": "not_proven_yet", "detail": "not yet", "remedy": "wait"})
    file = tmp_path / "pack.html"
    write_pack(answering(waits, httpx.Response(200, text="<!doctype html>…")), "a1", file)
    assert file.read_text("utf-8") == "<!doctype html>…"
    assert file.stat().st_mode & 0o077 == 0


def test_any_other_refusal_is_told_at_once(tmp_path: Path) -> None:
    refusal = httpx.Response(404, json={"code": "not_found", "detail": "there is no case", "remedy": "look"})
    with pytest.raises(Problem, match="there is no case"):
        write_pack(answering(refusal), "a1", tmp_path / "pack.html")


def test_an_action_id_alone_asks_for_its_pack() -> None:
    run = CliRunner().invoke(join(evidence), ["a1"])
    assert run.exit_code == 2
    assert "Missing option '--as'" in run.stderr
    assert json.dumps(sorted(evidence.commands)) == '["checker", "make", "verify"]'


async def test_a_pack_over_http_is_an_attachment_of_its_own_name(packs: Packs) -> None:
    await packs.stage.hear_person()
    await packs.stage.submit()
    await packs.sign()
    answer = await packs.ask(headers=INSPECTOR)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="evidence-{packs.stage.action}.html"'
