"""What `make test` and continuous integration let pass as skipped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from support.sources import ROOT

CASES = """
import pytest

@pytest.fixture
def postgres_url():
    pytest.skip("no PostgreSQL here")

@pytest.fixture
def public_data():
    pytest.skip("the public data folder is not at /nowhere; name it in RAPPORT_PUBLIC_DATA")

@pytest.mark.platform
def test_marked(): pytest.skip("no Kafka here")

def test_using_the_platform_unmarked(postgres_url): pass

@pytest.mark.platform
def test_on_real_data_unmarked(public_data): pass

@pytest.mark.platform
@pytest.mark.real_input
def test_on_real_data_for_another_reason(): pytest.skip("no Kafka here")

@pytest.mark.platform
@pytest.mark.real_input
def test_on_real_data(public_data): pass

def test_of_its_own(): pytest.skip("not on this system")
"""


def outcomes(folder: Path, **environment: str) -> dict[str, str]:
    (folder / "test_cases.py").write_text(CASES, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  platform\n  real_input\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name not in {"CI", "RAPPORT_REQUIRE_PLATFORM"}}
    bare = {"PYTHONPATH": str(ROOT / "tests"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-vv", "-p", "support.required", "--rootdir", folder, folder],
        cwd=folder,
        env={**kept, **bare, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return dict(re.findall(r"::(\w+) (PASSED|FAILED|ERROR|SKIPPED)", run.stdout))


def test_only_an_absent_public_data_folder_excuses_a_test_that_needs_the_platform(tmp_path: Path) -> None:
    found = outcomes(tmp_path, RAPPORT_REQUIRE_PLATFORM="1")
    assert {name for name, outcome in found.items() if outcome == "SKIPPED"} == {"test_on_real_data", "test_of_its_own"}
    assert len([outcome for outcome in found.values() if outcome in {"FAILED", "ERROR"}]) == 4


def test_elsewhere_a_skip_is_a_skip(tmp_path: Path) -> None:
    assert set(outcomes(tmp_path).values()) == {"SKIPPED"}
