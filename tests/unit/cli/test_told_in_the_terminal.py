"""What the commands tell is true where they run, and a refusal names the option and the remedy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from click.testing import CliRunner

from rapport.commands.rules import activate
from rapport.launcher.services import Wiring
from rapport.launcher.welcome import welcome
from rapport.place import Place
from rapport.problem import Problem

_HAS_TERMINAL = "from rapport.launcher.welcome import has_terminal; print(has_terminal())"


@pytest.fixture
def wiring(repository: Path, tmp_path: Path) -> Wiring:
    place = Place(root=repository, data=tmp_path)
    return cast("Wiring", SimpleNamespace(place=place, issuer="https://issuer.test", console="http://console.test"))


@pytest.mark.parametrize("reason", ["", "   ", "\u200b", "\n\t"])
def test_an_empty_reason_for_new_rules_is_refused_by_its_option_before_anybody_signs_in(reason: str) -> None:
    result = CliRunner().invoke(activate, ["abcdef01", "--reason", reason, "--as", "sam"])

    assert isinstance(result.exception, Problem)
    assert "--reason" in result.exception.message
    assert "--reason" in result.exception.remedy


def test_ctrl_c_is_promised_only_where_a_keyboard_reaches_us(wiring: Wiring) -> None:
    assert "Ctrl-C stops everything" in welcome(wiring, seconds=1.0, by_keyboard=True)
    detached = welcome(wiring, seconds=1.0, by_keyboard=False)
    assert "Ctrl-C" not in detached
    assert "`rapport down` stops everything" in detached


def test_a_detached_process_has_no_terminal() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _HAS_TERMINAL], start_new_session=True, capture_output=True, check=True, text=True
    )
    assert told.stdout.strip() == "False"


def test_a_process_that_was_started_in_a_terminal_has_it() -> None:
    child = "import os, pty, sys; sys.exit(pty.spawn([sys.executable, '-c', sys.argv[1]]))"
    told = subprocess.run(
        [sys.executable, "-c", child, _HAS_TERMINAL],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.strip() == "True"
