"""What hypothesis draws for a history: plans, ways to vote, facts, stop signals and faults, likely ones more often."""

from __future__ import annotations

from hypothesis import strategies as st

from soak.acting import How, Plan
from soak.faults import Fault
from soak.world import ENGAGERS, EXECUTORS, WORDS

PLANS = st.builds(
    Plan,
    person=st.integers(0, 1),
    function=st.sampled_from(sorted(ENGAGERS)),
    kind=st.sampled_from(["thank", "thank", "comment", "share"]),
    text=st.sampled_from([WORDS[0], WORDS[0], WORDS[1], *WORDS]),
    audience=st.sampled_from(["public", "private"]),
    platform=st.sampled_from(sorted(EXECUTORS)),
    minutes=st.sampled_from([30, 60]),
    targeted=st.booleans(),
    edited=st.booleans(),
    known_actor=st.sampled_from([True] * 7 + [False]),
)
HOWS = st.builds(
    How,
    decision=st.sampled_from(["approve"] * 5 + ["request_changes", "reject"]),
    looked_at=st.sampled_from(["this"] * 6 + ["an older version", "other content"]),
    proof=st.sampled_from(["fresh"] * 6 + ["old", "used", "none"]),
    on_behalf_of=st.sampled_from([None] * 8 + ["mia", "sol", "amira"]),
    http=st.sampled_from([False, False, False, True]),
)
FACTS = st.sampled_from(
    [
        {"country": "FR"},
        {"country": "DE"},
        {"country": None},
        {"relationship_stage": "engaged"},
        {"type": "hcp"},
        {"minor": None},
        {"minor": False},
        {"followers": 20_000},
        {"followers": 900},
        {"followers": None},
    ]
)
STOPS = st.sampled_from(
    [
        {"opted_out": True},
        {"opted_out": True},
        {"do_not_engage": True},
        {"open_complaint": True},
        {"opted_out": False, "do_not_engage": False, "open_complaint": False},
        {"opted_out": False},
    ]
)
FAULTS = st.builds(
    Fault,
    kind=st.sampled_from(["dies", "loses its connection", "dies after its commit"]),
    at=st.sampled_from([1, 1, 2, 3, 4, 5, 6, 8, 10]),
)
