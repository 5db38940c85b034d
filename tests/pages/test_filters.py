"""A choice in the worklist that somebody keeps under a name, for oneself or for colleagues."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from desk.models import User
from incidents.actions import filters
from incidents.models import Kind, SavedFilter
from tests import factories
from tests.pages.conftest import NOW, Count, signed_in, text


@pytest.fixture
def noor(agent: User) -> Client:
    return signed_in(factories.staff(name="Noor Verhagen", email="noor@desk.example"))


def keep(client: Client, name: str = "Vragen", **given: Any) -> str:
    data = {"name": name, "view": "open", "sort": "work", "kind": Kind.QUESTION, **given}
    return text(client.post("/meldingen/keuzes/", data, follow=True))


def kept_in(page: str) -> list[str]:
    part = re.search(r"<h2>Bewaard</h2>(.*?)</ul>", page)
    return re.findall(r"<a [^>]*><span>([^<]*)</span>", part[1]) if part else []


def test_it_stands_beside_the_views_and_holds_what_its_count_says(staff: Client) -> None:
    asked = factories.registered(at=NOW, kind=Kind.QUESTION)
    factories.registered(at=NOW)
    page = keep(staff)
    assert kept_in(page) == ["Vragen"]
    assert '<span>Vragen</span> <span class="count">1</span>' in page
    assert re.findall(r'<tr id="([^"]+)"', page) == [asked.number]
    assert "Verwijder “Vragen”" in page


def test_colleagues_see_only_what_is_shared_and_cannot_remove_it(staff: Client, noor: Client) -> None:
    keep(staff)
    assert kept_in(text(noor.get("/meldingen/"))) == []
    keep(staff, shared="on")
    assert kept_in(text(noor.get("/meldingen/"))) == ["Vragen"]
    kept = SavedFilter.objects.get()
    assert "Verwijder “Vragen”" not in text(noor.get("/meldingen/?kind=question"))
    assert noor.post(f"/meldingen/keuzes/{kept.pk}/weg/").status_code == 403
    assert "“Vragen” is verwijderd." in text(staff.post(f"/meldingen/keuzes/{kept.pk}/weg/", follow=True))
    assert not SavedFilter.objects.exists()


def test_the_same_name_replaces_and_there_is_a_most(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "MOST", 1)
    keep(staff)
    keep(staff, kind=Kind.CHANGE)
    assert SavedFilter.objects.get().narrowed == {"kind": "change"}
    assert "Je hebt er al 1 bewaard." in keep(staff, name="Nog een")


@pytest.mark.parametrize("given", [{"name": ""}, {"view": "x"}, {"sort": "x"}, {"name": "a\x00b"}])
def test_nonsense_is_not_kept(staff: Client, given: dict[str, str]) -> None:
    assert "De keuze is niet bewaard." in keep(staff, **given)


def test_thirty_cost_as_many_queries_as_one(queries: Count, agent: User) -> None:
    for number in range(2, 30):
        if number == 3:
            one = queries("/meldingen/")
        SavedFilter.objects.create(
            owner=agent, name=str(number), view="late", sort="due", narrowed={"kind": "question"}
        )
    assert queries("/meldingen/") == one <= 15
