"""The evidence pack as one file, and the two files that check one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compliance.entrypoints.evidence.evidence_page import own_sha256, page

SCRIPT = Path(__file__).with_name("check_evidence.py")
CHECKERS = (SCRIPT, Path(__file__).with_name("evidence_page.py"))
_PAGE_SHA256 = own_sha256()


def as_file(pack: Mapping[str, Any]) -> str:
    """The page with the data in it."""
    data = json.dumps({**pack, "page_sha256": _PAGE_SHA256}, ensure_ascii=False, indent=1, sort_keys=True)
    return page(data.replace("<", "\\u003c"))
