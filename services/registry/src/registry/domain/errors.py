"""Refusals of the registry."""

from __future__ import annotations

from shared.kernel.errors import Forbidden


class PersonRequired(Forbidden):
    """A named person answers for this, not a program."""

    code = "person_required"
