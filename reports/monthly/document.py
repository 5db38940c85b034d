"""A report in words and plots, before it is a page or a PDF: both show these parts, so that they say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from desk.drawing import Spec


@dataclass(frozen=True)
class Text:
    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True)
class Verdict:
    """One promise, or a few that belong together. `look` is `ok`, `late` or `none`; `word` says the same."""

    label: str
    value: str
    promised: str
    look: str
    word: str


@dataclass(frozen=True)
class Verdicts:
    kind: ClassVar[str] = "verdicts"
    items: Sequence[Verdict]


@dataclass(frozen=True)
class Column:
    """`is_figure`: set to the right; `is_case`: numbers of cases, that lead to them where the reader may go there."""

    label: str
    is_figure: bool = False
    is_case: bool = False


@dataclass(frozen=True)
class Row:
    """The first cell names the row. `look` as of a verdict, for a row that stands out."""

    cells: Sequence[str]
    look: str = ""


@dataclass(frozen=True)
class Table:
    kind: ClassVar[str] = "table"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Figure:
    """A chart: `says` tells in words what there is to see, `table` holds its data."""

    kind: ClassVar[str] = "figure"
    title: str
    spec: Spec
    says: str
    table: Table


@dataclass(frozen=True)
class Figures:
    """Charts that belong together."""

    kind: ClassVar[str] = "figures"
    items: Sequence[Figure]


@dataclass(frozen=True)
class Cases:
    """Cases named by their numbers."""

    kind: ClassVar[str] = "cases"
    label: str
    numbers: Sequence[str]
    more: str = ""


@dataclass(frozen=True)
class Listing:
    kind: ClassVar[str] = "listing"
    label: str
    items: Sequence[str]


@dataclass(frozen=True)
class Link:
    name: str
    path: str


@dataclass(frozen=True)
class Entry:
    """A case that is told about: its facts, each one line or more, and what goes with it."""

    kind: ClassVar[str] = "entry"
    number: str
    title: str
    lines: Sequence[str] = ()
    facts: Sequence[tuple[str, Sequence[str]]] = ()
    links: Sequence[Link] = ()


Block = Text | Verdicts | Table | Figures | Cases | Listing | Entry


@dataclass(frozen=True)
class Chapter:
    slug: str
    title: str
    blocks: Sequence[Block] = field(default_factory=list)
