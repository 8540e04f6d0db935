"""A contract and what may be done with it, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from portal.application.answers import part

APPROVE_SCOPE = "money:approve"
REGIMES = {"efpia": "EFPIA Code", "open_payments": "Open Payments (United States)"}
STATES = {
    "draft": "draft",
    "in_review": "waits for a second person",
    "agreed": "agreed, not signed",
    "active": "signed, in force",
    "ended": "ended",
    "terminated": "terminated",
}
_UNKNOWN = "not known"
_ANSWERS = {True: "yes", False: "no", None: _UNKNOWN}


def contract_view(contract: Mapping[str, Any], *, subject: str, scopes: Collection[str]) -> dict[str, Any]:
    """The terms as named facts, the state in words, and why this person may not agree to it, if so."""
    details = part(contract, "details")
    terms = part(details, "terms")
    signature, look = part(details, "signature"), part(terms, "due_diligence")
    written_by: list[str] = details.get("written_by") or []
    facts = [
        ("Service", terms.get("services") or _UNKNOWN),
        ("From", f"{terms.get('service_begins_on')} to {terms.get('service_ends_on')}"),
        ("Fee", fee(contract)),
        ("Licensed in", f"{terms.get('country')}, {terms.get('specialty')}, tier {terms.get('tier')}"),
        ("Declares it in public", _ANSWERS[terms.get("declares_publicly")]),
        ("Digital opinion leader", _ANSWERS[terms.get("digital_opinion_leader")]),
        ("Past posts looked at", f"{look['looked_on']} by {look['looked_by']}" if look else "no"),
        ("Signed", str(signature.get("signed_on") or "no")),
        ("Written by", ", ".join(written_by) or _UNKNOWN),
        ("Agreed by", details.get("agreed_by") or "nobody"),
    ]
    return {"state": STATES.get(str(contract.get("state")), contract.get("state")), "facts": facts} | {
        "why_not": _why_not(written_by, subject, scopes)
    }


def fee(contract: Mapping[str, Any]) -> str:
    """Rate and hours, as the contract says them."""
    terms = part(contract, "details", "terms")
    return f"{terms.get('rate')} {terms.get('currency')} an hour for {terms.get('hours')} hours"


def _why_not(written_by: Collection[str], subject: str, scopes: Collection[str]) -> list[str]:
    reasons: list[str] = []
    if subject in written_by:
        reasons.append("You wrote or changed this contract; a second person agrees to it.")
    if APPROVE_SCOPE not in scopes:
        reasons.append(f"Agreeing needs the scope {APPROVE_SCOPE}.")
    return reasons
