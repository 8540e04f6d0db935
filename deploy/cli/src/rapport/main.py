"""Entry point of the `rapport` command."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import entry_points

import click

from rapport.problem import Problem

OWN = {
    "up": ("rapport.commands.lifecycle:up", "Start everything on this machine; Ctrl-C stops all of it."),
    "status": ("rapport.commands.lifecycle:status", "Who answers; exit code 0 only when everything does."),
    "down": ("rapport.commands.lifecycle:down", "Stop a running `rapport up`, from any terminal."),
    "clean": ("rapport.commands.lifecycle:clean", "Remove the data folder."),
    "demo": ("rapport.demo.command:demo", "Tell the whole story against a running system, step by step."),
    "demo-real": ("rapport.demo_real.command:demo_real", "The same on a folder of real posts."),
    "migrate": ("rapport.commands.operations:migrate", "Bring every service's database to its newest revision."),
    "topics": ("rapport.commands.operations:topics", "Kafka topics: apply what deploy/kafka/topics.yaml declares."),
    "dlt": ("rapport.commands.dead_letters:dlt", "Dead letters: list, show, replay."),
}
"""Command to where it is and what it does; told here so that `--help` loads none of them."""
OTHERS = {
    "screen": "Screen ActionSnapshots (JSON lines) with the rule set; needs no server.",
    "screen-plan": "Screen engagement plans (JSON lines) with the rule set; needs no server.",
    "safety-scan": "Find reports of adverse events in texts; needs no server.",
    "safety-train": "Fit the safety scan to labelled posts of your own.",
    "safety-evaluate": "How many reports the safety scan finds in labelled posts, and what it flags.",
    "footprint": "Footprints from files of stakeholders and posts; needs no server.",
    "caps": "The caps: check that reservations and cases agree.",
    "ledger": "The ledger: verify every entry, the tree and all checkpoints; export it.",
    "evidence": "The evidence pack of one action: made by a running system, checked offline.",
    "permit": "Verify a release permit offline; look after the keys that sign permits.",
    "rules": "Rule sets: test, lint, diff, coverage, rehearse on files; propose, activate in a running system.",
    "lexicon": "Medicine lists: import the EMA, Drugs@FDA or your own list.",
}
"""What the commands of the services do, for the ones that are installed."""
GROUP = "rapport.commands"
JOINING = {"rules": "rapport.commands.rules", "evidence": "rapport.commands.evidence"}
"""Group of a service to the module of ours whose `join` adds the commands that need a running system."""


class _Lazy(click.Group):
    """Commands are imported when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*OWN, *(point.name for point in entry_points(group=GROUP))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name in OWN:
            module, _, attribute = OWN[cmd_name][0].partition(":")
            return getattr(importlib.import_module(module), attribute)
        for point in entry_points(group=GROUP, name=cmd_name):
            command = point.load()
            return importlib.import_module(JOINING[cmd_name]).join(command) if cmd_name in JOINING else command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        told = {name: text for name, (_, text) in OWN.items()} | OTHERS
        with formatter.section("Commands"):
            formatter.write_dl([(name, told.get(name, "")) for name in self.list_commands(ctx)])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Rapport: honest relationships, held at a gate."""


def main() -> None:
    """Run a command; a Problem becomes a message and exit code 1."""
    try:
        cli()
    except Problem as problem:
        click.echo(f"rapport: {problem}", err=True)
        sys.exit(1)
