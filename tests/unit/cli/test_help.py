"""`rapport --help` loads no command, so what each does is told beside it, and none may be forgotten."""

from __future__ import annotations

from importlib.metadata import entry_points

from rapport.main import GROUP, OTHERS


def test_every_command_of_a_service_says_what_it_does() -> None:
    silent = [point.name for point in entry_points(group=GROUP) if not OTHERS.get(point.name)]
    assert not silent
