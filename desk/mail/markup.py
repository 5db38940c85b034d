"""From the HTML of a mail to text. No HTML of a stranger ever reaches a page: what is shown is this text.

Written for this alone, because the parsers at hand take minutes for a mail that is made to hurt them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

LONGEST = 500_000  # characters; a mail program puts what is new first
TAG_NAME = re.compile(r"/?[a-z][a-z0-9]*", re.IGNORECASE)
SPACES = re.compile(r"[ \t\r\n\f]+")
UNSEEN = ("script", "style", "head", "title", "template")
LINES = frozenset(
    {"p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "section",
     "article", "header", "footer", "address", "dt", "dd"}
)  # fmt: skip
PARAGRAPHS = frozenset({"/p", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6", "/table", "/ul", "/ol", "/pre"})
SPARE = re.compile(r"\n{3,}")


def text_of(html: str) -> str:
    """The words of `html`, with line ends where it shows them and "> " before what is in a blockquote."""
    page = _Page()
    for tag, words in _pieces(html[:LONGEST]):
        page.open(tag) if tag else page.say(words)
    page.end_line()
    return SPARE.sub("\n\n", "\n".join(page.lines)).strip()


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Each tag by its name in lower case, with "/" where it ends something, and the text in between."""
    place = 0
    while (start := html.find("<", place)) >= 0:
        yield "", html[place:start]
        if html.startswith("<!--", start):
            place = _after(html, "-->", start)
        elif name := TAG_NAME.match(html, start + 1):
            tag, place = name[0].lower(), _after(html, ">", start)
            yield tag, ""
            if tag in UNSEEN:
                place = _after(html, ">", _after(html, f"</{tag}", place))
        elif html[start + 1 : start + 2] in {"!", "?", "/"}:
            place = _after(html, ">", start)
        else:
            yield "", "<"
            place = start + 1
    yield "", html[place:]


def _after(html: str, mark: str, place: int) -> int:
    """Just behind the next `mark`, which may be written in capitals; the end where there is none."""
    found = html.find(mark, place)
    if found < 0 and mark[-1].isalpha():
        found = html.find(mark.upper(), place)
    return len(html) if found < 0 else found + len(mark)


class _Page:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.quotes = 0

    def open(self, tag: str) -> None:
        if tag in {"blockquote", "/blockquote"}:
            self.end_line()
            self.quotes = max(0, self.quotes + (-1 if tag[0] == "/" else 1))
        elif tag == "br":
            self.end_line(always=True)
        elif tag.strip("/") in LINES:
            self.end_line()
            if tag in PARAGRAPHS and self.lines:
                self.lines.append(self._margin().rstrip())
            if tag == "li":
                self.words.append("- ")
        elif tag in {"td", "th"}:
            self.words.append(" ")

    def say(self, words: str) -> None:
        self.words.append(SPACES.sub(" ", unescape(words)))

    def end_line(self, always: bool = False) -> None:
        line = re.sub(r" {2,}", " ", "".join(self.words)).strip(" ")
        self.words.clear()
        if line.replace("\u00a0", " ").rstrip() == "--":
            line = "-- "
        if line or always:
            self.lines.append(self._margin() + line)

    def _margin(self) -> str:
        return "> " * min(self.quotes, 3)
