"""The invariants, held against what the database says after every step. Shares no code with the gate.

Issuing a permit (I1, I3, I5, I8) is judged in `issue_oracle`, the ledger (I6) in `ledger_oracle`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from soak.account import Account, Answer, Broken, judged_facts
from soak.observed import Observed, Row
from soak.world import MOST_CONTACTS, STOP_FACTS

QUEUED = {"in_review", "approved", "released"}
"""States that lead to an act unless something stops it; `paused` is stopped."""
WAITING = {"open", "acknowledged"}
_NOTHING: frozenset[str | None] = frozenset({None})
_HOLDS: dict[str, frozenset[str | None]] = {
    "approved": frozenset({"reserved"}),
    "released": frozenset({"confirmed"}),
    "redeemed": frozenset({"used"}),
    **dict.fromkeys(
        ("blocked", "in_review", "changes_requested", "rejected", "expired", "voided", "withdrawn"), _NOTHING
    ),
}
EVENTS = {
    "case_approved": "compliance.case.approved.v1",
    "case_paused": "compliance.case.paused.v1",
    "case_stops_changed": "compliance.case.paused.v1",
    "case_resumed": "compliance.case.resumed.v1",
    "case_expired": "compliance.case.expired.v1",
    "case_screened": "compliance.case.screened.v1",
    "permit_issued": "compliance.release.released.v1",
    "permit_redeemed": "compliance.release.redeemed.v1",
    "permit_recalled": "compliance.release.recalled.v1",
}
"""Entries of the ledger that the other services must hear of."""


def check(account: Account, before: Observed) -> None:
    """Everything that can be told after one step."""
    account.book.extend(account.now.ledger)
    _note_changed_facts(account, before)
    stopped_for_everybody(account)
    at_most_one_effect(account)
    caps_hold(account)
    safety_text_has_a_case(account)


def check_end(account: Account) -> None:
    """After every slot has ended nothing is on its way."""
    for case in account.now.cases:
        if case["state"] in QUEUED | {"paused"}:
            raise Broken("I5", f"action {case['action_id']} is {case['state']} after its slot")
    for permit in account.now.permits:
        if permit["state"] == "issued":
            raise Broken("I5", f"permit {permit['permit_id']} may still be redeemed after its slot")


def lost_events(account: Account, published: Counter[tuple[str, str]]) -> None:
    """Every change that others must hear of is published once: `published` counts by aggregate and type."""
    changed = Counter(
        (action_id, EVENTS[each["what"]])
        for each in account.book
        if each["what"] in EVENTS
        and (action_id := str(each["evidence"].get("action_id") or each["aggregate_id"])) in account.versions
    )
    if changed != published:
        raise Broken("I9", f"changed {changed - published} more, published {published - changed} more")


def heard(account: Account, person: str) -> dict[str, Any] | None:
    """The newest state of a person the gate has heard for certain; None where that is not certain."""
    partition = account.topics.of("registry.stakeholder", person)
    if not partition.is_certain or person in account.now.parked or not partition.settled:
        return None
    newest = max(account.topics.events("registry.stakeholder", person), key=lambda event: event.version)
    return dict(newest.model_dump(mode="json"))


def signals(account: Account, case: Row, seen: Observed, *, wrecks: bool = True) -> set[str]:
    """Stop signals in force for the person and the post of a case, by what was seen and what the gate has heard.

    `wrecks`: also the safety cases of what was no action, which hold an act and pause nothing before.
    """
    person = case["stakeholder_id"]
    kept = seen.people.get(person)
    facts: list[dict[str, Any]] = [kept["facts"] if not kept["erased"] else {"erased": True}] if kept else []
    told = heard(account, person)
    if told is not None:
        facts.append(told if "name" in told else {"erased": True})
    stops = {name for each in facts for name in (*STOP_FACTS, "erased") if each.get(name)}
    for safety in seen.safety:
        if safety["state"] in WAITING and (wrecks or safety["source_id"] not in account.wrecks):
            if safety["stakeholder_id"] == person:
                stops.add("open safety case")
            if set(safety["post_keys"]) & set(case["post_keys"]):
                stops.add("open safety case of the post")
    return stops


def stopped_for_everybody(account: Account) -> None:
    """I4: nothing is queued and no permit may be redeemed while a stop signal is in force."""
    for case in account.now.cases:
        stops = signals(account, case, account.now, wrecks=False)
        if not stops:
            continue
        if case["state"] in QUEUED:
            raise Broken("I4", f"action {case['action_id']} is {case['state']} in spite of {sorted(stops)}")
        for permit in account.now.permits:
            if permit["action_id"] == case["action_id"] and permit["state"] == "issued":
                raise Broken("I4", f"permit {permit['permit_id']} may be redeemed in spite of {sorted(stops)}")


def check_redemption(account: Account, answer: Answer, before: Observed) -> None:
    """I2 to I5 for one answer; `before` is what was there before anybody asked."""
    account.answers.append(answer)
    earlier = [each for each in account.answers[:-1] if each.permit_id == answer.permit_id and each.told]
    mine = [each for each in earlier if (each.client_id, each.content) == (answer.client_id, answer.content)]
    if answer.told is None:
        now = before.permit(answer.permit_id)
        if mine and answer.certain and now is not None and now["state"] == "redeemed":
            raise Broken("I2", f"who had redeemed {answer.permit_id} was told {answer.code} when asking again")
        return
    if any(each.told != answer.told for each in earlier):
        raise Broken("I2", f"permit {answer.permit_id} was answered {answer.told} after {earlier[0].told}")
    permit = before.permit(answer.permit_id)
    case = None if permit is None else before.case(permit["action_id"])
    if permit is None or case is None:
        raise Broken("I1", f"permit {answer.permit_id} was redeemed and is in no table")
    if answer.client_id != permit["audience"]:
        raise Broken("I2", f"permit {answer.permit_id} of {permit['audience']} was redeemed by {answer.client_id}")
    if answer.content != permit["content_sha256"]:
        raise Broken("I3", f"permit {answer.permit_id} was redeemed for other content")
    if not earlier:
        _might_act(account, answer, permit, case, before)


def _might_act(account: Account, answer: Answer, permit: Row, case: Row, before: Observed) -> None:
    """The first time an executor was allowed to act on this permit."""
    about = f"permit {answer.permit_id}"
    if permit["state"] not in ("issued", "redeemed"):
        raise Broken("I2", f"{about} was {permit['state']} and was redeemed")
    if permit["state"] == "issued" and answer.told is not None:
        stops = signals(account, case, before)
        if stops:
            raise Broken("I4", f"{about} was redeemed in spite of {sorted(stops)}")
        if {case["stakeholder_id"], case["action_id"]} & set(before.parked):
            raise Broken("I10", f"{about} was redeemed while what is known is out of date")
        if not permit["not_before"] <= str(answer.told[1]) < permit["expires_at"]:
            raise Broken("I5", f"{about} was redeemed at {answer.told[1]}, outside its slot")


def at_most_one_effect(account: Account) -> None:
    """I2: one redemption a permit, one permit in force an action."""
    redeemed = Counter(each["aggregate_id"] for each in account.book if each["what"] == "permit_redeemed")
    twice = [permit for permit, times in redeemed.items() if times > 1]
    if twice:
        raise Broken("I2", f"permit {twice[0]} was redeemed {redeemed[twice[0]]} times")
    in_force = Counter(each["action_id"] for each in account.now.permits if each["state"] in ("issued", "redeemed"))
    doubled = [action for action, permits in in_force.items() if permits > 1]
    if doubled:
        raise Broken("I2", f"action {doubled[0]} has {in_force[doubled[0]]} permits in force")
    for permit in account.now.permits:
        case = account.now.case(permit["action_id"])
        if permit["state"] == "issued" and (case is None or case["permit_id"] != permit["permit_id"]):
            raise Broken("I3", f"permit {permit['permit_id']} may be redeemed and its action has lost it")


def caps_hold(account: Account) -> None:
    """I8: whatever is approved holds what it takes of the caps, nobody holds more than there is, what ended nothing."""
    held = [each for each in account.now.reservations if each["cap"] == "contacts" and each["state"] != "returned"]
    for person, number in Counter(each["stakeholder_id"] for each in held).items():
        if number > MOST_CONTACTS:
            raise Broken("I8", f"{number} contacts of {MOST_CONTACTS} are taken for {person}")
    by_action = {each["action_id"]: each["state"] for each in held}
    for case in account.now.cases:
        expected = _HOLDS.get(case["state"])
        if expected is not None and by_action.get(case["action_id"]) not in expected:
            held_now = by_action.get(case["action_id"], "nothing")
            raise Broken("I8", f"action {case['action_id']} is {case['state']} and holds {held_now} of the caps")


def safety_text_has_a_case(account: Account) -> None:
    """I7: whatever becomes of an action or a post, what reports in it has a safety case."""
    kept = {(each["source_id"], each["quote"]) for each in account.now.safety}
    for (topic, key), partition in account.topics.partitions.items():
        if topic not in ("planner.action", "audit.post"):
            continue
        settled = partition.said[: partition.settled]
        if key in account.now.parked:  # what came behind what nobody can read is not handled yet
            settled = [each for each in settled if each.mended is not None]
        for said in settled:
            for text in _reporting(said.event):
                if not any(source == key and text in quote for source, quote in kept):
                    raise Broken("I7", f"{text!r} in {said.event.TYPE} {key} has no safety case")


def _reporting(event: Any) -> list[str]:
    snapshot = getattr(event, "snapshot", None)
    texts = [event.text if snapshot is None and hasattr(event, "text") else None]
    if isinstance(snapshot, dict):
        target: dict[str, Any] = snapshot.get("target") or {}
        texts = [snapshot.get("text"), target.get("text")]
    return [text for text in texts if isinstance(text, str) and "dizzy" in text]


def _note_changed_facts(account: Account, before: Observed) -> None:
    """Votes given before the gate's own copy of a judged fact changed count no more."""
    until = account.book[-len(account.now.ledger) - 1]["sequence"] if len(account.book) > len(account.now.ledger) else 0
    for person, row in account.now.people.items():
        old = before.people.get(person)
        if old is not None and judged_facts(old["facts"]) != judged_facts(row["facts"]):
            account.void_until[person] = until
