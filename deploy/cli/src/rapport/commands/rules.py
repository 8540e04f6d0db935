"""rules propose and rules activate: what two people do to the rules of a running system."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rapport.problem import Problem

if TYPE_CHECKING:
    from rapport.commands.rule_files import RuleFolder
    from rapport.story.client import Caller, Refused

_API = "/v1/rule-sets"
_HASH = re.compile(r"[0-9a-f]{8,64}")
_SHOWN = 12
_SLOW_SECONDS = 180.0  # every file is read, every condition compiled, every example run
_IN_USE_SECONDS = 60.0
_MISTAKES = "rules_refused"
_WEIGHT = ("weaker", "to be read", "stricter", "wording")
_CONSOLE = "the console shows them under Rules"

_by = click.option(
    "--as",
    "user",
    envvar="RAPPORT_USER",
    required=True,
    help="Who you are: signs in, or RAPPORT_TOKEN_<USER> holds your access token. Also RAPPORT_USER.",
)


def join(group: click.Group) -> click.Group:
    """`group` with the commands that need a running system."""
    for command in (propose, activate):
        group.add_command(command)
    return group


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--note", help="What the change is for; whoever puts it in force reads it.")
@_by
@click.option("--check", is_flag=True, help="Only check the files in the running system; nothing is kept.")
@click.option("--only", is_flag=True, help="Take out company files in force that are not in FOLDER.")
def propose(folder: Path, note: str | None, user: str, *, check: bool, only: bool) -> None:
    """Propose the rules in FOLDER in a running system; a second person puts them in force.

    The files come on top of those in force, as the company's own; those of the same name are replaced. A folder with a
    `rule-set.yaml` is a rule set of its own. Needs the scope compliance:rules. Exit code 1 when they are refused.
    """
    from rapport.commands.rule_files import read_folder  # noqa: PLC0415 - `--help` need not pay
    from rapport.story.client import Refused, System  # noqa: PLC0415 - the same

    if not note and not check:
        raise Problem("nobody said what the change is for", remedy='add --note "...": whoever decides reads it')
    rules = read_folder(folder)
    with System.open() as system:
        caller = system.sign_in(user)
        try:
            base = caller.get("compliance", f"{_API}/current")["rule_set"]
            held = caller.get("compliance", f"{_API}/{base}")["files"]
            files = rules.changes(held, only=only)
            _tell_files(files, held, base)
            click.echo("checking: every file is read, every condition compiled, every example run ...")
            answer = _sent(caller, {"note": note or "a check", "files": files, "base": base}, check=check)
        except Refused as refused:
            raise _understood(refused, rules) from None
        if check:
            click.echo(f"no mistake: {answer['rules']} rules, {answer['rule_set']}; nothing was kept")
            return
        _tell_proposal(caller, answer)


@click.command()
@click.argument("rule_set")
@click.option("--reason", required=True, help="Why; it stays in the ledger.")
@_by
@click.option("--yes", is_flag=True, help="Do not ask after showing what changes.")
def activate(rule_set: str, reason: str, user: str, *, yes: bool) -> None:
    """Put the version RULE_SET in force in a running system; whoever proposed it cannot.

    RULE_SET is its hash or the first 8 characters or more. Shows what changes, weaker first, and asks. A superseded
    version can be put in force again. Needs the scope compliance:rules. Exit code 1 when it is refused.
    """
    from rapport.story.client import Refused, System  # noqa: PLC0415 - `--help` need not pay

    if not any(sign.isprintable() and not sign.isspace() for sign in reason):
        raise Problem("--reason says nothing", remedy='add --reason "..." with why: it stays in the ledger')
    with System.open() as system:
        caller = system.sign_in(user)
        try:
            version = _meant(caller, rule_set)
            name = str(version["rule_set"])
            if version["state"] == "active":
                click.echo(f"{name} is in force already")
                return
            click.echo(f"{name}: {version['rules']} rules, proposed by {version['proposed_by']}: {version['note']}")
            _tell_difference(caller, name)
            if not yes and not click.confirm("Put these rules in force?"):
                raise Problem("nothing was changed", remedy=f"compare and rehearse first: {_CONSOLE}")
            caller.ask("POST", "compliance", f"{_API}/{name}/activation", expect=204, json={"reason": reason})
        except Refused as refused:
            raise _understood(refused) from None
        click.echo(f"{name} is in force, by {caller.name}")
        _wait_for_use(caller, name)


def _sent(caller: Caller, body: Mapping[str, Any], *, check: bool) -> Mapping[str, Any]:
    query = {"validate_only": "true"} if check else {}
    answer = caller.ask("POST", "compliance", _API, json=body, params=query, timeout=_SLOW_SECONDS)
    return answer.json()


def _tell_files(files: Mapping[str, str | None], held: Mapping[str, int], base: str) -> None:
    click.echo(f"on top of {base}, which is in force:")
    for name, text in sorted(files.items()):
        click.echo(f"  {'takes out' if text is None else 'replaces' if name in held else 'adds'} {name}")
    for name in sorted(name for name in held if name.startswith("company/") and name not in files):
        click.echo(f"  leaves {name} (--only takes it out)")


def _tell_proposal(caller: Caller, answer: Mapping[str, Any]) -> None:
    name, state = answer["rule_set"], answer["state"]
    if state != "proposed":
        told = "in force already" if state == "active" else "known, and were in force before"
        click.echo(f"these rules are {told}: {name}")
        return
    _tell_difference(caller, name)
    click.echo(f"proposed by {caller.name}: {name} ({answer['rules']} rules); {_CONSOLE}")
    click.echo(f'next, by a second person: rapport rules activate {name[:12]} --reason "..." --as SOMEBODY')


def _tell_difference(caller: Caller, rule_set: str) -> None:
    """What changes against the rules in force, weaker first."""
    place = f"{_API}/{rule_set}/difference"
    found: list[dict[str, str]] = caller.ask("GET", "compliance", place, timeout=_SLOW_SECONDS).json()["changes"]
    changes = sorted(found, key=lambda change: _WEIGHT.index(change["effect"]))
    counts = Counter(each["effect"] for each in changes)
    told = ", ".join(f"{count} {effect}" for effect, count in counts.items())
    click.echo(f"against the rules in force: {told or 'no rule differs'}")
    for each in changes[:_SHOWN]:
        click.echo(f"  {each['effect']}: {each['subject']} ({each['kind']})")
    if len(changes) > _SHOWN:
        click.echo(f"  and {len(changes) - _SHOWN} more: {_CONSOLE}")


def _meant(caller: Caller, rule_set: str) -> Mapping[str, Any]:
    """The version whose hash begins so. Raises Problem unless it is exactly one."""
    if not _HASH.fullmatch(rule_set):
        raise Problem(
            f"{rule_set} is no hash of a rule set", remedy="give 8 to 64 of its characters, as `propose` told them"
        )
    found = [each for each in caller.every("compliance", _API) if each["rule_set"].startswith(rule_set)]
    if len(found) != 1:
        told = f"{len(found)} rule sets begin with {rule_set}" if found else f"there is no rule set {rule_set}"
        raise Problem(told, remedy=f"give more of its characters; {_CONSOLE}")
    return found[0]


def _wait_for_use(caller: Caller, rule_set: str) -> None:
    """Until the answering process judges by it; every other process follows within seconds, too."""
    from rapport.story.client import wait_until  # noqa: PLC0415 - `--help` need not pay

    def used() -> bool | None:
        return caller.get("compliance", f"{_API}/current")["in_use"] == rule_set or None

    wait_until(
        "the rules are in force, and compliance judges by them",
        used,
        seconds=_IN_USE_SECONDS,
        every=0.5,
        where="they stay in force and nothing is released meanwhile: see deploy/runbooks/rules-not-loaded.md",
    )
    click.echo("compliance judges by them now")


def _understood(refused: Refused, rules: RuleFolder | None = None) -> Problem:
    """The refusal in the words of the gate, each mistake at its place in the folder."""
    detail = str(refused.body.get("detail") or refused.message)
    remedy = str(refused.body.get("remedy") or refused.remedy)
    if refused.code == _MISTAKES and rules is not None:
        _tell_mistakes(rules, refused.body.get("errors") or ())
        return Problem(detail, remedy=remedy)
    if refused.code == "self_approval":
        return Problem(detail, remedy=f"{remedy}: rapport rules activate ... --as SOMEBODY-ELSE")
    fields = "; ".join(f"{each.get('field')}: {each.get('message')}" for each in refused.body.get("errors") or ())
    return Problem(f"{detail} ({fields})" if fields else detail, remedy=remedy)


def _tell_mistakes(rules: RuleFolder, errors: Sequence[Mapping[str, Any]]) -> None:
    for each in errors:
        remedy = f" What to do: {each['remedy']}" if each.get("remedy") else ""
        click.echo(f"{rules.shown(str(each.get('field')))}: {each.get('message')}.{remedy}", err=True)
