from __future__ import annotations

from support.rules_page import PAGE, page_with_table


def test_the_page_about_the_rules_tells_the_rules_that_are_in_force() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page_with_table(page) == page, "run: PYTHONPATH=tests .venv/bin/python -m support.rules_page"
