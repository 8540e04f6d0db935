"""I1, I3, I5 and I8 for a permit that has just been issued: was everything so that it might be?

Judged from the submitted versions, the registry's own facts, the signatures and the ledger; the gate's answers to the
same questions are not asked.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rapport_permit import verify_permit
from soak.account import Account, Broken, Frozen, judged_facts, published, sha256
from soak.observed import Row
from soak.world import (
    ENGAGERS,
    EXECUTORS,
    REVIEWERS,
    RULE_SETS,
    SIGN_MINUTES,
    STEPS,
    STOP_FACTS,
    Said,
    Step,
    capacities,
    found,
)

Agreed = tuple[str, str, "str | None"]
"""Step, who signed, and the absent person they stood in for."""
Truth = Mapping[str, "Mapping[str, Any] | None"]
_WINDOW = timedelta(days=30)


def check_issue(account: Account, permit: Row, signed: Sequence[Any], truths: Sequence[Truth]) -> None:
    """`truths`: what the registry said when the step began and when it ended; either may have been asked."""
    frozen = account.frozen(permit["action_id"], permit["snapshot_sha256"])
    entry = account.entries("permit", permit["permit_id"])[0]
    case = account.now.case(permit["action_id"])
    if frozen is None or case is None:
        raise Broken("I1", f"permit {permit['permit_id']} is for a version that nobody submitted")
    if permit["content"] != published(frozen.snapshot) or permit["content_sha256"] != sha256(permit["content"]):
        raise Broken("I3", f"permit {permit['permit_id']} is for other content than was submitted")
    if permit["rule_set"] != account.rules_at(entry["sequence"]):
        raise Broken("I1", f"permit {permit['permit_id']} was judged by {permit['rule_set']}, which was not in force")
    if permit["audience"] != EXECUTORS[frozen.snapshot["channel"]["platform"]]:
        raise Broken("I1", f"permit {permit['permit_id']} is for {permit['audience']}")
    _in_its_slot(permit, frozen)
    _within_the_cap(account, permit, entry)
    complaints = [_complaint(account, permit, frozen, entry, signed, truth.get(frozen.person)) for truth in truths]
    if all(complaints):
        raise complaints[-1] or complaints[0]  # type: ignore[misc] - all of them are set


def check_token(permit: Row, jwks: Mapping[str, Any]) -> None:
    """The token says what the row says, and whoever has the published keys can check it."""
    at = datetime.fromisoformat(permit["issued_at"])
    verified = verify_permit(permit["token"], jwks, audience=permit["audience"], now=at)
    payload = permit["token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    same = (
        claims["jti"] == permit["permit_id"],
        claims["content_sha256"] == permit["content_sha256"] == verified.content_sha256,
        claims["snapshot_sha256"] == permit["snapshot_sha256"],
        claims["rule_set"] == permit["rule_set"],
        claims["exp"] == int(datetime.fromisoformat(permit["expires_at"]).timestamp()),
    )
    if not all(same):
        raise Broken("I1", f"the token of permit {permit['permit_id']} says something else than was decided")


def _in_its_slot(permit: Row, frozen: Frozen) -> None:
    issued = datetime.fromisoformat(permit["issued_at"])
    if not frozen.start <= issued < frozen.end:
        raise Broken("I5", f"permit {permit['permit_id']} was issued at {issued}, outside its slot")
    if datetime.fromisoformat(permit["expires_at"]) > frozen.end:
        raise Broken("I5", f"permit {permit['permit_id']} lives longer than its slot")


def _within_the_cap(account: Account, permit: Row, entry: Row) -> None:
    allowed = RULE_SETS[account.rules_at(entry["sequence"])].contacts
    contacts = _contacts(account, permit["stakeholder_id"], entry)
    if contacts >= allowed:
        raise Broken("I8", f"permit {permit['permit_id']} is contact {contacts + 1} of {allowed} in 30 days")


def _contacts(account: Account, person: str, until: Row) -> int:
    """Permits of the person that were in force, or had been used, when the entry `until` was written."""
    since = datetime.fromisoformat(until["at"]) - _WINDOW
    ours = {each["permit_id"] for each in account.now.permits if each["stakeholder_id"] == person}
    state: dict[str, str] = {}
    for each in account.book:
        if each["aggregate_id"] in ours and each["sequence"] < until["sequence"]:
            recent = each["what"] != "permit_issued" or datetime.fromisoformat(each["at"]) > since
            state[each["aggregate_id"]] = each["new_state"] if recent else "old"
    return sum(each in ("issued", "redeemed") for each in state.values())


def _complaint(  # noqa: PLR0917 - what a permit is judged by
    account: Account, permit: Row, frozen: Frozen, entry: Row, signed: Sequence[Any], facts: Mapping[str, Any] | None
) -> Broken | None:
    """What is wrong with the permit if the registry knows `facts` of the person; None where nothing is."""
    about = f"permit {permit['permit_id']} of action {frozen.action_id}"
    if facts is None:
        return Broken("I10", f"{about} was issued for somebody the registry does not know")
    if any(facts[name] for name in STOP_FACTS):
        return Broken("I4", f"{about} was issued although the registry says stop")
    case = account.now.case(frozen.action_id) or {}
    if case["snapshot_sha256"] == permit["snapshot_sha256"] and judged_differ(case["judged"], facts):
        return Broken("I3", f"{about} was issued on facts that have changed: {judged_differ(case['judged'], facts)}")
    rules = RULE_SETS[account.rules_at(entry["sequence"])]
    actor = frozen.snapshot["actor"]
    findings = found(
        Said(
            text=str(frozen.snapshot.get("text") or ""),
            minor=facts["minor"],
            followers=facts["followers"],
            contacts=_contacts(account, frozen.person, entry),
            authorised=True if actor["id"] in ENGAGERS.values() else None,
        ),
        rules,
    )
    if "block" in findings.values():
        return Broken("I1", f"{about} was issued although {sorted(findings)} block it")
    review = "review" in findings.values() or facts["type"] != frozen.snapshot["stakeholder"]["type"]
    review = review or actor["id"] not in ENGAGERS.values()
    wanted = _wanted(frozen.snapshot, facts, findings, "review" if review else "pass")
    return _missing(account, permit, frozen, signed, wanted)


def judged_differ(judged: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> list[str]:
    """Names of judged facts that differ."""
    before, now = judged_facts(judged), judged_facts(facts)
    return sorted(name for name in now if before.get(name) != now[name])


def _wanted(
    snapshot: Mapping[str, Any], facts: Mapping[str, Any], findings: Mapping[str, str], verdict: str
) -> list[Step]:
    families = {rule.split("-")[0] for rule in findings}
    country = facts["country"]
    return [
        step
        for step in STEPS
        if (not step.action_types or snapshot["type"] in step.action_types)
        and (not step.families or step.families & families)
        and (not step.countries or country is None or country in step.countries)
        and (not step.verdicts or verdict in step.verdicts)
        and (not step.audiences or snapshot["channel"]["audience"] in (*step.audiences, "unknown"))
    ]


def _missing(
    account: Account, permit: Row, frozen: Frozen, signed: Sequence[Any], wanted: Iterable[Step]
) -> Broken | None:
    about = f"permit {permit['permit_id']} of action {frozen.action_id}"
    votes = account.entries("case", frozen.action_id)
    given = {each["version"]: each for each in votes if each["what"] == "case_voted"}
    issued = account.entries("permit", permit["permit_id"])[0]["sequence"]
    reopened = [each["sequence"] for each in votes if each["what"] == "case_reopened" and each["sequence"] < issued]
    valid: list[Agreed] = []
    stale: list[Agreed] = []
    for each in signed:
        vote = given.get(each["case_version"] + 1)
        if vote is None or each["decision"] != "approve" or not _may_sign(account, each, frozen):
            continue
        counts = (
            vote["evidence"]["snapshot_sha256"] == permit["snapshot_sha256"]
            and each["content_sha256"] == permit["content_sha256"]
            and vote["sequence"] > account.void_until.get(frozen.person, 0)
            and vote["sequence"] > max(reopened, default=0)  # a revision voids, even to the very same words
        )
        (valid if counts else stale).append((each["step"], each["subject"], each["on_behalf_of"]))
    people = Counter(one for _, subject, absent in valid for one in {subject, absent} - {None})
    if people and max(people.values()) > 1:
        return Broken("I1", f"{about}: somebody agreed twice, {valid}")
    short = [step for step in wanted if not _agreed(step, valid)]
    if not short:
        return None
    if all(_agreed(step, [*valid, *stale]) for step in short):
        return Broken("I3", f"{about} counts approvals of something else for {[step.name for step in short]}")
    return Broken("I1", f"{about} lacks an approval for {[step.name for step in short]}; there are {valid}")


def _agreed(step: Step, votes: Iterable[Agreed]) -> bool:
    return any(name == step.name and step.any_of & capacities(absent or subject) for name, subject, absent in votes)


def _may_sign(account: Account, signature: Any, frozen: Frozen) -> bool:
    """A person who did not work on it, nor stands in for somebody who did; just signed in, and within the slot."""
    subject, absent, signed = signature["subject"], signature["on_behalf_of"], signature["signed_at"]
    if absent is not None and not any(
        (each.subject, each.delegate) == (absent, subject) and each.begins <= signed < each.ends
        for each in account.absences
    ):
        return False
    proved: timedelta = signed - signature["authenticated_at"]
    return (
        subject in REVIEWERS
        and REVIEWERS[subject].is_person
        and not {subject, absent} & frozen.authors
        and proved <= timedelta(minutes=SIGN_MINUTES)
        and bool(signature["meaning"])
        and signed < frozen.end
    )
