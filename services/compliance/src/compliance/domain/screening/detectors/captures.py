"""Links: captured or not, for whom they are meant, and whether the reader is told that they lead away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.together import evidence_of, whole
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.text.fields import OWN_WORDS

_LINK = re.compile(r"https?://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", re.IGNORECASE)
_SCHEME = re.compile(r"^https?://(www\.)?|^www\.", re.IGNORECASE)
_Page = tuple[str, Mapping[str, Any]]


def captures(reading: Reading, snapshot: Mapping[str, Any]) -> Detected:
    """Links without captured text, and addresses in the words that no captured link stands for."""
    target: Mapping[str, Any] = snapshot.get("target") or {}
    own = list(_pages(snapshot.get("links"), "links"))
    pages = [*own, *_pages(target.get("links"), "target.links")]
    known = {_address(str(page["url"])) for _, page in pages} | {_address(str(target.get("url") or ""))}
    return {
        "link.not_captured": _addresses(pages, _unread),
        "link.loose": tuple(_loose(reading, known)),
        "link.for_professionals": _addresses(pages, _for_professionals),
        "link.leads_away": _addresses(own, _foreign),
        "link.own": _addresses(own, _ours),
        "audience_label.stated": _in_own_words(reading, "audience_label"),
        "leaving.stated": _in_own_words(reading, "leaving_notice"),
    }


def _in_own_words(reading: Reading, label: str) -> tuple[Evidence, ...]:
    return evidence_of(each for each in reading.labelled_at(OWN_WORDS, label) if each.field.path in OWN_WORDS)


def _loose(reading: Reading, known: set[str]) -> Iterator[Evidence]:
    if not _may_hold_an_address(reading.together.text):
        return
    for field in reading.out:
        if field.url or not _may_hold_an_address(field.text):
            continue
        for match in _LINK.finditer(field.text):
            if _address(match.group()) not in known:
                yield Evidence(field.path, match.start(), match.end(), match.group())


def _may_hold_an_address(text: str) -> bool:
    return "://" in text or "www." in text.lower()


def _addresses(pages: Sequence[_Page], wanted: Callable[[Mapping[str, Any]], bool]) -> tuple[Evidence, ...]:
    return tuple(whole(f"{path}.url", str(page["url"])) for path, page in pages if wanted(page))


def _pages(pages: Sequence[Mapping[str, Any]] | None, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, page in enumerate(pages or ()):
        yield f"{name}[{index}]", page


def _address(url: str) -> str:
    return _SCHEME.sub("", url.strip()).rstrip("/.,;:!?…").casefold()


def _unread(page: Mapping[str, Any]) -> bool:
    return not str(page.get("text") or "").strip()


def _for_professionals(page: Mapping[str, Any]) -> bool:
    return page.get("hcp_only") is True


def _foreign(page: Mapping[str, Any]) -> bool:
    return page.get("own_domain") is False


def _ours(page: Mapping[str, Any]) -> bool:
    return page.get("own_domain") is True
