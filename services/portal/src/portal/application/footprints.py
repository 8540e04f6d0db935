"""A footprint in words. An account nobody observed has no number of posts, not none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.application.answers import listed
from portal.application.words import readable

NOT_KNOWN = "not known"


def activity_line(footprint: Mapping[str, Any]) -> tuple[str, str]:
    """How active the person is, and how many posts of theirs were counted where."""
    accounts = listed(footprint, "channels")
    observed = [each for each in accounts if each.get("observed")]
    if accounts and not observed:
        return NOT_KNOWN, "nothing of their accounts was ever captured"
    count = footprint["own_posts"]
    counted = f"{count} own post{'' if count == 1 else 's'}"
    if len(observed) < len(accounts):
        counted += f" on {len(observed)} of {len(accounts)} accounts; of the others nothing was ever captured"
    return readable(footprint["activity"]), counted
