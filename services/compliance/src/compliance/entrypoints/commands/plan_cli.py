"""`rapport screen-plan`: engagement plans in, verdict lines out, no server and no settings."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from compliance.entrypoints.commands.json_lines import Line
from compliance.entrypoints.commands.readable import readable_screening, written
from compliance.entrypoints.commands.screen import (
    AS_OF,
    FILE,
    JSON,
    LEXICONS,
    READABLE,
    RULES,
    LoadRuleSet,
    day_of,
    each_line,
    rule_set_or_stop,
)


def screen_plan_command(load: LoadRuleSet) -> click.Command:
    """The command, with the loader of rule sets it uses."""

    @click.command("screen-plan")
    @FILE
    @AS_OF
    @RULES
    @LEXICONS
    @JSON
    @READABLE
    def screen_plans(
        file: Path, as_of: datetime | None, rules: Path | None, lexicons: Path | None, *, as_json: bool, readable: bool
    ) -> None:
        """Judge the PlanSnapshots in FILE (JSON lines; `-` is standard input).

        A line is a plan, or an object that holds one under "plan". Exit code 1 when a line could not be read, 2 when
        the file or the rules cannot be used.
        """
        day, rule_set = day_of(as_of), rule_set_or_stop(load, rules, lexicons)
        for_people = readable or (sys.stdout.isatty() and not as_json)

        def judged(line: Line) -> str:
            from compliance.application.screening import screen_plan  # noqa: PLC0415 - 0.2 s that --help need not pay
            from compliance.entrypoints.commands.snapshots import checked_plan  # noqa: PLC0415 - the same

            plan = checked_plan(line)
            result = screen_plan(plan, rule_set, day).as_json(action_id=plan["plan_id"])
            if for_people:
                return readable_screening(result)
            del result["safety_handover"]  # a plan reports no reaction
            return written({"plan_id": result.pop("action_id"), **result})

        each_line(file, judged)

    return screen_plans
