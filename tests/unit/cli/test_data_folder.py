"""The data folder lets one launcher in and remembers what the next start needs."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rapport.launcher.folder import DataFolder
from rapport.problem import Problem


def test_a_second_launcher_is_told_who_is_there_and_what_to_do(tmp_path: Path) -> None:
    with DataFolder(tmp_path).held(), pytest.raises(Problem) as refused, DataFolder(tmp_path).held():
        pass
    assert f"process {os.getpid()}" in refused.value.message
    assert "rapport down" in refused.value.remedy


def test_a_folder_is_free_again_when_its_launcher_has_gone(tmp_path: Path) -> None:
    with DataFolder(tmp_path).held():
        assert DataFolder(tmp_path).holder() == os.getpid()
    assert DataFolder(tmp_path).holder() is None


def test_secrets_are_made_once_and_are_for_their_owner_only(tmp_path: Path) -> None:
    first = DataFolder(tmp_path).secret("portal session")
    assert DataFolder(tmp_path).secret("portal session") == first
    assert DataFolder(tmp_path).secret("database audit") != first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    new, wide = tmp_path / "a" / "new", tmp_path / "wide"
    wide.mkdir(mode=0o755)
    (wide / "ports.json").write_text("{}", encoding="utf-8")
    for path in (new, wide):
        with DataFolder(path).held():
            assert mode(path) == 0o700


def test_a_folder_that_holds_other_things_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "somebody's").touch()
    DataFolder(tmp_path).make()
    assert mode(tmp_path) == 0o755


def test_ports_are_remembered(tmp_path: Path) -> None:
    DataFolder(tmp_path).ports = {"portal": 7705}
    assert DataFolder(tmp_path).ports == {"portal": 7705}


def test_a_garbled_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("{half", encoding="utf-8")
    with pytest.raises(Problem, match=r"ports\.json"):
        _ = DataFolder(tmp_path).ports


def test_a_process_that_still_lives_is_left_over_and_one_that_ended_is_not(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        folder.note_processes({"audit-api": child.pid})
        assert set(folder.leftovers()) == {"audit-api"}
        child.communicate(b"\n")
    assert folder.leftovers() == {}


def test_a_stranger_that_got_the_same_process_id_is_not_touched(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.note_processes({"audit-api": os.getpid()})
    noted = (tmp_path / "processes.json").read_text(encoding="utf-8")
    (tmp_path / "processes.json").write_text(noted.replace('"started": 1', '"started": 2'), encoding="utf-8")
    assert folder.leftovers() == {}
