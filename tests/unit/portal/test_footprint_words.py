from __future__ import annotations

from portal.application.footprints import activity_line

SEEN = {"observed": True, "posts": 1}
UNSEEN = {"observed": False, "posts": 0}


def test_an_account_nobody_observed_is_not_known_and_never_zero():
    line = activity_line({"activity": "present_inactive", "own_posts": 0, "channels": [UNSEEN]})
    assert line == ("not known", "nothing of their accounts was ever captured")


def test_posts_are_counted_where_they_were_observed():
    line = activity_line({"activity": "low", "own_posts": 1, "channels": [SEEN, UNSEEN]})
    assert line == ("low", "1 own post on 1 of 2 accounts; of the others nothing was ever captured")


def test_somebody_without_an_account_has_no_posts():
    assert activity_line({"activity": "absent", "own_posts": 0, "channels": []}) == ("absent", "0 own posts")
