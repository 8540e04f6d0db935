"""The broker's jars: fetched once per user, and never used unless their SHA-256 is the pinned one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rapport.problem import Problem

Fetch = Callable[["Jar", Path], None]
"""Brings a jar to its place in the cache folder. May raise anything; what it leaves is checked."""
Say = Callable[[str], None]

WORKERS = 8


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned artifact; `size` in bytes, `sha256` in hex."""

    group: str
    artifact: str
    version: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    def path(self, cache: Path) -> Path:
        """Where it lies in a Maven repository layout below `cache`."""
        return cache.joinpath(*self.group.split("."), self.artifact, self.version, self.name)


def read_lock(lock: Path) -> tuple[Jar, ...]:
    """The pinned jars of a lock file: lines of `group:artifact:version bytes sha256`.

    Raises Problem naming the line when one does not read so.
    """
    jars: list[Jar] = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            coordinate, size, sha256 = line.split()
            group, artifact, version = coordinate.split(":")
            jars.append(Jar(group, artifact, version, int(size), sha256))
        except ValueError as error:
            raise Problem(
                f"{lock} line {number} is not `group:artifact:version bytes sha256`: {line!r}",
                remedy="restore the file from the repository",
            ) from error
    return tuple(jars)


def default_cache() -> Path:
    """The user's cache folder for jars, shared by every checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "rapport" / "jars"


def complaint(jar: Jar, path: Path) -> str | None:
    """What is wrong with the file at `path`, or None when it is exactly the pinned one."""
    if not path.exists():
        return "missing"
    size = path.stat().st_size
    if size != jar.size:
        return f"half-downloaded or changed: {size} bytes instead of {jar.size}"
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return None if found == jar.sha256 else f"damaged: SHA-256 {found[:12]}… instead of {jar.sha256[:12]}…"


def fetch_with_jgo(jar: Jar, cache: Path) -> None:
    """Fetch from Maven Central, or from the repository named by RAPPORT_MAVEN_REPOSITORY."""
    from jgo.maven import MavenContext  # noqa: PLC0415 - half a second that a warm start need not pay

    mirror = os.environ.get("RAPPORT_MAVEN_REPOSITORY")
    context = MavenContext(
        repo_cache=cache, local_repos=[], remote_repos={"mirror": mirror.rstrip("/")} if mirror else None, timeout=60
    )
    context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()


def _bring(jar: Jar, cache: Path, fetch: Fetch, say: Say) -> None:
    path = jar.path(cache)
    wrong = complaint(jar, path)
    if wrong is None:
        return
    if wrong != "missing":
        say(f"jar {jar.name} is {wrong}; fetching it again")
    failure: Exception | None = None
    for _ in range(3):
        path.unlink(missing_ok=True)
        try:
            fetch(jar, cache)
        except Exception as error:  # noqa: BLE001 - whatever the fetcher raises, the file decides
            failure = error
        wrong = complaint(jar, path)
        if wrong is None:
            return
    reason = f" ({type(failure).__name__}: {failure})" if failure else ""
    path.unlink(missing_ok=True)
    raise Problem(
        f"the jar {jar.group}:{jar.artifact}:{jar.version} is {wrong} after three tries{reason}; Kafka is not started",
        remedy="check the network, or name a Maven repository you can reach in RAPPORT_MAVEN_REPOSITORY, and start "
        "again: what is complete is kept. If the hash keeps differing, that repository serves another file: "
        "do not use it",
    )


def provide(jars: Sequence[Jar], cache: Path, *, fetch: Fetch = fetch_with_jgo, say: Say = print) -> list[Path]:
    """Paths of all jars, every one verified; what is missing or damaged is fetched, eight at a time.

    Raises Problem when one cannot be had intact.
    """

    def intact(jar: Jar) -> bool:
        return complaint(jar, jar.path(cache)) is None

    def bring(jar: Jar) -> None:
        _bring(jar, cache, fetch, say)

    with ThreadPoolExecutor(WORKERS) as pool:
        wrong = [jar for jar, good in zip(jars, pool.map(intact, jars), strict=True) if not good]
        if wrong:
            megabytes = sum(jar.size for jar in wrong) / 1e6
            say(f"fetching {len(wrong)} of {len(jars)} Kafka jars, {megabytes:.0f} MB, to {cache}")
            list(pool.map(bring, wrong))
    return [jar.path(cache) for jar in jars]
