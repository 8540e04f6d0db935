"""The repository's own files, as the architecture tests read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("registry", "audit", "planner", "compliance", "portal")


@cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the repository, relative to its root; what git ignores does not."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    return tuple(sorted(Path(name) for name in listed if name and (ROOT / name).is_file()))


def python_files(*under: str) -> list[Path]:
    """Python modules below any of the folders (all of them without one)."""
    modules = [file for file in files() if file.suffix == ".py"]
    return [file for file in modules if not under or any(file.is_relative_to(folder) for folder in under)]


def text_files() -> Iterator[tuple[Path, str]]:
    """Every file that is text, with its content."""
    for file in files():
        data = (ROOT / file).read_bytes()
        if b"\0" not in data[:8192]:
            yield file, data.decode("utf-8", "replace")


def tree(file: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse((ROOT / file).read_text("utf-8"), filename=str(file))
