"""How far a completed action moves a relationship."""

from __future__ import annotations

from registry.domain.vocabulary import Stage

_NEXT = {None: Stage.AWARE, Stage.UNAWARE: Stage.AWARE, Stage.AWARE: Stage.INTERESTED, Stage.INTERESTED: Stage.ENGAGED}


def after_completed_action(stage: Stage | None) -> Stage | None:
    """The stage one completed action leads to. Trust is declared by people: nothing moves beyond engaged by itself."""
    return _NEXT.get(stage, stage)
