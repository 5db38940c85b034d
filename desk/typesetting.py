"""Documents that everybody can read: PDF/UA-1 set by typst from a template, with all that people wrote as data."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

LONGEST_WORD = 70
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
MOST_TRIES = 20


def pdf(template: Path, content: dict[str, Any], at: datetime, pictures: Sequence[str] = ()) -> bytes:
    """The same bytes for the same content and moment. The template finds `content` in `sys.inputs.data` and `pictures`,
    SVG of our own making, in `sys.inputs.pictures`, both as JSON.

    A letter that no font has must not keep anybody from a document: it becomes U+FFFD, one kind at a time, and everything
    beyond Latin where there is no end to them.
    """
    text = json.dumps(printable(content), ensure_ascii=False)
    drawn = json.dumps(list(pictures))
    for _turn in range(MOST_TRIES):
        try:
            return _typeset(template, {"data": text, "pictures": drawn}, at)
        except typst.TypstError as error:
            missing = NO_GLYPH.search(str(error))
            if missing is None:
                raise
            lost = ESCAPED.sub(lambda code: chr(int(code[1], 16)), missing[1])
            text = "".join("\ufffd" if char in lost else char for char in text)
    plain = "".join(char if ord(char) < 0x250 else "\ufffd" for char in text)
    return _typeset(template, {"data": plain, "pictures": drawn}, at)


def _typeset(template: Path, inputs: dict[str, str], at: datetime) -> bytes:
    made: bytes = typst.compile(
        str(template), root=str(template.parent), sys_inputs=inputs, ignore_system_fonts=True, format="pdf",
        pdf_standards=["ua-1"], timestamp=int(at.timestamp()),
    )  # fmt: skip
    return made


def printable(part: Any, longest: int = LONGEST_WORD) -> Any:
    """Without control characters, and with a place to break in words that would run off the page."""
    if isinstance(part, dict):
        return {name: printable(value, longest) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [printable(value, longest) for value in part]
    if not isinstance(part, str):
        return part
    seen = "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in part)
    return re.sub(rf"\S{{{longest}}}(?=\S)", lambda run: run[0] + "\u200b", seen)
