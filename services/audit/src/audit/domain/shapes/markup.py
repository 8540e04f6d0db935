"""The words of an HTML fragment as a reader sees them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAKS = {"br": "\n", "p": "\n\n", "li": "\n", "div": "\n", "blockquote": "\n\n"}
_SILENT = {"script", "style"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in _SILENT
        if self.parts:
            self.parts.append(_BREAKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def words_of(markup: str) -> str:
    """Text with paragraphs and breaks as line ends; broken markup gives its text all the same."""
    parser = _Words()
    parser.feed(markup)
    parser.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(parser.parts)).strip()
