"""What every file of the repository has to keep out."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.sources import ROOT, python_files, text_files

# Some are written in pieces, so that this file keeps its own rules.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
ESCAPE = re.compile(r"# (?:noqa\b|(?:type|pyright): ignore)")
_RULE = r"# noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|# (?:type|pyright): ignore\[[\w-]+(?:, [\w-]+)*\]"
WITH_REASON = re.compile(rf"(?:{_RULE})(?= - \S| # (?:noqa|type|pyright): )")
ELSEWHERE = re.compile(r"(?<![\w.])/(work|root|home/[a-z]+)/")
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "repo1." + "maven.org", "repo.maven." + "apache.org")
GENERATED = {"requirements.lock"}


def configured_hosts() -> set[str]:
    """Hosts this environment installs from; none of them may leak into the repository."""
    names = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "HTTPS_PROXY")
    hosts = {urlsplit(os.environ.get(name, "")).hostname for name in names}
    return {host for host in hosts if host and host not in {"localhost", "127.0.0.1"}}


def offenders(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{file}:{number}: {line.strip()[:100]}"
        for file, text in text_files()
        if file.name not in GENERATED
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_is_left_for_later() -> None:
    assert not offenders(UNFINISHED)


def test_every_escape_from_a_checker_names_the_rule_and_gives_a_reason() -> None:
    escapes = [
        (f"{file}:{number}: {line.strip()}", len(ESCAPE.findall(line)) - len(WITH_REASON.findall(line)))
        for file in python_files()
        for number, line in enumerate((ROOT / file).read_text("utf-8").splitlines(), 1)
        if file != Path(__file__).relative_to(ROOT)
    ]
    assert not [place for place, without in escapes if without]


def test_no_path_of_one_machine_is_written_down() -> None:
    assert not offenders(ELSEWHERE)


@pytest.mark.parametrize("host", sorted({*REGISTRIES, *configured_hosts()}))
def test_no_package_registry_is_named(host: str) -> None:
    assert not offenders(re.compile(re.escape(host)))


def test_the_lock_pins_everything_by_hash_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    requirements = [block for block in re.split(r"\n(?=\S)", lock.strip()) if not block.startswith("#")]
    assert len(requirements) > 50
    for requirement in requirements:
        first = requirement.splitlines()[0]
        assert re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9,-]+\])?==\S+", first), first
        assert "--hash=sha256:" in requirement, first
    assert "://" not in lock
    assert "--index-url" not in lock


def test_the_licence_is_in_place() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")
