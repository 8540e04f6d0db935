"""Where the repository and the data folder are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from rapport.problem import Problem

MARK = Path("deploy") / "kafka" / "topics.yaml"


@dataclass(frozen=True, slots=True)
class Place:
    """`root` is the checkout, `data` the one visible folder that holds everything a run creates."""

    root: Path
    data: Path

    @property
    def topics(self) -> Path:
        return self.root / MARK

    @property
    def jars_lock(self) -> Path:
        return self.root / "deploy" / "kafka" / "jars.lock"

    @property
    def demo(self) -> Path:
        """Demo company, channels and users."""
        return self.root / "deploy" / "demo"

    @property
    def logs(self) -> Path:
        return self.data / "logs"


def find_place() -> Place:
    """The checkout this command was installed from; RAPPORT_DATA moves the data folder. Raises Problem."""
    named = os.environ.get("RAPPORT_HOME")
    candidates = [Path(named)] if named else [*Path(__file__).resolve().parents, Path.cwd(), *Path.cwd().parents]
    root = next((folder for folder in candidates if (folder / MARK).is_file()), None)
    if root is None:
        raise Problem(
            f"no {MARK} at {named}" if named else f"no checkout of Rapport around {Path.cwd()}",
            remedy="run this inside the checkout, or name its folder in RAPPORT_HOME",
        )
    data = os.environ.get("RAPPORT_DATA")
    return Place(root.resolve(), (Path(data) if data else root / "rapport-data").absolute())
