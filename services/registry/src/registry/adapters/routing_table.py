"""The owner routing table that comes with the service."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from registry.domain.owner_routing import OwnerRouting
from registry.domain.vocabulary import Function, StakeholderType


def packaged_routing() -> OwnerRouting:
    """Raises ValueError or KeyError when the table does not cover every type with known functions."""
    table = tomllib.loads(files("registry.adapters").joinpath("data/owner_routing.toml").read_text("utf-8"))
    routes = {kind: tuple(Function(each) for each in table["routes"][kind.value]) for kind in StakeholderType}
    return OwnerRouting(dated=table["dated"], routes=routes, never=frozenset(Function(each) for each in table["never"]))
