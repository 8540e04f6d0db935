"""The world that histories happen in: rule sets, reviewers, words. Data of the test, nothing of the gate's own.

Everybody in here is invented. What a rule set finds is told once, in `found`: the gate is given it as its screen, the
oracle asks it again with facts that it collected by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EXECUTORS = {"mastodon": "executor-mastodon", "linkedin": "executor-linkedin"}
ENGAGERS = {"communications": "engager-comms", "medical": "engager-medical"}

WORDS = (
    "Thank you for this clear explainer.",
    "Well said, and well drawn.",
    "A study worth reading.",
    "A miracle of a talk.",
    "Cheap and good seats are left.",
    "I felt dizzy after the second dose.",
)
FACTS: dict[str, Any] = {
    "type": "journalist",
    "country": "DE",
    "relationship_stage": "aware",
    "owner_function": "communications",
    "lawful_basis": "legitimate_interest",
    "notice_sent_on": None,
    "opted_out": False,
    "do_not_engage": False,
    "open_complaint": False,
    "outreach_policy": None,
    "contracted": False,
    "followers": 1200,
    "minor": False,
}
STOP_FACTS = ("opted_out", "do_not_engage", "open_complaint")
COUNTERS = ("followers",)


@dataclass(frozen=True, slots=True)
class Rules:
    """One rule set: words that block, words that need a specialist, and so many contacts in 30 days."""

    blocked: frozenset[str]
    doubtful: Mapping[str, str]
    contacts: int


RULE_SETS: dict[str, Rules] = {
    "rules-plain": Rules(frozenset({"miracle"}), {"study": "MED-01"}, 2),
    "rules-strict": Rules(frozenset({"miracle", "cheap"}), {"study": "MED-01", "well": "MED-02"}, 1),
    "rules-mild": Rules(frozenset(), {"miracle": "MED-03"}, 3),
}
FIRST_RULES = "rules-plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a rule set reads about one action at one moment."""

    text: str
    minor: bool | None
    followers: int | None
    contacts: int
    authorised: bool | None


def found(said: Said, rules: Rules) -> dict[str, str]:
    """Rule ids and severities."""
    words = set(said.text.casefold().replace(",", " ").replace(".", " ").split())
    findings = dict.fromkeys(("WRD-01",), "block") if words & rules.blocked else {}
    findings.update({rule: "review" for word, rule in rules.doubtful.items() if word in words})
    if said.minor is not False:
        findings["PRI-01"] = "block"
    if said.contacts >= rules.contacts:
        findings["CAP-01"] = "block"
    if said.followers is None or said.followers > 10_000:
        findings["SOC-01"] = "review"
    if said.authorised is not True:
        findings["CON-01"] = "review"
    return findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Somebody with an account; everybody here may review, `roles` allow more."""

    roles: tuple[str, ...] = ()
    is_person: bool = True


REVIEWERS: dict[str, Reviewer] = {
    "rosa": Reviewer(),
    "sam": Reviewer(),
    "mia": Reviewer(roles=("medical",)),
    "dana": Reviewer(),
    "sol": Reviewer(roles=("signatory",)),
    "pia": Reviewer(roles=("privacy", "medical")),
    "amira": Reviewer(roles=("medical", "signatory")),
    "jonas": Reviewer(roles=("privacy",)),
    "robot": Reviewer(roles=("medical", "signatory"), is_person=False),
}
MOST_CONTACTS = 2
"""Contacts of one person in 30 days, by the company's own limit; a rule set may allow fewer."""
AUTHORS = ("amira", "jonas")
SIGN_MINUTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the review as the company's file would say it."""

    name: str
    any_of: frozenset[str]
    tier: int = 1
    action_types: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    verdicts: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()


STEPS = (
    Step(name="review", any_of=frozenset({"reviewer"})),
    Step(name="second", any_of=frozenset({"reviewer"}), action_types=frozenset({"comment"})),
    Step(name="medical", any_of=frozenset({"medical"}), families=frozenset({"MED"})),
    Step(name="privacy", any_of=frozenset({"privacy", "person:dana"}), countries=frozenset({"FR"})),
    Step(
        name="signature",
        tier=2,
        any_of=frozenset({"signatory"}),
        verdicts=frozenset({"review"}),
        audiences=frozenset({"public"}),
    ),
)


def capacities(subject: str) -> frozenset[str]:
    """What a reviewer may decide as."""
    return frozenset({"reviewer", f"person:{subject}", *REVIEWERS[subject].roles})
