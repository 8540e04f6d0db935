"""A jar is used only when it is exactly the pinned one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rapport.embedded.jars import Jar, complaint, provide, read_lock
from rapport.problem import Problem

CONTENT = b"classes" * 100
GOOD = Jar("org.example", "broker", "1.0", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


class Repository:
    """Serves `contents` one after the other, the last one for ever, and counts."""

    def __init__(self, *contents: bytes) -> None:
        self._contents = list(contents)
        self.fetched = 0

    def __call__(self, jar: Jar, cache: Path) -> None:
        self.fetched += 1
        path = jar.path(cache)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._contents.pop(0) if len(self._contents) > 1 else self._contents[0])


def _put(cache: Path, content: bytes) -> None:
    Repository(content)(GOOD, cache)


def test_an_intact_jar_is_not_fetched_again(tmp_path: Path) -> None:
    _put(tmp_path, CONTENT)
    repository = Repository(CONTENT)
    assert provide([GOOD], tmp_path, fetch=repository, say=lambda _: None) == [GOOD.path(tmp_path)]
    assert repository.fetched == 0


@pytest.mark.parametrize(
    ("found", "word"), [(CONTENT[:50], "half-downloaded"), (b"x" * len(CONTENT), "damaged: SHA-256")]
)
def test_a_half_or_damaged_jar_is_said_and_fetched_again(tmp_path: Path, found: bytes, word: str) -> None:
    _put(tmp_path, found)
    said: list[str] = []
    provide([GOOD], tmp_path, fetch=Repository(CONTENT), say=said.append)
    assert complaint(GOOD, GOOD.path(tmp_path)) is None
    assert any("broker-1.0.jar" in line and word in line and "again" in line for line in said)


def test_a_broken_download_is_repeated(tmp_path: Path) -> None:
    repository = Repository(CONTENT[:10], CONTENT)
    provide([GOOD], tmp_path, fetch=repository, say=lambda _: None)
    assert repository.fetched == 2


def test_a_jar_that_stays_wrong_is_refused_by_name_with_a_remedy_and_not_left_behind(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        provide([GOOD], tmp_path, fetch=Repository(b"y" * len(CONTENT)), say=lambda _: None)
    assert "org.example:broker:1.0" in refused.value.message
    assert "Kafka is not started" in refused.value.message
    assert "RAPPORT_MAVEN_REPOSITORY" in refused.value.remedy
    assert not GOOD.path(tmp_path).exists()


def test_a_network_that_is_down_is_named(tmp_path: Path) -> None:
    def unreachable(jar: Jar, cache: Path) -> None:
        raise ConnectionError("name resolution failed")

    with pytest.raises(Problem, match=r"missing after three tries.*name resolution failed"):
        provide([GOOD], tmp_path, fetch=unreachable, say=lambda _: None)


def test_what_is_complete_is_kept_when_another_jar_fails(tmp_path: Path) -> None:
    other = Jar("org.example", "other", "1.0", 1, "0" * 64)
    with pytest.raises(Problem):
        provide([GOOD, other], tmp_path, fetch=Repository(CONTENT), say=lambda _: None)
    assert complaint(GOOD, GOOD.path(tmp_path)) is None


def test_the_lock_pins_every_jar_and_names_no_address(repository: Path) -> None:
    lock = repository / "deploy" / "kafka" / "jars.lock"
    jars = read_lock(lock)
    assert len(jars) == 47
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)
    assert {"kafka_2.13", "log4j-core", "kafka-clients"} <= {jar.artifact for jar in jars}
    assert "://" not in lock.read_text(encoding="utf-8")


def test_a_garbled_line_of_the_lock_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "jars.lock"
    lock.write_text("# pinned\norg.example:broker 12\n", encoding="utf-8")
    with pytest.raises(Problem, match="line 2"):
        read_lock(lock)
