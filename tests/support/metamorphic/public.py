"""Where the public data folder is, if it is there."""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE = Path(__file__).parents[4] / "shared"


def public_data() -> Path | None:
    """The folder that `RAPPORT_PUBLIC_DATA` names, else `../shared`; None where there is none."""
    folder = Path(os.environ.get("RAPPORT_PUBLIC_DATA") or _BESIDE).resolve()
    return folder if (folder / "data").is_dir() else None
