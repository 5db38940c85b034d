"""docs/lives.md shows the transitions that the models declare."""

from __future__ import annotations

from django.conf import settings

from desk.lives import document
from desk.models import Case


def test_the_pictures_are_those_of_the_declared_transitions() -> None:
    assert (settings.BASE_DIR / "docs" / "lives.md").read_text() == document(), "run: manage.py draw_lives"


def test_every_verb_of_every_kind_has_a_name_on_screen() -> None:
    nameless = [
        (kind.case_type, verb) for kind in Case.kinds() for verb in kind.verbs() if verb not in kind.words()
    ]
    assert nameless == []


def test_every_kind_is_drawn() -> None:
    text = document()
    assert all(f"## {str(kind._meta.verbose_name).capitalize()}\n" in text for kind in Case.kinds())
