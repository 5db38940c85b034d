"""Promises about the files themselves: vendored bytes, contrast of the tokens, and templates that fit the policy."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts]
COMPONENTS = ROOT / "templates" / "components"


@pytest.mark.parametrize("folder", ["static/vendor", "tests/vendor"])
def test_vendored_files_are_the_published_ones(folder: str) -> None:
    table = re.findall(
        r"^\| (\S+/\S+) \|.*\| ([0-9a-f]{64}) \|$", (ROOT / folder / "VENDOR.md").read_text(), re.M
    )
    files = {
        path.relative_to(ROOT / folder).as_posix(): path
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    del files["VENDOR.md"]
    assert dict(table) == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
    }


def tokens() -> dict[str, tuple[str, str]]:
    """Each colour of tokens.css in light and in dark."""
    found = re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (ROOT / "static/desk/tokens.css").read_text()
    )
    colours = {name: (light, dark) for name, light, dark in found}
    return colours | {"late": colours["p1"], "late-soft": colours["p1-soft"]}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


TEXT = [(ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent", "accent-2", "p1", "p2", "p3", "p4", "ok", "warn")
        for ground in ("paper", "card")] + [
    *[(name, f"{name}-soft") for name in ("accent", "p1", "p2", "p3", "p4", "ok", "warn")],
    *[("ink", f"{name}-soft") for name in ("accent", "p1", "p2", "p3", "p4", "ok", "warn")],
    ("ink-2", "accent-soft"), ("ink", "note"), ("ink-2", "note"), ("warn", "note"), ("ink", "note-line"),
    ("on-accent", "accent"), ("on-accent", "accent-2"), ("on-p1", "p1"), ("on-p1", "p1-2"),
]  # fmt: skip
SHAPE = [
    (name, ground)
    for name in ("edge", "focus", "accent", "late", "ok", "warn", "ink-3")
    for ground in ("paper", "card")
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPE, 3.0)], ids=["text", "shape"])
def test_tokens_have_contrast(pairs: list[tuple[str, str]], least: float, theme: int) -> None:
    """WCAG 1.4.3 and 1.4.11."""
    colour = {name: both[theme] for name, both in tokens().items()}
    assert {
        (a, b): round(contrast(colour[a], colour[b]), 2)
        for a, b in pairs
        if contrast(colour[a], colour[b]) < least
    } == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_template_compiles(path: Path) -> None:
    assert get_template(path.relative_to(ROOT / "templates").as_posix())


def test_no_page_needs_an_inline_script_or_style() -> None:
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=\"|hx-on|javascript:|<script(?![^>]*\ssrc=)")
    assert {path.name: found for path in PAGES if (found := inline.findall(path.read_text()))} == {}


def test_every_icon_that_is_asked_for_exists() -> None:
    known = set(re.findall(r'<symbol id="(\w+)"', (ROOT / "static/desk/icons.svg").read_text()))
    asked = {
        name for path in PAGES for name in re.findall(r'icon\.html" with name="(\w+)"', path.read_text())
    }
    assert asked <= known


def test_the_list_of_components_is_complete() -> None:
    includes = (COMPONENTS / "README.md").read_text().split("## Includes")[1]
    listed = set(re.findall(r"^\| `(\w+\.html)`", includes, re.M))
    parts_of_the_shells = {
        "footer.html",
        "hatches.html",
        "keys.html",
        "preferences.html",
        "user_menu.html",
        "view.html",
    }
    assert listed | parts_of_the_shells == {path.name for path in COMPONENTS.glob("*.html")}


@pytest.mark.parametrize("code", ["403", "404", "409", "413", "429", "500", "503"])
def test_error_pages_need_nothing_but_themselves(code: str) -> None:
    """No request, no session, no database: also when the database is what is wrong."""
    page = render_to_string(f"{code}.html")
    assert f'<p class="fault-code">{code}</p>' in page
    assert "<script" not in page.replace("theme.js", "", 1).split("</head>")[1]


def test_mail_shows_its_subject_as_text() -> None:
    assert "<h1>Noor &amp; Co</h1>" in render_to_string("email/base.html", {"subject": "Noor & Co"})
