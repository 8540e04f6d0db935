"""Planned actions of invented companies, for every family of rules; some pass, most do not."""

from __future__ import annotations

from collections.abc import Iterator

from support.metamorphic.identities import data
from support.metamorphic.variants import Subject
from support.screening_builders import planned


def own_actions() -> Iterator[Subject]:
    """Subjects `own:...`: the rules' harmless example with the changes of `own_actions.yaml`."""
    yield Subject("own:base", planned())
    for name, action in data("own_actions.yaml")["actions"].items():
        yield Subject(f"own:{name}", planned(**action["change"]), tuple(action["rules"]))
