"""What a run has to reach, so that nobody takes silence for health: operations, refusals, faults, transitions."""

from __future__ import annotations

from collections import Counter

USUAL = ("submit", "sign", "release", "redeem", "expire", "end")
"""Operations that a few hundred histories succeed with."""
OPERATIONS = (
    *(*USUAL, "sequencer", "screen", "deliver", "capture"),
    *(f"edit {what}" for what in ("words", "target", "link", "audience", "actor", "slot", "nothing")),
    *("withdraw", "vote approve", "vote request_changes", "vote reject", "vote for somebody", "delegate"),
    *("change a fact", "opt out", "opt in", "do not engage", "complaint", "erase", "bury", "repair", "submit rubbish"),
    *("change rule set", "advance clock", "restart", "recall", "at once"),
    *("safety: acknowledge", "safety: hand over", "safety: close", "safety: reopen"),
)
REFUSALS = (
    *("self_approval", "already_voted", "content_changed", "concurrent_change", "reauthentication_required"),
    *("not_your_step", "not_delegated", "person_required", "wrong_audience", "permit_not_redeemable", "cap_reached"),
)
FAULTS = ("dies", "loses its connection", "dies after its commit")
TRANSITIONS = (
    *("case: screening -> blocked", "case: screening -> in_review", "case: in_review -> approved"),
    *("case: in_review -> rejected", "case: in_review -> changes_requested", "case: approved -> released"),
    *("case: released -> redeemed", "case: released -> recalled", "case: redeemed -> recalled"),
    *("case: in_review -> paused", "case: approved -> paused", "case: released -> paused", "case: paused -> approved"),
    *("case: approved -> expired", "case: released -> expired", "case: paused -> expired", "case: approved -> voided"),
    *("case: released -> screening", "case: approved -> screening", "case: released -> withdrawn"),
    *("permit: None -> issued", "permit: issued -> redeemed", "permit: issued -> stopped"),
    *("permit: issued -> expired", "permit: issued -> recalled", "permit: redeemed -> recalled"),
    *("cap_reservation: reserved -> returned", "cap_reservation: confirmed -> used"),
    *("safety_case: None -> open", "safety_case: open -> handed_over"),
)


def never(reached: Counter[str], *, everything: bool) -> list[str]:
    """What was never reached: with `everything` all there is, else what every run of a few hundred reaches."""
    wanted = [f"{name} | done" for name in (OPERATIONS if everything else USUAL)]
    if everything:
        wanted += [f"refused: {code}" for code in REFUSALS] + [f"| {kind}" for kind in FAULTS] + list(TRANSITIONS)
    return [each for each in wanted if not any(each in name and times for name, times in reached.items())]


def table(reached: Counter[str]) -> str:
    """Everything that was reached, most frequent first within its name."""
    return "\n".join(f"{times:8}  {name}" for name, times in sorted(reached.items()))
