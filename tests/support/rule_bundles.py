"""Rule files as bytes, for tests of what is taken and what is refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from compliance.adapters.pack_problems import Problem, UnusableRuleFile
from compliance.adapters.rules.rule_bundles import bundle_of
from compliance.adapters.rules.rule_packs import rule_set_of

GOOD = """\
about: tea
words: {negation: ["no"]}
rules:
  - id: TEA-01
    title: Tea
    severity: block
    when: text.contains("tea")
    message: There is tea.
    clause: House rule
    source: none
    remedy: Leave out the tea.
"""
UNICORNS = """\
about: Own policy.
rules:
  - id: {rule_id}
    title: No talk of unicorns
    severity: block
    when: text != null && text.contains("unicorn")
    message: Unicorns are not evidence.
    clause: Company policy 7
    source: own policy, 2026-11-01
    remedy: Leave out the unicorn.
    passes: [{{text: "A horse."}}]
    fails: [{{text: "A unicorn."}}]
"""
HEAD = "about: tea only\nname: Tea\n"


def unicorns(rule_id: str = "HAV-01") -> str:
    """A company's own pack that joins the packaged rules, with examples; its rule is as `rule_id`."""
    return UNICORNS.format(rule_id=rule_id)


@cache
def packaged() -> dict[str, bytes]:
    """The files that come with the product."""
    return bundle_of()


def company(text: str) -> dict[str, bytes]:
    """A company's one file on top of the packaged ones."""
    return packaged() | {"company/own.yaml": text.encode()}


def alone(text: str) -> dict[str, bytes]:
    """One file that is a whole rule set."""
    return {"rule-set.yaml": HEAD.encode(), "own.yaml": text.encode()}


def folder(path: Path, text: str) -> Path:
    """A folder with one rule file."""
    path.mkdir(exist_ok=True)
    (path / "own.yaml").write_text(text, encoding="utf-8")
    return path


def refused(bundle: dict[str, bytes]) -> tuple[Problem, ...]:
    """Why a bundle is refused; empty when it is not."""
    try:
        rule_set_of(bundle)
    except UnusableRuleFile as failed:
        return failed.problems
    return ()
