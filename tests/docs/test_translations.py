"""The English beside the Dutch is complete, and says the same things in the same places."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext

BASE = Path(__file__).resolve().parents[2]
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
NOT_SOURCE = shutil.ignore_patterns(
    ".*", "var", "static", "staticfiles", "node_modules", "tests", "benchmarks", "docs", "__pycache__", "*.mo"
)
UPDATE = ["makemessages", "--locale=en", "--no-location", "--no-wrap"]
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+[^>]*>")
ENTRIES = [entry for entry in polib.pofile(str(BASE / CATALOGUE)) if not entry.obsolete]


def texts(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def test_every_text_is_translated() -> None:
    assert len(ENTRIES) > 500
    assert not [entry.msgid for entry in ENTRIES if entry.fuzzy or not all(texts(entry))]


def places(text: str) -> list[str]:
    return sorted(PLACE.findall(text))


def test_every_translation_has_the_placeholders_and_markup_of_its_text() -> None:
    """A missing one would show a blank, or fail the page, to English readers alone."""
    differing = [
        (entry.msgid, text)
        for entry in ENTRIES
        for n, text in enumerate(texts(entry))
        if places(text)
        not in (places(entry.msgid_plural or entry.msgid), *([places(entry.msgid)] if n == 0 else []))
    ]
    assert not differing


def test_the_catalogue_is_what_readers_get() -> None:
    with translation.override("en"):
        assert gettext("Werkvoorraad") == "Worklist"


@pytest.mark.skipif(shutil.which("msgmerge") is None, reason="GNU gettext is not installed")
def test_the_catalogue_has_every_text_of_the_code_and_no_other(tmp_path: Path) -> None:
    """Where this fails, run `manage.py makemessages -l en --no-location --no-wrap --no-obsolete` and translate."""
    copy = tmp_path / "desk"
    shutil.copytree(BASE, copy, ignore=NOT_SOURCE)
    subprocess.run(
        [sys.executable, "-m", "django", *UPDATE], cwd=copy, env={"PATH": "/usr/bin:/bin"}, check=True
    )
    found = polib.pofile(str(copy / CATALOGUE))
    assert not [entry.msgid for entry in found if entry.fuzzy or not all(texts(entry))], (
        "not in the catalogue"
    )
    assert not [entry.msgid for entry in found.obsolete_entries()], "in no code any more"
