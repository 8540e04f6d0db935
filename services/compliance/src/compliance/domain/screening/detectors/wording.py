"""The declaration, the company's name, captures, conditions asked in return, and goals of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.fields import TextField
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.normal import Token, normalise, words
from compliance.domain.screening.reading import Reading, published

_LINK = re.compile(r"https?://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", re.IGNORECASE)
_SHORTEST_COMPANY_WORD = 3


def company_mentions(field: TextField, company: str, lexicon: Lexicon) -> list[tuple[Token, Token]]:
    """First and last word of each place where the company is named, in full or without its legal form."""
    full = words(company)
    plain = tuple(word for word in full if word not in lexicon.words["company_form"])
    forms = [form for form in (full, plain) if form and any(len(word) >= _SHORTEST_COMPANY_WORD for word in form)]
    found: list[tuple[Token, Token]] = []
    initials = {form[0] for form in forms}
    for text in dict.fromkeys((field.tokens, field.parts_of_words)):
        for at, token in enumerate(text):
            if token.text not in initials:
                continue
            for form in forms:
                run = text[at : at + len(form)]
                if tuple(each.text for each in run) == form:
                    found.append((run[0], run[-1]))
    return found


def declaration(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """`declares.names_company` looks at the declaration, `declares.at_outset` at the text itself."""
    limit: int = lexicon.figures_on(facts["as_of"]).get("declaration_outset_characters", 0)
    company: str = facts["company"]["name"] or ""
    named = _places(reading, "declaration", company, lexicon)
    own = {field.path: field for field in reading.fields}.get("text")
    early = [e for e in _places(reading, "text", company, lexicon) if e.start <= limit]
    related = [e for e in reading.labelled("relation") if e.field.path == "text" and e.start <= limit]
    declared = own is not None and _begins_with(own.text, facts["declaration"], limit) and bool(named)
    outset = early if early and (related or declared) else []
    only_tag = [said.evidence for said in reading.labelled("ad_tag") if said.field.path == "declaration"]
    return {
        "declares.names_company": tuple(named),
        "declares.at_outset": tuple(outset),
        "declares.tag": tuple(only_tag),
    }


def _places(reading: Reading, path: str, company: str, lexicon: Lexicon) -> list[Evidence]:
    return [
        Evidence(field.path, first.start, last.end, field.text[first.start : last.end])
        for field in reading.fields
        if field.path == path
        for first, last in company_mentions(field, company, lexicon)
    ]


def _begins_with(text: str, declared: str | None, limit: int) -> bool:
    at = normalise(text).text.find(normalise(declared).text.strip()) if declared else -1
    return 0 <= at <= limit


def captures(reading: Reading, snapshot: Mapping[str, Any]) -> Detected:
    """Links without captured text, and addresses in the words that no captured link stands for."""
    target: Mapping[str, Any] = snapshot.get("target") or {}
    pages = [*_pages(snapshot.get("links"), "links"), *_pages(target.get("links"), "target.links")]
    known = {_address(str(page["url"])) for _, page in pages} | {_address(str(target.get("url") or ""))}
    unread = [_whole(f"{path}.url", str(page["url"])) for path, page in pages if not page.get("text")]
    loose = [
        Evidence(field.path, match.start(), match.end(), match.group())
        for field in reading.fields
        if published(field) and not field.url
        for match in _LINK.finditer(field.text)
        if _address(match.group()) not in known
    ]
    professional = [_whole(f"{path}.url", str(page["url"])) for path, page in pages if page.get("hcp_only") is True]
    return {
        "link.not_captured": tuple(unread),
        "link.loose": tuple(loose),
        "link.for_professionals": tuple(professional),
        "audience_label.stated": tuple(
            said.evidence for said in reading.labelled("audience_label") if published(said.field)
        ),
    }


def plan_words(reading: Reading) -> Detected:
    """Sales goals in purpose and KPI, conditions of a training, fees for attending, safety wording."""
    planned = {"purpose", "kpi", "value_statement"}
    conditions = [field for field in reading.fields if field.path == "training.conditions"]
    none = {said.field.path for said in reading.labelled("no_condition")}
    asked = [_whole(field.path, field.text) for field in conditions if field.path not in none]
    asked += [said.evidence for said in reading.labelled("condition") if said.field.path in {"text", "media_text"}]
    return {
        "plan.sales_goal": tuple(s.evidence for s in reading.labelled("sales_goal") if s.field.path in planned),
        "condition.asked": tuple(asked),
    }


def _pages(pages: Sequence[Mapping[str, Any]] | None, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, page in enumerate(pages or ()):
        yield f"{name}[{index}]", page


def _address(url: str) -> str:
    plain = re.sub(r"^https?://(www\.)?|^www\.", "", url.strip(), flags=re.IGNORECASE)
    return plain.rstrip("/.,;:!?…").casefold()


def _whole(path: str, text: str) -> Evidence:
    return Evidence(path, 0, len(text), text)
