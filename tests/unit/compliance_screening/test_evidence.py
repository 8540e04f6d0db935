"""Evidence quotes the text as it was given, whatever characters it holds."""

from __future__ import annotations

import json
from itertools import zip_longest

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.domain.screening.text.normal import Words, normalise
from support.screening_builders import judged, planned, shared_post, text_at

ODD = st.sampled_from("\u200b\u200d\u00ad\u0301 .-🙂éßﬁＡ\u0435Ⅷ\n#@%")
TEXT = st.text(max_size=40)
NAME = st.lists(ODD, max_size=6).map(lambda odd: "".join(a + b for a, b in zip_longest("Velorin", odd, fillvalue="")))


@given(st.text(max_size=200), st.booleans(), st.booleans())
def test_every_normalised_character_knows_where_it_came_from(text: str, url: bool, split: bool) -> None:
    read = normalise(text, url=url)

    assert len(read.text) == len(read.starts) == len(read.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(read.starts, read.ends, strict=True))
    assert list(read.starts) == sorted(read.starts)
    for token in Words(read).parts if split else Words(read):
        assert 0 <= token.start < token.end <= len(text)


@given(TEXT, NAME, TEXT)
@settings(max_examples=150, deadline=None)
def test_evidence_is_what_stands_at_its_place(before: str, name: str, after: str) -> None:
    words = f"{before} {name} Velorin {after} diabetes works"
    for snapshot in (planned(text=words), shared_post(words), planned(hashtags=[words], media_text=words)):
        answer = judged(snapshot)
        assert answer.verdict != "pass"
        for finding in answer.findings:
            if finding.evidence:
                given_text = text_at(snapshot, finding.evidence.field)
                assert given_text[finding.evidence.start : finding.evidence.end] == finding.evidence.quote


@given(TEXT)
@settings(max_examples=60, deadline=None)
def test_the_same_snapshot_gives_the_same_bytes_in_any_order_of_its_keys(words: str) -> None:
    snapshot = shared_post(f"Velorin in diabetes {words}")
    turned = dict(reversed(list(snapshot.items())))

    first = json.dumps(judged(snapshot).as_json(action_id="A"))

    assert json.dumps(judged(turned).as_json(action_id="A")) == first


def test_findings_are_said_once_and_the_worst_comes_first() -> None:
    answer = judged(shared_post("Velorin in diabetes. Velorin works in diabetes. Velorin!"))

    order = [("block", "review", "pass").index(finding.severity) for finding in answer.findings]
    assert order == sorted(order)
    assert len(set(answer.findings)) == len(answer.findings)
