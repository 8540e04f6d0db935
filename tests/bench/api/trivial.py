"""The deployed compliance API with a screen that says nothing: what a screening costs besides the screening."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fastapi import FastAPI

from compliance.application.judging import screen_draft
from compliance.domain.findings import Screening
from compliance.main import create as deployed


def create() -> FastAPI:
    app = deployed()
    ports = app.state.ports
    nothing = Screening(verdict="pass", safety_handover=False, findings=(), rule_set="0" * 64)
    gate = replace(ports.gate, screen=lambda _snapshot, _as_of: nothing)
    look_up = ports.screen_draft.keywords["look_up"]
    app.state.ports = replace(ports, screen_draft=partial(screen_draft, gate=gate, look_up=look_up))
    return app
